"""What a theory rests on, written one thing a line."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.text import slugify

from lore.canon import in_address
from lore.forms.fields import TextField
from lore.models import Claim, Page
from lore.spoilers import Viewer
from theories.citing import told
from theories.models import Leaning, Theory
from theories.posting import Cited

_AGAINST = re.compile(r"(?i)^against:\s*")
_CLAIM = re.compile(r"(?i)(?:.*#)?(?:claim-)?([a-z]{1,4}[0-9]{1,16})")
_MOST_CITATIONS = 30


@dataclass(frozen=True)
class Line:
    """`thing` is None where nothing is called `name`; `words`: what it says, empty where its writer may not know."""

    name: str
    is_against: bool
    thing: Claim | Page | None
    words: str


class CitationsField(TextField):
    """One thing a line, found inside the shield: what the viewer may not see is not found, whether or not it exists.
    What `theory` cites already stays citable, whatever became of it: a page that may not be named as `page-<id>`."""

    viewer: Viewer = Viewer()
    theory: Theory | None = None

    def clean(self, value: str) -> list[Cited]:
        typed = super().clean(value)
        if len(_typed_lines(typed)) > _MOST_CITATIONS:
            raise ValidationError(f"A theory rests on {_MOST_CITATIONS} things at most.")
        lines = self.lines(typed)
        unknown = [f"“{line.name}”" for line in lines if line.thing is None]
        if unknown:
            raise ValidationError(f"Nothing in the lore is called {', '.join(unknown)}.")
        leanings = {line.thing: Leaning.CONTRADICT if line.is_against else Leaning.SUPPORT for line in lines}
        return [Cited(thing, leaning) for thing, leaning in leanings.items()]

    def lines(self, typed: str) -> list[Line]:
        """What each line names, as far as one may name so much."""
        typed_lines = _typed_lines(typed)[:_MOST_CITATIONS]
        names = {_AGAINST.sub("", line): bool(_AGAINST.match(line)) for line in typed_lines}
        things = {name: self._find(name) for name in names}
        words = told(self.viewer, [thing for thing in things.values() if thing])
        return [Line(name, against, things[name], words.get(things[name], "")) for name, against in names.items()]

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


def _typed_lines(typed: str) -> list[str]:
    return [line.strip() for line in typed.splitlines() if line.strip()]


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
