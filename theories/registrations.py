"""What theories add to the hooks of the apps below."""

from django.db.models import Q, QuerySet
from django.urls import reverse

from accounts import hooks as account_hooks
from accounts.models import User
from lore import hooks as lore_hooks
from lore.models import Claim, Page
from lore.spoilers import Viewer, screened
from lore.uses import uses
from moderation import hooks as moderation_hooks
from moderation.hooks import CaseKind
from moderation.models import Act
from theories import search
from theories.counting import lock, recount, recount_in_batches
from theories.models import Citation, Comment, State, Theory
from theories.notices import finders
from theories.posting import follow_release, show_picture

_IN_PANEL = 12


def register() -> None:
    account_hooks.fan_suspended.append(recount_voted_on)
    account_hooks.notice_kinds.update(finders())
    lore_hooks.page_panels.append(leaning_theories)
    lore_hooks.page_uses.append(citing_theories)
    lore_hooks.pictures_in_use.append(pictures_of_theories)
    lore_hooks.work_released.append(follow_release)
    moderation_hooks.kinds.update(
        theory=CaseKind(
            "theory",
            find=lambda pk: Theory.objects.exclude(state=State.DRAFT).filter(pk=pk).first(),
            address=lambda theory: theory.shield_href,
            acts=frozenset({Act.HIDE, Act.RESTORE, Act.LOCK, Act.UNLOCK}),
            after=_follow_theory,
            text=lambda theory: "\n\n".join([theory.claim, theory.case, theory.criteria]),
            title=lambda theory, viewer: theory.claim if viewer.sees(theory) else "",
        ),
        comment=CaseKind(
            "comment",
            find=lambda pk: Comment.objects.filter(deleted_at=None).select_related("theory").filter(pk=pk).first(),
            address=lambda comment: f"{comment.theory.shield_href}#{comment.shield_anchor}",
            acts=frozenset({Act.HIDE, Act.RESTORE}),
            after=lambda comment: recount(lock([comment.theory_id])),
            is_public=lambda comment: not comment.is_hidden and not comment.theory.is_hidden,
            text=lambda comment: comment.text,
        ),
    )


def leaning_theories(viewer: Viewer, page: Page) -> lore_hooks.Panel | None:
    found = _leaning(viewer, page).order_by("-hot", "-id")[:_IN_PANEL]
    entries = screened(viewer, found)
    if not entries:
        return None
    context = {"entries": entries, "new_href": f"{reverse('theories:new')}?cite={page.slug}"}
    return lore_hooks.Panel("theories", "Theories that lean on this", "theories/_panel.html", context)


def citing_theories(viewer: Viewer, page: Page) -> lore_hooks.Uses | None:
    theories = screened(viewer, _leaning(viewer, page).order_by("-id"))
    return uses("Theories that lean on it", theories, lambda theory: (theory.claim, theory.get_absolute_url()))


def _leaning(viewer: Viewer, page: Page) -> QuerySet[Theory]:
    """Theories that cite the page or a claim on it, as far as the viewer sees what they cite."""
    here = Claim.objects.filter(
        Q(page=page) | Q(pk__in=Claim.also_on.through.objects.filter(page=page).values("claim_id"))
    )
    cited = Citation.objects.visible_to(viewer).filter(Q(page=page) | Q(claim__in=here.values("pk")))
    return Theory.objects.in_lists().filter(pk__in=cited.values("theory_id"))


def pictures_of_theories() -> QuerySet:
    return Theory.objects.exclude(picture=None).values("picture_id")


def recount_voted_on(fan: User) -> None:
    recount_in_batches(fan.votes.values_list("theory_id", flat=True))


def _follow_theory(theory: Theory) -> None:
    search.publish(theory)
    show_picture(theory)
