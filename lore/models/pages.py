from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from lore.models.scopes import ScopeField
from lore.spoilers import ShieldedQuerySet


class PageKind(models.TextChoices):
    CHARACTER = "character", "Character"
    PERSON = "person", "Person"
    ORGANISATION = "organisation", "Organisation"
    PLACE = "place", "Place"
    WORK = "work", "Work"
    TOPIC = "topic", "Topic"
    HOUSE = "house", "House page"


class Category(models.Model):
    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=60)

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "categories"

    def __str__(self) -> str:
        return self.name


class PageQuerySet(ShieldedQuerySet):
    def published(self) -> Self:
        return self.filter(is_published=True, current__isnull=False)

    def lore(self) -> Self:
        """What stands under /lore/: house pages have addresses of their own."""
        return self.published().exclude(kind=PageKind.HOUSE)

    def kept(self) -> Self:
        """What editors work on: drafts too, neither what is deleted nor the house's own."""
        return self.filter(deleted_at=None).exclude(kind=PageKind.HOUSE)

    def for_cards(self) -> Self:
        return self.select_related("lead_image")

    def for_reading(self) -> Self:
        """`has_pictures`: whether any shows it, so that most pages need not ask which."""
        shown = self.model.pictures.through.objects.filter(page=OuterRef("pk"))
        return self.select_related("current__editor", "lead_image").annotate(has_pictures=Exists(shown))


class Page(models.Model):
    """A lore article. Its prose is its current revision's; everything else about it stands here or in rows
    beside it."""

    shield_kind: ClassVar = "page"
    shield_noun: ClassVar = "page"
    scope_paths: ClassVar = ("scope",)
    owner_path: ClassVar = None

    slug = models.SlugField(
        max_length=80, unique=True, help_text="If the title itself gives something away, choose a neutral address."
    )
    title = models.CharField(max_length=120)
    kind = models.CharField(max_length=20, choices=PageKind)
    summary = models.CharField(max_length=400, blank=True, editable=False)
    scope = ScopeField()
    is_published = models.BooleanField("published", default=True)
    deleted_at = models.DateTimeField(null=True, blank=True, editable=False)
    current = models.ForeignKey(
        "lore.Revision", null=True, blank=True, on_delete=models.RESTRICT, related_name="+", editable=False
    )
    lead_image = models.ForeignKey("lore.Image", null=True, blank=True, on_delete=models.SET_NULL, related_name="leads")
    pictures = models.ManyToManyField("lore.Image", blank=True, related_name="pages")  # what shows it, lead or not
    categories = models.ManyToManyField(Category, blank=True, related_name="pages")
    see_also = models.ManyToManyField("self", blank=True, symmetrical=False, related_name="seen_also_from")
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField()

    has_pictures = True  # unless `for_reading` knows better

    objects = PageQuerySet.as_manager()

    class Meta:
        ordering = ["title", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=PageKind.values), name="page_kind_known"),
            models.CheckConstraint(condition=Q(deleted_at=None) | Q(is_published=False), name="page_deleted_unread"),
        ]
        indexes = [
            models.Index(fields=["kind", "title"], name="page_index_by_kind"),  # /lore/?kind=
            models.Index(fields=["-changed_at"], name="page_lately_changed"),  # front page, "new in the lore"
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse(self.slug) if self.kind == PageKind.HOUSE else reverse("lore:page", args=[self.slug])

    @property
    def shield_href(self) -> str:
        return reverse("lore:page", args=[f"page-{self.pk}"])


class Address(models.Model):
    """Every slug that ever led to a page: its own, old ones and its aliases. One table, so that no two can clash."""

    slug = models.SlugField(max_length=80, unique=True)
    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="addresses")
    name = models.CharField(max_length=120, blank=True, help_text="The alias as written; empty for slugs.")

    class Meta:
        ordering = ["name", "slug"]
        verbose_name_plural = "addresses"

    def __str__(self) -> str:
        return self.name or self.slug


class ProseFields(models.Model):
    """What is written on a page, as one text has it: a revision, a suggestion, an edit that waits for its time."""

    title = models.CharField(max_length=120)
    lead = models.TextField(max_length=1000)
    hatnote = models.CharField(max_length=300, blank=True)
    facts = models.TextField(max_length=4000, blank=True, help_text="One a line, as “Label: value”. Wiki links work.")
    body = models.TextField(max_length=100_000, blank=True)
    scope = ScopeField(editable=False)  # all that its parts gave away when it was written, and the page as a whole

    class Meta:
        abstract = True


class Revision(ProseFields):
    """One saved version of a page's prose. The database refuses to change it, `redact` aside.

    `compiled` is the prose as `lore.markup` blocks, in JSON: derived, and made anew when pages it links to come or go.
    """

    shield_kind: ClassVar = "revision"
    shield_noun: ClassVar = "revision"
    scope_paths: ClassVar = ("scope", "page__scope")
    owner_path: ClassVar = None

    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    compiled = models.JSONField(default=dict, editable=False)
    editor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="revisions")
    credited_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="credited_revisions"
    )
    comment = models.CharField(max_length=200, blank=True)
    based_on = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    redacted_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = ShieldedQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["page", "number"], name="revision_numbered_once")]

    def __str__(self) -> str:
        return f"{self.title}, revision {self.number}"


class PageLinkQuerySet(ShieldedQuerySet):
    def to_page(self, page: Page) -> Self:
        published = Q(source__is_published=True) & ~Q(source__kind=PageKind.HOUSE)
        return self.filter(published, target=page).exclude(source=page)


class PageLink(models.Model):
    """A wiki link in a page's current revision, with the scope of the section it stands in."""

    shield_kind: ClassVar = "link"
    shield_noun: ClassVar = "link"
    scope_paths: ClassVar = ("scope", "source__scope")
    owner_path: ClassVar = None

    source = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="links")
    slug = models.SlugField(max_length=80)
    name = models.CharField(max_length=150, blank=True, help_text="The page as the writer called it.")
    target = models.ForeignKey(Page, null=True, on_delete=models.SET_NULL, related_name="backlinks")
    scope = ScopeField()

    objects = PageLinkQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "slug", "scope"], name="link_once_a_scope")]
        indexes = [
            models.Index(fields=["slug"], name="link_by_slug")
        ]  # links that a new page turns from wanted to live

    def __str__(self) -> str:
        return f"{self.source_id} → {self.slug}"
