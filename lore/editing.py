"""Writing pages: every save is a revision, and the links, addresses and search entries that follow from it."""

from dataclasses import asdict, dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.text import slugify

from accounts.models import User
from lore import markup
from lore.canon import RESERVED_SLUGS, lexicon_for
from lore.indexing import index_page
from lore.models import Address, Page, PageLink, Revision

_LONGEST_SLUG = Address._meta.get_field("slug").max_length
_LONGEST_NAME = Address._meta.get_field("name").max_length


class Conflict(ValidationError):
    """Somebody else saved the page meanwhile."""


@dataclass(frozen=True)
class Prose:
    title: str
    lead: str
    body: str = ""
    hatnote: str = ""
    facts: str = ""

    @classmethod
    def of(cls, revision: Revision) -> "Prose":
        return cls(revision.title, revision.lead, revision.body, revision.hatnote, revision.facts)


def create_page(
    prose: Prose, *, slug: str, kind: str, scope: int = 0, editor: User | None = None, comment: str = "", **fields: Any
) -> Page:
    with transaction.atomic():
        page = add_page(slug=slug, title=prose.title, kind=kind, scope=scope, **fields)
        save_revision(page, prose, editor=editor, comment=comment)
    return page


def add_page(*, slug: str, title: str, kind: str, scope: int = 0, **fields: Any) -> Page:
    """A page without prose yet: it has its address, so that others can link to it, and nobody reads it."""
    page = Page(slug=slug, title=title, kind=kind, scope=scope, changed_at=timezone.now(), **fields)
    page.full_clean(exclude=["current"])
    page.save()
    claim_address(page, slug)
    return page


def save_revision(
    page: Page, prose: Prose, *, editor: User | None, comment: str = "", based_on: Revision | None = None
) -> Revision:
    """Makes `prose` the page's current revision. With `based_on`, raises Conflict if that is no longer the
    current one."""
    with transaction.atomic():
        held = Page.objects.select_for_update().get(pk=page.pk)
        if based_on is not None and held.current_id != based_on.pk:
            raise Conflict("Somebody else saved this page while you wrote.", code="conflict")
        number = (held.revisions.aggregate(last=Max("number"))["last"] or 0) + 1
        revision = Revision(
            page=held, number=number, editor=editor, comment=comment, based_on=held.current, **asdict(prose)
        )
        revision.compiled = compile_prose(prose)
        revision.full_clean(exclude=["page", "based_on", "editor"])
        revision.save()
        _make_current(page, revision)
    return revision


def compile_prose(prose: Prose) -> dict[str, Any]:
    """The prose as JSON blocks. Raises MarkupError (a ValidationError) naming the line."""
    lexicon = lexicon_for(prose.lead, prose.hatnote, prose.facts, prose.body)
    return {
        "lead": markup.to_json(markup.compile_line(prose.lead, lexicon)),
        "hatnote": markup.to_json(markup.compile_line(prose.hatnote, lexicon)) if prose.hatnote else None,
        "facts": [
            [label, markup.to_json(markup.compile_line(value, lexicon))] for label, value in fact_lines(prose.facts)
        ],
        "body": markup.blocks_to_json(markup.compile_page(prose.body, lexicon)),
    }


def fact_lines(facts: str) -> list[tuple[str, str]]:
    lines = [line.partition(":") for line in facts.splitlines() if line.strip()]
    unlabelled = [label for label, colon, value in lines if not colon or not value.strip()]
    if unlabelled:
        raise ValidationError({"facts": f"Write each fact as “Label: value”. This is not: “{unlabelled[0]}”."})
    return [(label.strip(), value.strip()) for label, _, value in lines]


def _make_current(page: Page, revision: Revision) -> None:
    lead = markup.from_json(revision.compiled["lead"])
    page.title, page.current, page.changed_at = revision.title, revision, timezone.now()
    page.summary = lead.plain(lambda scope: scope == 0)[:400]
    page.save(update_fields=["title", "current", "changed_at", "summary"])
    rewrite_links(page, revision)
    refresh_linkers(page)
    index_page(page)


