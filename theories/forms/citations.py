"""What a theory rests on, written one thing a line."""

import re
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.text import slugify

from lore.canon import in_address
from lore.forms.fields import TextField
from lore.models import Claim, Page
from lore.spoilers import Viewer
from theories.models import Leaning, Theory
from theories.posting import Cited

_AGAINST = re.compile(r"(?i)^against:\s*")
_CLAIM = re.compile(r"(?i)(?:.*#)?(?:claim-)?([a-z]{1,4}[0-9]{1,16})")
_MOST_CITATIONS = 30


class CitationsField(TextField):
    """One thing a line, found inside the shield: what the viewer may not see is not found, whether or not it exists.
    What `theory` cites already stays citable, whatever became of it: a page that may not be named as `page-<id>`."""

    viewer: Viewer = Viewer()
    theory: Theory | None = None

    def clean(self, value: str) -> list[Cited]:
        lines = [line.strip() for line in super().clean(value).splitlines() if line.strip()]
        if len(lines) > _MOST_CITATIONS:
            raise ValidationError(f"A theory rests on {_MOST_CITATIONS} things at most.")
        names = {_AGAINST.sub("", line): bool(_AGAINST.match(line)) for line in lines}
        things = {name: self._find(name) for name in names}
        unknown = [f"“{name}”" for name, thing in things.items() if thing is None]
        if unknown:
            raise ValidationError(f"Nothing in the lore is called {', '.join(unknown)}.")
        leanings = {things[name]: Leaning.CONTRADICT if against else Leaning.SUPPORT for name, against in names.items()}
        return [Cited(thing, leaning) for thing, leaning in leanings.items()]

    def _find(self, name: str) -> Claim | Page | None:
        key = _CLAIM.fullmatch(name)
        return (self._claim(key[1]) if key else None) or self._page(name)

    def _claim(self, key: str) -> Claim | None:
        mine = Q(pk__in=self.theory.citations.values("claim")) if self.theory else Q(pk=None)
        seen = Q(pk__in=Claim.objects.published().visible_to(self.viewer).values("pk"))
        return Claim.objects.filter(mine | seen, key__iexact=key).first()

    def _page(self, name: str) -> Page | None:
        mine = Q(pk__in=self.theory.citations.values("page")) if self.theory else Q(pk=None)
        seen = Q(pk__in=Page.objects.lore().visible_to(self.viewer).values("pk"))
        return in_address(Page.objects.filter(mine | seen), slugify(_path(name).rstrip("/").rpartition("/")[2]))


def cited_lines(theory: Theory, viewer: Viewer) -> list[str]:
    """As `CitationsField` finds them again."""
    lines = []
    for citation in theory.citations.select_related("claim", "page"):
        name = citation.claim.key if citation.claim else _name_of(citation.page, viewer)
        lines.append(f"against: {name}" if citation.leaning == Leaning.CONTRADICT else name)
    return lines


def _name_of(page: Page, viewer: Viewer) -> str:
    """Its title or, where that is not its address, that; of one that this viewer cannot read neither."""
    if not (page.is_published and viewer.sees(page)):
        return f"page-{page.pk}"
    return page.title if slugify(page.title) == page.slug else page.slug


def _path(address: str) -> str:
    if "/" not in address:
        return address
    try:
        return urlsplit(address).path
    except ValueError:  # as “http://[” is
        return ""
