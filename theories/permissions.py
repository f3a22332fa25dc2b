"""Who may do what with theories and comments. Verbs ask `require_…`, views and templates `may_…`: one truth."""

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import User
from accounts.rights import acts_as_staff
from theories.models import Comment, State, Theory

type Somebody = User | AnonymousUser


class Conflict(ValidationError):
    """Somebody else was quicker: what was asked for is no longer possible, or would undo what they did."""


def is_authors(somebody: Somebody, theory: Theory) -> bool:
    """The author, or staff for what the archive posted."""
    return theory.author_id == somebody.pk or (may_act_as_archive(somebody) and theory.author.is_archive)


def may_act_as_archive(somebody: Somebody) -> bool:
    return acts_as_staff(somebody)


def may_edit(somebody: Somebody, theory: Theory) -> bool:
    return is_authors(somebody, theory) and why_no_edit(theory) == ""


def may_withdraw(somebody: Somebody, theory: Theory) -> bool:
    return may_edit(somebody, theory) and theory.backing_withdrawn_at is None


def may_vote(somebody: Somebody, theory: Theory) -> bool:
    return somebody.is_active and theory.author_id != somebody.pk and why_no_vote(theory) == ""


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
        return f"This theory is {_in_words(theory)}: it stays as it is."
    return ""


def why_no_vote(theory: Theory) -> str:
    if theory.is_hidden or theory.is_draft:
        return "There is nothing to vote on here yet."
    if theory.is_locked:
        return "A moderator has locked this theory: it takes no votes."
    if not theory.is_undecided:
        return f"This theory is {_in_words(theory)}: it takes no more votes."
    return ""


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


def require_vote(somebody: Somebody, theory: Theory) -> None:
    if not somebody.is_active:
        raise PermissionDenied("This account is closed.")
    if theory.author_id == somebody.pk:
        raise PermissionDenied("Nobody votes on their own theory.")
    _refuse(why_no_vote(theory))


def require_comment(somebody: Somebody, theory: Theory) -> None:
    if not somebody.is_active:
        raise PermissionDenied("This account is closed.")
    _refuse(why_no_comment(theory))


def require_writer(somebody: Somebody, comment: Comment) -> None:
    if comment.author_id != somebody.pk:
        raise PermissionDenied("Only its writer changes a comment. You can answer it, or report it.")


def require_own_comment(somebody: Somebody, comment: Comment) -> None:
    require_writer(somebody, comment)
    if comment.is_hidden:
        raise Conflict("A moderator has hidden this comment: it stays as it is.")
    if comment.is_gone:
        raise Conflict("This comment has been taken back already.")


def _in_words(theory: Theory) -> str:
    return theory.current_state.label.lower()


def _refuse(why: str) -> None:
    if why:
        raise Conflict(why)
