"""A theory as one viewer gets it: every part has been through the gate, nothing else leaves this module."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.safestring import SafeString

from lore import markup
from lore.leading import led
from lore.models import Claim, Image, Page, Status
from lore.reading import shown
from lore.spoilers import Fold, Shield, Viewer, folded, gate
from theories.discussing import default_scope
from theories.models import BELIEVE, DOUBT, CaseVersion, Citation, Comment, Leaning, Tag, Theory, path_from
from theories.permissions import why_no_comment

COMMENTS = 50
_STANCES = {BELIEVE: "believe", DOUBT: "doubt"}


@dataclass(frozen=True)
class CitedLine:
    """One thing a theory rests on. `html` is empty for a page, which is named only."""

    page: Page
    claim: Claim | None
    html: SafeString | str
    is_against: bool
    is_shield: ClassVar[bool] = False

    @property
    def href(self) -> str:
        return (self.claim or self.page).get_absolute_url()

    @property
    def is_superseded(self) -> bool:
        return self.claim is not None and self.claim.superseded_by_id is not None

    @property
    def breaks(self) -> bool:
        """It was to carry the theory, and does not hold any more."""
        fallen = self.is_superseded or (self.claim is not None and self.claim.status == Status.CONTRADICTED)
        return fallen and not self.is_against


@dataclass(frozen=True)
class CommentLine:
    comment: Comment
    html: SafeString | str = ""
    stance: str = ""
    acts: dict[str, str] = field(default_factory=dict)
    is_shield: ClassVar[bool] = False
    is_fold: ClassVar[bool] = False


@dataclass(frozen=True)
class Discussion:
    """A stretch of the discussion in reading order. `next_place` is where the following one begins."""

    lines: list[CommentLine | Shield | Fold]
    is_from_start: bool
    next_place: str


@dataclass(frozen=True)
class Reading:
    theory: Theory
    case: SafeString
    criteria: SafeString
    description: str
    tags: list[Tag]
    picture: Image | None
    gives_away: str
    citations: list[CitedLine | Shield]
    comment_scope: int

    @property
    def has_broken_premise(self) -> bool:
        return any(not line.is_shield and line.breaks for line in self.citations)


def read(viewer: Viewer, theory: Theory) -> Reading:
    """The caller has made sure that the viewer sees the theory itself."""
    case = markup.from_json(theory.compiled["case"])
    citations = list(theory.citations.with_cited())
    shown_case, criteria = _texts(viewer, theory, theory.compiled)
    return Reading(
        theory=theory,
        case=shown_case,
        criteria=criteria,
        description=case.plain(viewer.inside),
        tags=list(theory.tags.visible_to(viewer)),
        picture=theory.picture if theory.picture and viewer.sees(theory.picture) else None,
        gives_away=viewer.names(theory.scope) if theory.scope else "",
        citations=[_cited_line(viewer, citation) for citation in citations if citation.where.is_published],
        comment_scope=default_scope(theory, citations),
    )


def read_versions(viewer: Viewer, theory: Theory) -> list[tuple[CaseVersion, SafeString, SafeString]]:
    """With case and criteria, the last first."""
    versions = list(theory.versions.all())
    texts = _texts(viewer, theory, *(version.compiled for version in versions))
    return list(zip(versions, texts[::2], texts[1::2], strict=True))


def _texts(viewer: Viewer, theory: Theory, *compiled: dict[str, Any]) -> list[SafeString]:
    """The case and the criteria of each."""
    grant = _granted(viewer, theory)
    blocks = (markup.from_json(words[name]) for words in compiled for name in ("case", "criteria"))
    return led(viewer, [block.render(grant, viewer.names) for block in blocks])


def _cited_line(viewer: Viewer, citation: Citation) -> CitedLine | Shield:
    claim, page = citation.claim, citation.where
    entry = gate(viewer, claim or page)
    if isinstance(entry, Shield):
        return entry
    html = shown(viewer, markup.from_json(claim.compiled)) if claim else ""
    return CitedLine(page, claim, html, citation.leaning == Leaning.CONTRADICT)


def discussion(viewer: Viewer, theory: Theory, start: str = "") -> Discussion:
    """From the comment at the place `start` on; from the first when that is no place."""
    path = path_from(start) if start else None
    rows = theory.comments.in_thread_order().select_related("author")
    if path:
        rows = rows.filter(path__gte=path)
    found = list(rows[: COMMENTS + 1])
    following = found[COMMENTS].place if len(found) > COMMENTS else ""
    lines = [line for comment, later in _with_next(found)[:COMMENTS] if (line := _comment_line(viewer, comment, later))]
    lines = _with_leads(viewer, lines)
    return Discussion(list(folded(lines)), path is None, following)


def _with_leads(viewer: Viewer, lines: list[CommentLine | Shield]) -> list[CommentLine | Shield]:
    """All comments' links are looked up at once."""
    texts = iter(led(viewer, [line.html for line in lines if not line.is_shield]))
    return [line if line.is_shield else replace(line, html=next(texts)) for line in lines]


def _with_next(comments: list[Comment]) -> list[tuple[Comment, Comment | None]]:
    return list(zip(comments, [*comments[1:], None], strict=True)) if comments else []


def _comment_line(viewer: Viewer, comment: Comment, later: Comment | None) -> CommentLine | Shield | None:
    """None for what a moderator took away, unless somebody answered it: then a stone is left in its place."""
    is_own = viewer.fan_id == comment.author_id
    if comment.is_gone and not (is_own and comment.deleted_at is None):
        has_replies = later is not None and later.path.startswith(comment.path)
        return CommentLine(comment) if comment.deleted_at or has_replies else None
    if not viewer.sees(comment, within=comment.theory):
        return viewer.shield(comment)
    html = markup.from_json(comment.compiled).render(_granted(viewer, comment), viewer.names)
    return CommentLine(comment, html, _STANCES.get(comment.stance, ""), _acts(viewer, comment))


def _acts(viewer: Viewer, comment: Comment) -> dict[str, str]:
    """Where this viewer can act on a comment; guests answer by way of the sign-in page."""
    theory, acts = comment.theory, {}
    if not why_no_comment(theory):
        reply = f"?reply={comment.pk}#reply"
        sign_in = f"{reverse('account_login')}?{urlencode({'next': theory.get_absolute_url() + reply})}"
        acts["reply"] = reply if viewer.fan_id else sign_in
    if viewer.fan_id != comment.author_id:
        return acts | {"report": f"{reverse('moderation:report')}?kind=comment&id={comment.pk}"}
    if comment.is_hidden:
        return {}
    address = [theory.pk, theory.slug, comment.pk]
    if acts:
        acts["edit"] = reverse("theories:comment_edit", args=address)
    return acts | {"delete": reverse("theories:comment_delete", args=address)}


def _granted(viewer: Viewer, thing: Theory | Comment) -> Callable[[int], bool]:
    """For what stands in a text that the viewer was let into: its scope comes along; authors see all of theirs."""
    is_own = viewer.fan_id == thing.author_id
    return lambda scope: is_own or viewer.inside(scope & ~thing.scope)
