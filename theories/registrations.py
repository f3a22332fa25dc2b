"""What theories add to the hooks of the apps below."""

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from itertools import batched

from django.db import transaction
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils.http import urlencode

from accounts import hooks as account_hooks
from accounts.models import User
from lore import hooks as lore_hooks
from lore.models import Claim, Page
from lore.spoilers import Viewer, screened
from lore.uses import uses
from moderation import hooks as moderation_hooks
from moderation.deciding import last_hidden, latest_decision
from moderation.hooks import Beside, CaseKind, Figure, Queue, Waiting
from moderation.models import Act
from theories import erasing, held_votes, packing, search, standing_facts
from theories.awaiting import next_change
from theories.counting import BATCH, lock, recount, recount_in_batches
from theories.held_votes import figures_of_votes, votes_held
from theories.marking import hold_comments, marked_by, recount_marks
from theories.models import Appeal, Citation, Comment, State, Tag, Theory, TurnTaken
from theories.narrowing import Narrowed, among_the_hottest, cited_by, narrowed
from theories.notices import finders, followed_tags, followed_theories, under_muted_tags
from theories.posting import follow_release, show_picture
from theories.tasks import follow_claim
from theories.turning import give_time_back, settle_before_hiding

_IN_PANEL = 12
_IN_USES = 100
_IN_QUEUE = 100
_OUTCOME = "outcome"
# What reports weigh together that hide a thing until a moderator looks: as much as four fans without a history for a
# theory, on which others have voted; three for a comment, which stands among others.
_THEORY_HIDES_AT = 4.0
_COMMENT_HIDES_AT = 3.0


def register() -> None:
    account_hooks.fan_suspending.append(account_hooks.Counted(find_judged, hold_judged))
    account_hooks.fan_suspended.append(recount_judged)
    account_hooks.fan_facts.append(standing_facts.facts)
    account_hooks.fan_export.append(packing.parts)
    account_hooks.fan_erase.append(erasing.erase)
    account_hooks.fans_stirred.append(standing_facts.stirred)
    _register_telling()
    lore_hooks.page_panels.append(leaning_theories)
    lore_hooks.page_uses.append(citing_theories)
    lore_hooks.pictures_in_use.append(pictures_of_theories)
    lore_hooks.changes_by_time.append(next_change)
    lore_hooks.work_released.append(follow_release)
    lore_hooks.claim_changed.append(tell_of_claim)
    moderation_hooks.queues.append(undecided)
    moderation_hooks.author_figures.append(author_figures)
    moderation_hooks.queues.append(votes_held)
    moderation_hooks.case_figures.append(figures_of_votes)
    moderation_hooks.vote_acts.update(held_votes.ACTS)
    moderation_hooks.kinds[held_votes.KEY] = held_votes.CASE
    moderation_hooks.waiting_things.extend([disputed_theories, appealed_outcomes, held_votes.waiting_votes])
    moderation_hooks.kinds.update(
        theory=CaseKind(
            "theory",
            find=lambda pk: Theory.objects.exclude(state=State.DRAFT).filter(pk=pk).first(),
            address=lambda theory: theory.shield_href,
            acts=frozenset({Act.HIDE, Act.RESTORE, Act.LOCK, Act.UNLOCK, Act.SLOW, Act.UNSLOW}),
            after=_follow_theory,
            text=lambda theory: "\n\n".join([theory.claim, theory.case, theory.criteria]),
            title=lambda theory, viewer: theory.claim if viewer.sees(theory) else "",
            author_id=lambda theory: theory.author_id,
            rescope=rescope_theory,
            hides_at=_THEORY_HIDES_AT,
        ),
        comment=CaseKind(
            "comment",
            find=lambda pk: Comment.objects.filter(deleted_at=None).select_related("theory").filter(pk=pk).first(),
            address=lambda comment: comment.address_at(comment.theory.shield_href),
            acts=frozenset({Act.HIDE, Act.RESTORE}),
            after=lambda comment: recount(lock([comment.theory_id])),
            is_public=lambda comment: not comment.is_hidden and not comment.theory.is_hidden,
            text=lambda comment: comment.text,
            author_id=lambda comment: comment.author_id,
            rescope=rescope_comment,
            hides_at=_COMMENT_HIDES_AT,
            beside=_beside_comment,
        ),
    )


def _register_telling() -> None:
    account_hooks.notice_kinds.update(finders())
    account_hooks.followed_kinds.update(theory=followed_theories, tag=followed_tags)
    account_hooks.muted_kinds["tag"] = named_tags
    account_hooks.under_muted_tags.append(under_muted_tags)


def _beside_comment(comment: Comment, viewer: Viewer) -> Iterator[Beside]:
    theory, parent = comment.theory, comment.parent
    claim = theory.claim if viewer.sees(theory) else ""
    yield Beside("In the discussion of", f"theory {theory.pk}", theory.shield_href, claim)
    if parent and not parent.deleted_at:
        words = parent.text if viewer.sees(parent) else ""
        yield Beside("In answer to", f"comment {parent.pk}", parent.address_at(theory.shield_href), words)


def disputed_theories() -> QuerySet:
    """By the index of states other than open, which is why it says that they are."""
    rows = Theory.objects.listed().exclude(state=State.OPEN).filter(state=State.DISPUTED)
    return moderation_hooks.pairs(rows, _OUTCOME, "pk")


def appealed_outcomes() -> QuerySet:
    rows = Appeal.objects.filter(decided_at=None, theory__in=Theory.objects.listed())
    return moderation_hooks.pairs(rows, _OUTCOME, "theory_id")


