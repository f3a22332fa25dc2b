from typing import Any

from django.contrib import admin
from django.forms import ModelForm
from django.http import HttpRequest

from accounts.models import User
from lore.admin.forms import ClaimForm, EventForm, QuestionForm
from lore.claiming import add_claim, revise, supersede
from lore.models import Claim, Event, Question, Source


def keep_claim(form: ModelForm, editor: User, reason: str) -> Claim:
    """Through the verbs, so that the admin leaves the same trail as the site."""
    data: dict[str, Any] = form.cleaned_data
    old = data.get("supersedes")
    if form.instance.pk is None:
        also_on, sources = data["also_on"], data["sources"]
        return add_claim(form.instance, sources=sources, also_on=also_on, editor=editor, reason=reason, supersedes=old)
    changes = {name: data[name] for name in form.changed_data if name in ClaimForm.Meta.fields}
    claim = revise(form.instance, editor=editor, reason=reason, **changes)
    if old is not None:
        supersede(old, claim, editor=editor, reason=reason)
    return claim


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

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Claim | None:
        """Holds the claim's row while a form is judged, so that of two editors the second sees what the first saved."""
        if request.method == "POST" and object_id.isdecimal():
            Claim.objects.select_for_update().filter(pk=object_id).first()
        return super().get_object(request, object_id, from_field)

    def save_model(self, request: HttpRequest, obj: Claim, form: ModelForm, change: bool) -> None:
        keep_claim(form, request.user, form.cleaned_data["reason"])

    def save_related(self, request: HttpRequest, form: ModelForm, formsets: list[Any], change: bool) -> None:
        """The verbs have done it."""


@admin.register(Source)
class SourceAdmin(admin.ModelAdmin):
    list_display = ["title", "kind", "published_on"]
    list_filter = ["kind", ("fault", admin.EmptyFieldListFilter)]
    search_fields = ["title", "key"]
    prepopulated_fields = {"key": ["title"]}
    readonly_fields = ["checked_at", "fault"]

    def save_model(self, request: HttpRequest, obj: Source, form: ModelForm, change: bool) -> None:
        """Of a new address nobody knows yet whether it answers."""
        if "url" in form.changed_data:
            obj.checked_at, obj.fault = None, ""
        super().save_model(request, obj, form, change)


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
