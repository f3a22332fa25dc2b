"""Comments: written, answered, changed and taken back."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from functools import partial, reduce
from math import ceil
from operator import or_
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.following import THEORY, is_followed
from accounts.models import User
from accounts.muting import require_welcome
from accounts.suspending import require_present
from lore import markup
from lore.canon import fan_lexicon_for
from lore.spoilers import whole_scope
from moderation import spam
from moderation.reporting import close_gone
from theories.badges import REASONED, gives_reasons, grant
from theories.clock import now
from theories.counting import recount
from theories.models import DEPTH_CAP, STEP, Citation, Comment, CommentVersion, Theory
from theories.permissions import Conflict, TooSoon, require_comment, require_own_comment
from theories.ranking import Kind
from theories.stepping import follow
from theories.tasks import follow_comment
from theories.telling import tell_no_more_of_comment, tell_of_comment, tell_of_names
from theories.voting import stance_of

LONGEST = 10_000
SAME_MOMENT = timedelta(minutes=1)
MOST_NAMED = 10
"""So many of those whom a comment names hear of it: it is no loudspeaker."""


def comment(
    author: User,
    theory: Theory,
    text: str,
    *,
    parent_id: int | None = None,
    scope: int | None = None,
    shows_stance: bool = False,
) -> Comment:
    """`scope` None: what the theory and its citations give away. Too deep a reply becomes its parent's sibling. Sent
    twice in a moment it is the same comment, said once.

    Raises TooSoon for who has to wait in slow mode.
    """
    block = _compiled(text)
    spam.check_links(author, text)
    with transaction.atomic():
        held = _held(theory)
        require_comment(author, held)
        answered = _answered(held, parent_id) if parent_id else None
        require_welcome(author, answered.author_id if answered else held.author_id)
        parent = answered.parent if answered and answered.depth == DEPTH_CAP else answered
        made = Comment(
            theory=held,
            parent=parent,
            author=author,
            text=text,
            compiled=markup.to_json(block),
            scope=default_scope(held, held.citations.with_cited()) if scope is None else scope,
            path=uuid4().hex,
            root_id=parent and (parent.root_id or parent.pk),
            created_at=now(),
        )
        if twin := _just_said(made):
            return twin
        _require_patience(author, held)
        made.stance = stance_of(author.pk, held) if shows_stance else None
        made.save()
        require_present(author)
        # Its place is made of its own id, which is known only now.
        made.path = (parent.path if parent else "") + str(made.pk).zfill(STEP)
        made.save(update_fields=["path"])
        follow(held, Kind.COMMENT, made.created_at, comments=0 if made.scope & ~held.scope else 1)
        tell_of_comment(made, block.fans[:MOST_NAMED], answered)
        if is_followed(THEORY, held.pk):
            transaction.on_commit(partial(follow_comment.enqueue, made.pk))
        if gives_reasons(text):
            grant(author.pk, REASONED)
        spam.look_at(author, "comment", made.pk, text)
    return made


def revise(editor: User, comment: Comment, text: str, *, scope: int) -> Comment:
    """What it said before stays in its trail. Whoever is named now for the first time hears of it."""
    block = _compiled(text)
    spam.check_links(editor, text)

    def change(held: Comment) -> None:
        if (held.text, held.scope) == (text, scope):
            return
        _keep_version(held)
        held.text, held.compiled, held.scope, held.edited_at = text, markup.to_json(block), scope, now()
        held.save(update_fields=["text", "compiled", "scope", "edited_at"])
        tell_of_names(held, block.fans[:MOST_NAMED])

    return _on_own(editor, comment, change, is_open=True)


def take_back(editor: User, comment: Comment) -> Comment:
    """Leaves a stone in its place, so that replies survive; the words are gone, those of earlier versions too."""
    return _on_own(editor, comment, take_away, is_open=False)


def take_away(held: Comment) -> None:
    """Its row and its theory's are locked."""
    held.text, held.compiled, held.stance, held.deleted_at = "", {}, None, now()
    held.save(update_fields=["text", "compiled", "stance", "deleted_at"])
    held.versions.all().delete()
    close_gone("comment", held.pk)
    recount([held.theory_id])
    tell_no_more_of_comment(held)


def next_turn(author: User, theory: Theory) -> datetime | None:
    """When slow mode lets them write again; None when it lets them now."""
    if not theory.slow_minutes:
        return None
    last = theory.comments.filter(author=author).order_by("-id").values_list("created_at", flat=True).first()
    moment = last + timedelta(minutes=theory.slow_minutes) if last else None
    return moment if moment and moment > now() else None


def default_scope(theory: Theory, citations: Iterable[Citation]) -> int:
    """What talk about the theory is likely to give away."""
    return reduce(or_, (whole_scope(citation) for citation in citations), theory.scope)


def _on_own(editor: User, comment: Comment, act: Callable[[Comment], None], *, is_open: bool) -> Comment:
    """Does `act` if it is the editor's to do, with both rows locked: the comment's first, as moderators do."""
    with transaction.atomic():
        held = Comment.objects.select_for_update(no_key=True).get(pk=comment.pk)
        held.theory = theory = _held(comment.theory)
        require_own_comment(editor, held)
        if is_open:
            require_comment(editor, theory)
        act(held)
    return held


def _held(theory: Theory) -> Theory:
    return Theory.objects.select_for_update(no_key=True).get(pk=theory.pk)


def _answered(theory: Theory, comment_id: int) -> Comment:
    answered = theory.comments.select_related("parent").filter(pk=comment_id).first()
    if answered is None:
        raise ValidationError({"parent": "What you answer is not part of this discussion."})
    if answered.is_gone:
        raise Conflict("What you answer has been taken away meanwhile.")
    return answered


def _just_said(made: Comment) -> Comment | None:
    """The same, by a click before this one."""
    lately = made.theory.comments.filter(created_at__gt=made.created_at - SAME_MOMENT, deleted_at=None)
    same = {name: getattr(made, name) for name in ("author", "parent", "text", "scope")}
    return lately.filter(**same).order_by("id").first()


def _require_patience(author: User, theory: Theory) -> None:
    if moment := next_turn(author, theory):
        raise TooSoon(theory.slow_minutes, ceil((moment - now()).total_seconds()))


def _keep_version(held: Comment) -> None:
    CommentVersion.objects.create(
        comment=held,
        number=held.versions.count() + 1,
        text=held.text,
        compiled=held.compiled,
        scope=held.scope,
        written_at=held.edited_at or held.created_at,
    )


def _compiled(text: str) -> markup.Block:
    if not text.strip():
        raise ValidationError({"text": "Write something first."})
    if len(text) > LONGEST:
        raise ValidationError({"text": f"A comment has at most {LONGEST:,} characters."})
    try:
        return markup.compile_fan(text, fan_lexicon_for(text))
    except markup.MarkupError as error:
        raise ValidationError({"text": str(error)})
