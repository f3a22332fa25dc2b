from django.contrib import admin
from django.forms import ModelForm
from django.http import HttpRequest

from lore.admin.forms import ClaimForm, EventForm, QuestionForm
from lore.claiming import save_claim, supersede
from lore.models import Claim, Event, Question, Source


@admin.register(Claim)
class ClaimAdmin(admin.ModelAdmin):
    form = ClaimForm
    list_display = ["key", "text", "page", "status", "as_of", "is_standing"]
    list_filter = ["status", "page__kind", ("superseded_by", admin.EmptyFieldListFilter)]
    search_fields = ["key", "text", "page__title"]
    autocomplete_fields = ["page", "sources", "also_on"]
    list_select_related = ["page"]

    @admin.display(boolean=True, description="stands")
    def is_standing(self, claim: Claim) -> bool:
        return claim.superseded_by_id is None

    def get_readonly_fields(self, request: HttpRequest, obj: Claim | None = None) -> list[str]:
        """A claim's words stay: a new claim takes its place."""
        return ["key", "text"] if obj else []

    def has_delete_permission(self, request: HttpRequest, obj: Claim | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Claim, form: ModelForm, change: bool) -> None:
        save_claim(obj)
        old = form.cleaned_data.get("supersedes")
        if old is not None:
            supersede(old, obj)


@admin.register(Source)
class SourceAdmin(admin.ModelAdmin):
    list_display = ["title", "kind", "published_on"]
    list_filter = ["kind"]
    search_fields = ["title", "key"]
    prepopulated_fields = {"key": ["title"]}


@admin.register(Event)
class EventAdmin(admin.ModelAdmin):
    list_display = ["title", "track", "when_words", "work", "page"]
    list_filter = ["track", "work"]
    search_fields = ["title", "text"]
    autocomplete_fields = ["page", "claim"]
    prepopulated_fields = {"key": ["title"]}
    list_select_related = ["work", "page"]
    form = EventForm


@admin.register(Question)
class QuestionAdmin(admin.ModelAdmin):
    list_display = ["key", "question", "position"]
    search_fields = ["question", "answer"]
    autocomplete_fields = ["claims"]
    form = QuestionForm
