"""What a fan has said in discussions, as their own page lists it: what lies outside the shield is left out."""

from dataclasses import dataclass

from accounts.models import User
from lore import markup
from lore.leading import Leads, LedText
from lore.spoilers import Viewer
from theories.models import Comment, Theory
from theories.reading import granted

PAGE = 20


@dataclass(frozen=True)
class Said:
    comment: Comment
    html: LedText

    @property
    def href(self) -> str:
        return self.comment.address_at()


def said_by(viewer: Viewer, fan: User, before: int | None = None) -> tuple[list[Said], int | None]:
    """The newest PAGE older than the comment `before`; and the id below which there are more."""
    theories = Theory.objects.listed().visible_to(viewer)
    rows = Comment.objects.standing().visible_to(viewer).filter(author=fan, theory__in=theories)
    rows = rows.filter(pk__lt=before) if before else rows
    found = list(rows.select_related("theory").order_by("-id")[: PAGE + 1])
    leads = Leads(viewer)
    lines = [Said(comment, leads.text(_html(viewer, comment))) for comment in found[:PAGE]]
    return lines, found[PAGE - 1].pk if len(found) > PAGE else None


def _html(viewer: Viewer, comment: Comment) -> str:
    return markup.from_json(comment.compiled).render(granted(viewer, comment), viewer.names)
