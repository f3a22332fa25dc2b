"""Comments: written, answered, changed and taken back."""

from collections.abc import Callable, Iterable
from functools import reduce
from operator import or_
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import User
from lore import markup
from lore.canon import lexicon_for
from lore.spoilers import whole_scope
from theories.clock import now
from theories.counting import recount
from theories.models import DEPTH_CAP, STEP, Citation, Comment, Theory
from theories.permissions import Conflict, require_comment, require_own_comment
from theories.voting import stance_of

LONGEST = 10_000


def comment(
    author: User,
    theory: Theory,
    text: str,
    *,
    parent_id: int | None = None,
    scope: int | None = None,
    shows_stance: bool = False,
) -> Comment:
    """`scope` None: what the theory and its citations give away. Too deep a reply becomes its parent's sibling."""
    compiled = _compiled(text)
    with transaction.atomic():
        held = _held(theory)
        require_comment(author, held)
        parent = _place_for_reply(held, parent_id) if parent_id else None
        made = Comment(
            theory=held,
            parent=parent,
            author=author,
            text=text,
            compiled=compiled,
            scope=default_scope(held, held.citations.with_cited()) if scope is None else scope,
            stance=stance_of(author.pk, held) if shows_stance else None,
            path=uuid4().hex,
            created_at=now(),
        )
        made.save()
        # Its place is made of its own id, which is known only now.
        made.path = (parent.path if parent else "") + str(made.pk).zfill(STEP)
        made.save(update_fields=["path"])
        recount([held.pk])
    return made


def revise(editor: User, comment: Comment, text: str, *, scope: int) -> Comment:
    compiled = _compiled(text)

    def change(held: Comment) -> None:
        held.text, held.compiled, held.scope, held.edited_at = text, compiled, scope, now()
        held.save(update_fields=["text", "compiled", "scope", "edited_at"])

    return _on_own(editor, comment, change, is_open=True)


def take_back(editor: User, comment: Comment) -> Comment:
    """Leaves a stone in its place, so that replies survive; the words are gone."""

    def remove(held: Comment) -> None:
        held.text, held.compiled, held.stance, held.deleted_at = "", {}, None, now()
        held.save(update_fields=["text", "compiled", "stance", "deleted_at"])
        recount([held.theory_id])

    return _on_own(editor, comment, remove, is_open=False)


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


def _place_for_reply(theory: Theory, parent_id: int) -> Comment:
    parent = theory.comments.select_related("parent").filter(pk=parent_id).first()
    if parent is None:
        raise ValidationError({"parent": "What you answer is not part of this discussion."})
    if parent.is_gone:
        raise Conflict("What you answer has been taken away meanwhile.")
    return parent if parent.depth < DEPTH_CAP else parent.parent


def _compiled(text: str) -> dict[str, object]:
    if not text.strip():
        raise ValidationError({"text": "Write something first."})
    if len(text) > LONGEST:
        raise ValidationError({"text": f"A comment has at most {LONGEST:,} characters."})
    try:
        return markup.to_json(markup.compile_fan(text, lexicon_for(text)))
    except markup.MarkupError as error:
        raise ValidationError({"text": str(error)})
