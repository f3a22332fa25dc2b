"""Wiki links as rows, written with each revision, and what must be compiled anew when a page comes or goes."""

from lore import markup
from lore.canon import lexicon_for
from lore.models import Address, Claim, Event, Page, PageLink, Question, Revision
from lore.prose import Prose, blocks_in, compile_prose


def rewrite_links(page: Page, revision: Revision) -> None:
    links = [link for block in blocks_in(revision.compiled) for link in block.links]
    rows = {(link.target_slug, link.scope): link.name for link in reversed(links)}  # as it is written first
    known = Address.objects.filter(slug__in={slug for slug, _ in rows}, page__is_published=True)
    targets = dict(known.values_list("slug", "page_id"))
    page.links.all().delete()
    PageLink.objects.bulk_create(
        PageLink(source=page, slug=slug[:80], name=name, scope=scope, target_id=targets.get(slug))
        for (slug, scope), name in sorted(rows.items())
    )


def refresh_linkers(page: Page, *, is_rescoped: bool = False) -> None:
    """Links to a page that came, went or was renamed change their look in what holds them; those to one that gives away
    more than before, or less, are made anew, since they may have named its slug."""
    _recompile_lines(set(page.addresses.values_list("slug", flat=True)))
    refresh_linking_pages(page, is_rescoped=is_rescoped)


def refresh_linking_pages(page: Page, *, is_rescoped: bool = False) -> None:
    """Those alone whose links to it look otherwise now: their rows tell."""
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


def _recompile_lines(slugs: set[str]) -> None:
    """Claims, events and questions have no rows for their links: they are found by their words, and there are few."""
    for model, column in ((Claim, "text"), (Event, "text"), (Question, "answer")):
        for row in model.objects.filter(**{f"{column}__contains": "[["}):
            text = getattr(row, column)
            if slugs & markup.mentions(text):
                compiled = _compile_again(text, row.compiled)
                model.objects.filter(pk=row.pk).update(compiled=compiled)


def _compile_again(text: str, compiled: object) -> object:
    """In the shape that it has: several blocks, or one line."""
    if isinstance(compiled, list):
        return markup.blocks_to_json(markup.compile_page(text, lexicon_for(text)))
    return markup.to_json(markup.compile_line(text, lexicon_for(text)))
