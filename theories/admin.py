from django.contrib import admin
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html

from lore.models import Work
from theories import tagging
from theories.forms.tags import TagForm
from theories.models import Comment, Tag, Theory
from theories.posting import file_under

_NOT_HERE = "Its author writes it; moderators hide, lock and shield it on the site, with a reason. Here it is filed."


def _decide_link(kind: str, pk: int) -> str:
    return format_html('<a href="{}">Decide about it</a>', reverse("moderation:decide", args=[kind, pk]))


class _WrittenElsewhere(admin.ModelAdmin):
    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object | None = None) -> bool:
        return False

    @admin.display(description="gives away")
    def gives_away(self, thing: Theory | Comment) -> str:
        return ", ".join(work.short_title for work in Work.objects.all() if thing.scope & work.mask) or "nothing"


@admin.register(Theory)
class TheoryAdmin(_WrittenElsewhere):
    list_display = [
        "claim",
        "author",
        "state",
        "believe_count",
        "doubt_count",
        "held_count",
        "comment_count",
        "is_hidden",
        "is_locked",
    ]
    list_filter = ["state", "is_hidden", "is_locked", "tags", "opened_at"]
    search_fields = ["claim", "criteria", "author__username"]
    list_select_related = ["author"]
    filter_horizontal = ["tags"]
    fieldsets = [
        (
            None,
            {
                "fields": ["claim", "author", "case", "criteria", "cited", "due", "due_work"],
                "description": _NOT_HERE,
            },
        ),
        ("Filed", {"fields": ["tags", "gives_away"]}),
        (
            "Stands",
            {"fields": ["state", "opened_at", "frozen_at", "closes_at", "is_hidden", "is_locked", "decide"]},
        ),
        (
            "Counted",
            {"fields": ["believe_count", "doubt_count", "held_count", "comment_count", "hot", "top", "controversy"]},
        ),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Theory]:
        """Drafts are their authors' own."""
        return super().get_queryset(request).exclude(state="draft")

    def get_readonly_fields(self, request: HttpRequest, obj: Theory | None = None) -> list[str]:
        return [name for _, part in self.fieldsets for name in part["fields"] if name != "tags"]

    @admin.display(description="rests on")
    def cited(self, theory: Theory) -> str:
        return ", ".join(str(citation.claim or citation.page) for citation in theory.citations.with_cited())

    @admin.display(description="moderation")
    def decide(self, theory: Theory) -> str:
        return _decide_link("theory", theory.pk)

    def save_model(self, request: HttpRequest, obj: Theory, form: ModelForm, change: bool) -> None:
        """Through the verb, once the tags are known."""

    def save_related(self, request: HttpRequest, form: ModelForm, formsets: list[object], change: bool) -> None:
        file_under(form.instance, form.cleaned_data["tags"])


@admin.register(Tag)
class TagAdmin(admin.ModelAdmin):
    form = TagForm
    list_display = ["name", "slug", "other_words", "scope"]
    search_fields = ["name", "slug", "aliases__slug"]
    prepopulated_fields = {"slug": ["name"]}
    actions = ["merge_tags"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Tag]:
        return super().get_queryset(request).prefetch_related("aliases")

    @admin.display(description="other words")
    def other_words(self, tag: Tag) -> str:
        return ", ".join(alias.slug for alias in tag.aliases.all())

    def save_related(self, request: HttpRequest, form: TagForm, formsets: list[object], change: bool) -> None:
        super().save_related(request, form, formsets, change)
        tagging.set_aliases(form.instance, form.cleaned_data["other_words"])

    @admin.action(description="Merge the chosen tags into one", permissions=["delete"])
    def merge_tags(self, request: HttpRequest, chosen: QuerySet[Tag]) -> HttpResponse | None:
        """Asks which of them stays, then puts the others into it."""
        stays = chosen.filter(pk__in=[pk for pk in [request.POST.get("into")] if pk and pk.isdecimal()]).first()
        if stays is None:
            context = self.admin_site.each_context(request) | {"title": "Merge tags", "tags": chosen}
            return TemplateResponse(request, "admin/theories/merge_tags.html", context)
        others = list(chosen.exclude(pk=stays.pk))
        for tag in others:
            tagging.merge(tag, stays)
        words = ", ".join(tag.name for tag in others)
        self.log_change(request, stays, f"Merged into it: {words}.")
        self.message_user(request, f"Merged into {stays}: {words}.")
        return None


@admin.register(Comment)
class CommentAdmin(_WrittenElsewhere):
    list_display = ["__str__", "author", "theory", "created_at", "is_hidden"]
    list_filter = ["is_hidden", "created_at"]
    search_fields = ["text", "author__username", "theory__claim"]
    list_select_related = ["author", "theory"]
    fields = readonly_fields = [
        "theory",
        "author",
        "text",
        "gives_away",
        "created_at",
        "edited_at",
        "deleted_at",
        "is_hidden",
        "decide",
    ]

    @admin.display(description="moderation")
    def decide(self, comment: Comment) -> str:
        return _decide_link("comment", comment.pk)
