"""Tags and their other words: whatever word is typed, the tag is one."""

import re
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import slugify
from rapidfuzz import fuzz, process

from lore.completing import Name
from lore.spoilers import Viewer
from theories import search
from theories.models import Tag, TagAlias, Theory

MOST_OFFERED = 10
_ALIKE = 65


def typed_words(text: str) -> list[str]:
    """What stands between commas or on lines of its own."""
    return [word for part in re.split(r"[,\n]", text) if (word := part.strip())]


def tags_called(viewer: Viewer, words: Iterable[str]) -> list[Tag]:
    """The tags of these words, each once. Raises a ValidationError that names the words which no tag has, as far as
    this viewer may know."""
    slugs = {slugify(word): word for word in words}
    found = list(Tag.objects.visible_to(viewer).called(*slugs).prefetch_related("aliases"))
    known = {slug for tag in found for slug in _slugs(tag)}
    unknown = [f"“{word}”" for slug, word in slugs.items() if slug not in known]
    if unknown:
        raise ValidationError(f"No tag is called {', '.join(unknown)}.")
    return found


def names_like(viewer: Viewer, typed: str) -> list[Name]:
    """Tags for whoever types one: by their own word and by others."""
    names = [
        Name(tag.name if slug == tag.slug else slug, tag.slug, "tag" if slug == tag.slug else f"leads to {tag.name}")
        for tag in Tag.objects.visible_to(viewer).prefetch_related("aliases")
        for slug in _slugs(tag)
    ]
    labels = [name.label.casefold() for name in names]
    hits = process.extract(typed.casefold(), labels, scorer=fuzz.WRatio, limit=MOST_OFFERED, score_cutoff=_ALIKE)
    return [names[place] for _, _, place in hits]


def set_aliases(tag: Tag, slugs: Iterable[str]) -> None:
    """The tag's other words are these, and no others."""
    wanted = set(slugs) - {tag.slug}
    with transaction.atomic():
        for slug in wanted:
            check_alias(tag, slug)
        tag.aliases.exclude(slug__in=wanted).delete()
        had = set(tag.aliases.values_list("slug", flat=True))
        TagAlias.objects.bulk_create(TagAlias(tag=tag, slug=slug) for slug in sorted(wanted - had))


def check_alias(tag: Tag | None, slug: str) -> None:
    """One word leads to one tag."""
    taken = Tag.objects.called(slug)
    if tag and tag.pk:
        taken = taken.exclude(pk=tag.pk)
    if other := taken.first():
        raise ValidationError(f"“{slug}” leads to the tag “{other}” already.")


def merge(old: Tag, into: Tag) -> None:
    """What was filed under `old` is filed under `into`, and the old words lead there."""
    if old.pk == into.pk:
        raise ValidationError("A tag cannot be merged into itself.")
    filed = Theory.tags.through.objects
    with transaction.atomic():
        theories = list(filed.filter(tag=old).values_list("theory_id", flat=True))
        filed.bulk_create((Theory.tags.through(theory_id=pk, tag=into) for pk in theories), ignore_conflicts=True)
        old.aliases.update(tag=into)
        slug = old.slug
        old.delete()
        TagAlias.objects.create(tag=into, slug=slug)
        for theory in Theory.objects.filter(pk__in=theories).iterator(chunk_size=500):
            search.publish(theory)


def _slugs(tag: Tag) -> list[str]:
    return [tag.slug, *(alias.slug for alias in tag.aliases.all())]
