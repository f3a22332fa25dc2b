"""Who may do what with theories and comments. Verbs ask `require_…`, views and templates `may_…`: one truth."""

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import User
from accounts.rights import acts_as_staff
from moderation.deciding import is_marked_by_moderator
from moderation.permissions import may_moderate
from theories.models import Comment, State, Theory, Turn
from theories.states import SAID, UNRESOLVED, leads_to

type Somebody = User | AnonymousUser


class Conflict(ValidationError):
    """Somebody else was quicker: what was asked for is no longer possible, or would undo what they did."""


class TooSoon(ValidationError):
    """Slow mode: the next comment has to wait. `seconds` from now on."""

    def __init__(self, minutes: int, seconds: int) -> None:
        every = "a minute" if minutes == 1 else f"every {minutes} minutes"
        wait = f"{seconds} seconds" if seconds < 120 else f"about {round(seconds / 60)} minutes"
        super().__init__(f"This discussion is in slow mode: one comment {every}. Yours can stand in {wait}.")
        self.seconds = seconds


def is_authors(somebody: Somebody, theory: Theory) -> bool:
    """The author, or staff for what the archive posted."""
    return theory.author_id == somebody.pk or (may_act_as_archive(somebody) and theory.author.is_archive)


def may_act_as_archive(somebody: Somebody) -> bool:
    return acts_as_staff(somebody)


def may_edit(somebody: Somebody, theory: Theory) -> bool:
    return is_authors(somebody, theory) and why_no_edit(theory) == ""


def may_withdraw(somebody: Somebody, theory: Theory) -> bool:
    return is_authors(somebody, theory) and why_no_withdrawal(theory) == ""


def may_clarify(somebody: Somebody, theory: Theory) -> bool:
    return is_authors(somebody, theory) and why_no_clarification(theory) == ""


def may_succeed(somebody: Somebody, theory: Theory) -> bool:
    """Whatever has become of the theory, as long as others may read it."""
    return is_authors(somebody, theory) and not theory.is_draft and not theory.is_hidden


def may_mark(somebody: Somebody, theory: Theory) -> bool:
    """As a duplicate, or as one no longer."""
    is_whose = is_authors(somebody, theory) or marks_as_moderator(somebody, theory)
    return is_whose and why_no_mark(somebody, theory) == ""


def marks_as_moderator(somebody: Somebody, theory: Theory) -> bool:
    """Marks it as a duplicate by a moderator's decision, which is public. On their own theory they are its author."""
    return theory.author_id != somebody.pk and may_moderate(somebody)


def stands_for_good(theory: Theory) -> bool:
    """Its claim, how we would know and by when: once somebody else has said what they think of it, or it is due."""
    return theory.is_frozen or theory.is_due


def why_for_good(theory: Theory) -> str:
    """Of one that stands for good."""
    return "Somebody has voted on it or forecast it" if theory.is_frozen else "It is due"


def may_vote(somebody: Somebody, theory: Theory) -> bool:
    return somebody.is_active and theory.author_id != somebody.pk and why_no_vote(theory) == ""


def may_forecast(somebody: Somebody, theory: Theory) -> bool:
    """The author may, too."""
    return somebody.is_active and not somebody.is_archive and why_no_forecast(theory) == ""


def may_comment(somebody: Somebody, theory: Theory) -> bool:
    return somebody.is_active and why_no_comment(theory) == ""


def may_edit_comment(somebody: Somebody, comment: Comment) -> bool:
    return may_delete_comment(somebody, comment) and why_no_comment(comment.theory) == ""


def may_delete_comment(somebody: Somebody, comment: Comment) -> bool:
    return somebody.is_active and comment.author_id == somebody.pk and not comment.is_gone


def why_no_edit(theory: Theory) -> str:
    """The sentence that says why nobody may change it now; empty when they may."""
    if theory.is_hidden:
        return "A moderator has hidden this theory: it cannot be changed."
    if theory.is_locked:
        return "A moderator has locked this theory: it stays as it is."
    if theory.state not in {State.DRAFT, State.OPEN}:
        return _as_it_is(theory, "it stays as it is")
    return ""


def why_no_withdrawal(theory: Theory) -> str:
    if theory.backing_withdrawn_at:
        return "You have taken your backing away already."
    if theory.is_due and not theory.is_frozen:
        return "This theory is due: it waits to be resolved."
    return why_no_edit(theory)


def why_no_clarification(theory: Theory) -> str:
    if theory.is_hidden or theory.is_locked:
        return why_no_edit(theory)
    if theory.state not in UNRESOLVED or theory.is_resolved:
        return _as_it_is(theory, "it stays as it is")
    if not stands_for_good(theory):
        return "Nobody has voted on it or forecast it yet: change its words instead."
    return ""