def undecided(viewer: Viewer) -> Queue:
    """Theories whose outcome somebody disputes or has appealed against."""
    waiting = Q(state=State.DISPUTED) | Q(appeal__decided_at=None, appeal__isnull=False)
    rows = Theory.objects.listed().filter(waiting).select_related("appeal")
    turns = TurnTaken.objects.filter(theory=OuterRef("pk"), state_after=State.DISPUTED)
    disputed = turns.order_by("-id").values("taken_at")
    found = rows.annotate(disputed_at=Subquery(disputed[:1])).order_by("id")[:_IN_QUEUE]
    return Queue("outcomes", "Outcomes to decide", sorted((_waiting(viewer, theory) for theory in found), key=_since))


def _waiting(viewer: Viewer, theory: Theory) -> Waiting:
    is_disputed = theory.state == State.DISPUTED
    sees = viewer.sees(theory)
    return Waiting(
        name=f"theory {theory.pk}",
        href=reverse("theories:resolve", args=[theory.pk, theory.slug if sees else "theory"]),
        title=theory.claim if sees else "",
        note="disputed" if is_disputed else "appealed against",
        since=theory.disputed_at if is_disputed else theory.appeal.made_at,
    )


def _since(waiting: Waiting) -> datetime:
    return waiting.since or datetime.min.replace(tzinfo=UTC)


def leaning_theories(viewer: Viewer, page: Page) -> lore_hooks.Panel | None:
    found, is_walked = _leaning(viewer, page)
    hot = found.filter(among_the_hottest()) if is_walked else found
    entries = screened(viewer, hot.order_by("-hot", "-id")[:_IN_PANEL])
    if not entries:
        return None
    context = {"entries": entries, "new_href": f"{reverse('theories:new')}?cite={page.slug}"}
    return lore_hooks.Panel("theories", "Theories that lean on this", "theories/_panel.html", context)


def citing_theories(viewer: Viewer, page: Page) -> lore_hooks.Uses | None:
    found, _ = _leaning(viewer, page)
    theories = screened(viewer, found.order_by("-opened_at", "-id")[:_IN_USES])
    return uses("Theories that lean on it", theories, lambda theory: (theory.claim, theory.get_absolute_url()))


def _leaning(viewer: Viewer, page: Page) -> Narrowed:
    """Theories that cite the page or a claim on it, as far as the viewer sees what they cite."""
    also_here = Claim.also_on.through.objects.filter(page=page).values("claim_id")
    claims = Claim.objects.filter(Q(page=page) | Q(pk__in=also_here)).order_by().values("pk")
    cited = Citation.objects.visible_to(viewer)
    ids, fits = cited_by([cited.filter(page=page), cited.filter(claim__in=claims)])
    return narrowed(Theory.objects.in_lists().wanted_by(viewer), ids, fits)


def pictures_of_theories() -> QuerySet:
    return Theory.objects.exclude(picture=None).values("picture_id")


def tell_of_claim(claim: Claim) -> None:
    """Many may rest on it: they are told by the worker."""
    if claim.is_fallen and Citation.objects.filter(claim=claim).exists():
        transaction.on_commit(partial(follow_claim.enqueue, claim.pk))


def find_judged(fan: User) -> tuple[list[int], list[int]]:
    """Ids of the comments and the theories that are going to be recounted."""
    return sorted(marked_by(fan)), sorted(judged_by(fan))


def hold_judged(found: tuple[list[int], list[int]]) -> None:
    """In the order in which everybody locks (`counting.lock`)."""
    comments, theories = found
    for ids in batched(comments, BATCH):
        hold_comments(ids)
    for ids in batched(theories, BATCH):
        lock(ids)


def rescope_theory(theory: Theory, scope: int) -> None:
    """A moderator may also give it back what a shield took."""
    theory.scope = scope
    theory.save(update_fields=["scope"])
    recount([theory.pk])
    _publish(theory)


def rescope_comment(comment: Comment, scope: int) -> None:
    comment.scope = scope
    comment.save(update_fields=["scope"])
    recount(lock([comment.theory_id]))


def author_figures(fan: User) -> list[Figure]:
    posted = {"Theories": fan.theories.exclude(state=State.DRAFT), "Comments": fan.comments.filter(deleted_at=None)}
    return [Figure(label, _with_hidden(rows)) for label, rows in posted.items()]


def _with_hidden(rows: QuerySet) -> str:
    found = rows.order_by().aggregate(all=Count("pk"), hidden=Count("pk", filter=Q(is_hidden=True)))
    return f"{found['all']}, {found['hidden']} of them hidden" if found["hidden"] else str(found["all"])


def recount_judged(fan: User) -> None:
    """What they voted on, forecast and marked: it counts while they are active."""
    recount_marks(marked_by(fan))
    recount_in_batches(judged_by(fan))


def judged_by(fan: User) -> QuerySet:
    """Ids of the theories that they voted on or forecast."""
    votes, forecasts = (rows.order_by().values_list("theory_id", flat=True) for rows in (fan.votes, fan.forecasts))
    return votes.union(forecasts)


def named_tags(viewer: Viewer, ids: list[int]) -> dict[int, account_hooks.NoticeLine]:
    tags = Tag.objects.visible_to(viewer).in_bulk(ids)
    listed = reverse("theories:list")
    return {
        pk: account_hooks.NoticeLine(f"the tag “{tag.name}”", f"{listed}?{urlencode({'tag': tag.slug})}")
        for pk, tag in tags.items()
    }


def _follow_theory(theory: Theory) -> None:
    decided = latest_decision("theory", theory.pk)
    if decided and decided.act == Act.HIDE:
        settle_before_hiding(theory)
    if decided and decided.act == Act.RESTORE:
        give_time_back(theory, last_hidden("theory", theory.pk) or decided.created_at)
    _publish(theory)


def _publish(theory: Theory) -> None:
    search.publish(theory)
    show_picture(theory)
