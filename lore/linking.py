"""Wiki links as rows, written with each revision, and the pages that must be compiled anew when one comes or goes."""

from lore.models import Address, Page, PageLink, Revision
from lore.prose import Prose, blocks_in, compile_prose


def rewrite_links(page: Page, revision: Revision) -> None:
    rows = {(link.target_slug, link.scope) for block in blocks_in(revision.compiled) for link in block.links}
    known = Address.objects.filter(slug__in={slug for slug, _ in rows}, page__is_published=True)
    targets = dict(known.values_list("slug", "page_id"))
    page.links.all().delete()
    PageLink.objects.bulk_create(
        PageLink(source=page, slug=slug[:80], scope=scope, target_id=targets.get(slug)) for slug, scope in sorted(rows)
    )


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