def why_no_mark(somebody: Somebody, theory: Theory) -> str:
    """Moderators file what they have locked or hidden, too, and what stands for good. Its author does not: else what
    is going to fail would never be resolved."""
    turn = Turn.UNMARK if theory.duplicate_of_id else Turn.MARK
    if not leads_to(turn, theory.current_state):
        return _as_it_is(theory, "it cannot be marked as a duplicate")
    if marks_as_moderator(somebody, theory):
        return ""
    if theory.is_hidden or theory.is_locked:
        return why_no_edit(theory)
    return _why_authors_mark_no_more(theory)


def _why_authors_mark_no_more(theory: Theory) -> str:
    what = "says that it is no duplicate" if theory.duplicate_of_id else "marks it as a duplicate"
    if stands_for_good(theory):
        return f"{why_for_good(theory)}: only a moderator, and not its author, {what} now."
    if theory.duplicate_of_id and is_marked_by_moderator("theory", theory.pk):
        return f"A moderator has marked it as a duplicate: only a moderator {what} now."
    return ""


def why_no_vote(theory: Theory) -> str:
    return _why_closed(theory, "vote on", "votes")


def why_no_forecast(theory: Theory) -> str:
    """Forecasts close when votes do."""
    return _why_closed(theory, "forecast", "forecasts")


def _why_closed(theory: Theory, act: str, what: str) -> str:
    if theory.is_hidden or theory.is_draft:
        return f"There is nothing to {act} here yet."
    if theory.is_locked:
        return f"A moderator has locked this theory: it takes no {what}."
    return "" if theory.is_undecided else _as_it_is(theory, f"it takes no more {what}")


def why_no_comment(theory: Theory) -> str:
    if theory.is_hidden or theory.is_draft:
        return "There is nothing to discuss here."
    return "A moderator has locked this theory: the discussion is closed." if theory.is_locked else ""


def require_author(somebody: Somebody, theory: Theory) -> None:
    if not is_authors(somebody, theory):
        raise PermissionDenied(
            "Only its author changes a theory. You can post one of your own, or say what you think in a comment."
        )


def require_edit(somebody: Somebody, theory: Theory) -> None:
    require_author(somebody, theory)
    _refuse(why_no_edit(theory))


def require_withdrawal(somebody: Somebody, theory: Theory) -> None:
    require_author(somebody, theory)
    _refuse(why_no_withdrawal(theory))


def require_clarification(somebody: Somebody, theory: Theory) -> None:
    require_author(somebody, theory)
    _refuse(why_no_clarification(theory))


def require_succession(somebody: Somebody, theory: Theory) -> None:
    require_author(somebody, theory)
    if not may_succeed(somebody, theory):
        raise Conflict("A draft or a hidden theory has no successor: post it first, or write another.")


def require_mark(somebody: Somebody, theory: Theory) -> None:
    if not is_authors(somebody, theory) and not may_moderate(somebody):
        raise PermissionDenied("Only its author and moderators say that a theory is a duplicate. You can report it.")
    _refuse(why_no_mark(somebody, theory))


def require_vote(somebody: Somebody, theory: Theory) -> None:
    if not somebody.is_active:
        raise PermissionDenied("This account is closed.")
    if theory.author_id == somebody.pk:
        raise PermissionDenied("Nobody votes on their own theory.")
    _refuse(why_no_vote(theory))


def require_forecast(somebody: Somebody, theory: Theory) -> None:
    if not somebody.is_active:
        raise PermissionDenied("This account is closed.")
    if somebody.is_archive:
        raise PermissionDenied("The archive forecasts nothing: it keeps the record of those who do.")
    _refuse(why_no_forecast(theory))


def require_comment(somebody: Somebody, theory: Theory) -> None:
    if not somebody.is_active:
        raise PermissionDenied("This account is closed.")
    _refuse(why_no_comment(theory))


def why_no_nod(comment: Comment) -> str:
    """The sentence that says why nobody may mark this comment now; empty when they may."""
    if comment.is_gone:
        return "This comment has been taken away meanwhile."
    return why_no_comment(comment.theory)


def require_nod(somebody: Somebody, comment: Comment) -> None:
    if not somebody.is_active:
        raise PermissionDenied("This account is closed.")
    if comment.author_id == somebody.pk:
        raise PermissionDenied("Nobody marks their own comments.")
    _refuse(why_no_nod(comment))


def require_writer(somebody: Somebody, comment: Comment) -> None:
    if comment.author_id != somebody.pk:
        raise PermissionDenied("Only its writer changes a comment. You can answer it, or report it.")


def require_own_comment(somebody: Somebody, comment: Comment) -> None:
    require_writer(somebody, comment)
    if comment.is_hidden:
        raise Conflict("A moderator has hidden this comment: it stays as it is.")
    if comment.is_gone:
        raise Conflict("This comment has been taken back already.")


def _as_it_is(theory: Theory, so: str) -> str:
    return f"{SAID[theory.current_state]}: {so}."


def _refuse(why: str) -> None:
    if why:
        raise Conflict(why)
