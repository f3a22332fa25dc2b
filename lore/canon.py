"""What the archive knows by name: the lexicon that wiki links and spoilers are resolved with."""

import re
from dataclasses import replace
from difflib import get_close_matches

from django.db import models
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.text import slugify

from accounts.models import User
from accounts.renaming import fans_once_called
from lore.markup import Lexicon, Named, fans_in, mentions
from lore.models import Address, Page, PageKind, Work
from lore.spoilers import Viewer

RESERVED_SLUGS = frozenset(
    "timeline faq ties catch-up changes wanted rumours new names preview desk suggestions pictures claims sources "
    "drafts deleted works search page pages feeds keep edit suggest history links compare".split()
)

_LETTERS = re.compile(r"[^a-z]")
_ALIKE = 0.6
"""How alike two names must be, from 0 to 1 (`difflib`): “rooni” and “rooney” are at 0.73."""


def lexicon_for(*texts: str) -> Lexicon:
    """Knows the pages that these texts name, and all works."""
    slugs = set().union(*(mentions(text) for text in texts))
    known = Address.objects.filter(slug__in=slugs, page__is_published=True).select_related("page")
    return Lexicon(pages={row.slug: _href(row) for row in known}, works=_work_masks())


def fan_lexicon_for(*texts: str) -> Lexicon:
    """For what fans write: knows also whom of them these texts name."""
    names = set().union(*(fans_in(text) for text in texts))
    return replace(lexicon_for(*texts), fans=_fans(names) if names else {})


def _fans(names: set[str]) -> dict[str, Named]:
    found = User.objects.alias(lowered=Lower("username")).filter(lowered__in=names, is_active=True, erased_at=None)
    called = {fan.username.lower(): fan for fan in found}
    if unknown := names - called.keys():
        called |= fans_once_called(unknown)
    return {name: Named(fan.pk, fan.get_absolute_url()) for name, fan in called.items()}


def _href(address: Address) -> str:
    # A scoped page is linked by the name that was written: its own slug might say more than the writer did.
    if address.page.scope and address.page.kind != PageKind.HOUSE:
        return reverse("lore:page", args=[address.slug])
    return address.page.get_absolute_url()


def _work_masks() -> dict[str, int]:
    masks: dict[str, int] = {}
    for work in Work.objects.all():
        for name in (work.slug, slugify(work.short_title), slugify(work.title)):
            masks.setdefault(name, work.mask)
    return masks


def words_in_use() -> set[str]:
    """Of all addresses and works: each word, and each name as a whole, in small letters alone."""
    slugs = [*Address.objects.values_list("slug", flat=True), *Work.objects.values_list("slug", flat=True)]
    named = [slugify(name) for row in Work.objects.values_list("title", "short_title") for name in row]
    parts = [[_LETTERS.sub("", word) for word in slug.split("-")] for slug in [*slugs, *named]]
    return {word for words in parts for word in (*words, "".join(words)) if word}


def page_called(name: str, pages: models.QuerySet[Page] | None = None) -> Page | None:
    """The one of these pages that somebody means by a title, an alias or an address."""
    pages = Page.objects.all() if pages is None else pages
    slug = slugify(name)
    return (in_address(pages, slug) if slug else None) or pages.filter(title__iexact=name).first()


def page_at(slug: str) -> Page | None:
    """The page that is read at this address: `page-<id>`, or any slug that leads to it."""
    return in_address(Page.objects.published().for_reading(), slug)


def in_address(pages: models.QuerySet[Page], slug: str) -> Page | None:
    kind, _, key = slug.partition("-")
    if kind == "page" and key.isdecimal() and key.isascii() and len(key) < 19:
        return pages.filter(pk=int(key)).first()
    return pages.filter(addresses__slug=slug).first()


def near_names(viewer: Viewer, slug: str, limit: int = 5) -> list[Page]:
    """Pages inside the shield whose title, alias or slug is spelt alike, or shares a longer word; the nearest first."""
    pages = Page.objects.lore().visible_to(viewer)
    homes = dict(Address.objects.filter(page__in=pages).values_list("slug", "page_id"))
    alike = get_close_matches(slug.lower(), homes, n=limit, cutoff=_ALIKE)
    words = {word for word in slug.lower().split("-") if len(word) > 3}
    sharing = sorted((name for name in homes if words & set(name.split("-"))), key=len)
    keys = list(dict.fromkeys(homes[name] for name in [*alike, *sharing]))[:limit]
    found = pages.in_bulk(keys)
    return [found[key] for key in keys]