def rewrite_links(page: Page, revision: Revision) -> None:
    rows = {(link.target_slug, link.scope) for block in blocks_of(revision) for link in block.links}
    known = Address.objects.filter(slug__in={slug for slug, _ in rows}, page__is_published=True)
    targets = dict(known.values_list("slug", "page_id"))
    page.links.all().delete()
    PageLink.objects.bulk_create(
        PageLink(source=page, slug=slug[:80], scope=scope, target_id=targets.get(slug)) for slug, scope in sorted(rows)
    )


def blocks_of(revision: Revision) -> list[markup.Block]:
    compiled = revision.compiled
    lines = [compiled["lead"], compiled["hatnote"], *(value for _, value in compiled["facts"])]
    return markup.blocks_from_json([*(line for line in lines if line), *compiled["body"]])


def refresh_linkers(page: Page, *, is_rescoped: bool = False) -> None:
    """Links to a page that came, went or was renamed change their look in the pages that hold them; those to one that
    gives away more than before, or less, are made anew, since they may have named its slug."""
    links = PageLink.objects.filter(slug__in=list(page.addresses.values_list("slug", flat=True)))
    target = page if page.is_published else None
    stale = links.exclude(target=page) if target else links.exclude(target=None)
    stale = links if is_rescoped else stale
    linkers = Page.objects.filter(pk__in=stale.values("source_id"), current__isnull=False).exclude(pk=page.pk)
    for linker in list(linkers.select_related("current")):
        recompile(linker)
    links.update(target=target)


def recompile(page: Page) -> None:
    revision = page.current
    revision.compiled = compile_prose(Prose.of(revision))
    revision.save(update_fields=["compiled"])
    rewrite_links(page, revision)


# Addresses


def claim_address(page: Page, slug: str, name: str = "") -> Address:
    """Gives the page one more address, for good. Raises ValidationError when the address is taken or reserved."""
    try:
        check_address(slug, page.pk)
    except ValidationError as problem:
        raise ValidationError({"slug": problem})
    address, _ = Address.objects.get_or_create(slug=slug, defaults={"page": page, "name": name[:_LONGEST_NAME]})
    if address.page_id != page.pk:  # somebody was quicker
        raise ValidationError({"slug": f"“{slug}” already leads to “{address.page}”."})
    return address


def check_address(slug: str, page_id: int | None) -> None:
    """Raises ValidationError when the address cannot be this page's (None: a page to come)."""
    if not slug or slug in RESERVED_SLUGS or slug.startswith("page-"):
        raise ValidationError(f"“{slug}” cannot be the address of a page.")
    if len(slug) > _LONGEST_SLUG:
        raise ValidationError(f"An address has at most {_LONGEST_SLUG} characters. This one is longer: “{slug[:20]}…”.")
    holder = Address.objects.filter(slug=slug).exclude(page=page_id).select_related("page").first()
    if holder:
        raise ValidationError(f"“{slug}” already leads to “{holder.page}”.")


def rename(page: Page, slug: str) -> None:
    """The old address goes on leading here."""
    with transaction.atomic():
        claim_address(page, slug)
        page.slug = slug
        page.full_clean(exclude=["current"])
        page.save(update_fields=["slug"])
        page.addresses.filter(slug=slug).update(name="")
        refresh_linkers(page)


def set_aliases(page: Page, names: list[str]) -> None:
    """Aliases are named addresses. One taken off the list keeps leading here, it is only no longer shown."""
    with transaction.atomic():
        wanted = {slugify(name): name for name in names if slugify(name) and slugify(name) != page.slug}
        page.addresses.exclude(slug__in=wanted).exclude(name="").update(name="")
        for slug, name in wanted.items():
            claim_address(page, slug, name)
        for slug, name in wanted.items():
            page.addresses.filter(slug=slug).update(name=name[:_LONGEST_NAME])
        refresh_linkers(page)
        if page.current_id:
            index_page(page)
