from django.contrib import admin
from django.db.models import QuerySet
from django.forms import BaseInlineFormSet, ModelForm
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from ballerina_site.looking import LookOnlyAdmin
from lore.addressing import claim_address, rename, set_aliases
from lore.admin.claims import keep_claim
from lore.admin.forms import ClaimLineForm, PageForm
from lore.changing import note
from lore.editing import reindex, save_revision
from lore.linking import refresh_linkers
from lore.models import Category, ChangeKind, Claim, Page, Revision


class ClaimInline(admin.StackedInline):
    model = Claim
    form = ClaimLineForm
    fk_name = "page"
    extra = 0
    fields = ["key", "text", ("status", "as_of", "precision"), "sources", "scope", "also_on", "position"]
    autocomplete_fields = ["sources", "also_on"]
    show_change_link = True
    can_delete = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Claim]:
        return super().get_queryset(request).standing()


@admin.register(Page)
class PageAdmin(admin.ModelAdmin):
    form = PageForm
    inlines = [ClaimInline]
    list_display = ["title", "kind", "is_published", "revision", "changed_at"]
    list_filter = ["kind", "is_published", "categories"]
    search_fields = ["title", "slug", "addresses__name"]
    autocomplete_fields = ["lead_image", "categories", "see_also"]
    date_hierarchy = "changed_at"
    list_select_related = ["current"]
    save_on_top = True
    fieldsets = [
        (None, {"fields": ["on_the_site", "title", "lead", "body", "comment", "based_on"]}),
        ("Around it", {"fields": ["hatnote", "facts", "aliases", "categories", "see_also", "lead_image"]}),
        ("Address and shield", {"fields": ["slug", "kind", "scope", "is_published"]}),
    ]
    prepopulated_fields = {"slug": ["title"]}
    readonly_fields = ["on_the_site"]

    @admin.display(description="on the site")
    def on_the_site(self, page: Page) -> SafeString:
        """There is a preview, and a merge when two write at once."""
        address = reverse("lore:edit", args=[page.slug]) if page.pk else reverse("lore:new")
        return format_html('<a href="{}">{}</a>', address, "Edit it there" if page.pk else "Write it there")

    @admin.display(ordering="current__number")
    def revision(self, page: Page) -> str:
        return str(page.current.number) if page.current else "none"

    def get_prepopulated_fields(self, request: HttpRequest, obj: Page | None = None) -> dict[str, list[str]]:
        return {} if obj else super().get_prepopulated_fields(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Page | None = None) -> bool:
        """Pages are unpublished, so that nothing that leans on them falls."""
        return False

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Page | None:
        """Holds the page's row while a form is judged, so that of two editors the second sees what the first saved."""
        if request.method == "POST" and object_id.isdecimal():
            Page.objects.select_for_update().filter(pk=object_id).first()
        return super().get_object(request, object_id, from_field)

    def save_model(self, request: HttpRequest, obj: Page, form: ModelForm, change: bool) -> None:
        slug = obj.slug
        if change:
            obj.slug = Page.objects.values_list("slug", flat=True).get(pk=obj.pk)
        obj.changed_at = timezone.now()
        obj.save()
        if slug == obj.slug:
            claim_address(obj, slug)
        else:
            rename(obj, slug, request.user)

    def save_formset(self, request: HttpRequest, form: ModelForm, formset: BaseInlineFormSet, change: bool) -> None:
        formset.save(commit=False)
        for inner in formset.forms:
            if inner.has_changed():
                keep_claim(inner, request.user, form.cleaned_data["comment"])

    def save_related(
        self, request: HttpRequest, form: ModelForm, formsets: list[BaseInlineFormSet], change: bool
    ) -> None:
        super().save_related(request, form, formsets, change)
        page = form.instance
        save_revision(page, form.prose, editor=request.user, comment=form.cleaned_data["comment"])
        page.refresh_from_db()
        set_aliases(page, form.cleaned_data["aliases"])
        if "scope" in form.changed_data:
            refresh_linkers(page, is_rescoped=True)
            note(ChangeKind.RESCOPED, page, request.user)
        if {"scope", "is_published"} & set(form.changed_data):
            reindex(page)


@admin.register(Revision)
class RevisionAdmin(LookOnlyAdmin):
    """To look at; revisions never change."""

    list_display = ["page", "number", "editor", "comment", "created_at"]
    list_filter = ["created_at"]
    search_fields = ["page__title", "comment"]
    list_select_related = ["page", "editor"]
    fields = ["page", "number", "title", "lead", "hatnote", "facts", "body", "editor", "comment", "created_at"]
    readonly_fields = fields


@admin.register(Category)
class CategoryAdmin(admin.ModelAdmin):
    search_fields = ["name"]
    prepopulated_fields = {"slug": ["name"]}
