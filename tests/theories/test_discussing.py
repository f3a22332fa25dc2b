import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from tests.factories import make_claim, make_page
from tests.factories_theories import make_comment, make_draft, make_theory, make_vote, writing
from theories import discussing, posting
from theories.models import DEPTH_CAP, Comment, Theory
from theories.permissions import Conflict
from theories.posting import Cited

pytestmark = pytest.mark.django_db


def again(comment: Comment) -> Comment:
    return Comment.objects.get(pk=comment.pk)


def test_threads_read_from_the_root_down(theory, fan, author):
    first = make_comment(fan, theory)
    second = make_comment(fan, theory)
    answer = make_comment(author, theory, parent_id=first.pk)
    deeper = make_comment(fan, theory, parent_id=answer.pk)
    assert list(theory.comments.in_thread_order()) == [first, answer, deeper, second]
    assert [comment.depth for comment in (first, answer, deeper)] == [1, 2, 3]
    assert [comment.root for comment in (first, answer, deeper)] == [None, first, first]
    assert deeper.lineage == [first.pk, answer.pk, deeper.pk]


def test_too_deep_an_answer_stands_beside_its_parent(theory, fan):
    comment = None
    for _ in range(DEPTH_CAP + 3):
        comment = make_comment(fan, theory, parent_id=comment.pk if comment else None)
    assert comment.depth == DEPTH_CAP
    assert comment.parent.depth == DEPTH_CAP - 1


def test_the_scope_is_by_default_that_of_theory_and_citations(author, fan):
    claim = make_claim(page=make_page(scope=2), scope=4)
    theory = make_theory(author, scope=1, citations=[Cited(claim)])
    assert make_comment(fan, theory).scope == 7
    assert make_comment(fan, theory, scope=0).scope == 0


@pytest.mark.parametrize(("shows", "stance"), [(True, -1), (False, None)])
def test_the_writers_stance_is_kept_only_when_they_let_it(theory, fan, shows, stance):
    make_vote(fan, theory, -1)
    assert make_comment(fan, theory, shows_stance=shows).stance == stance


@pytest.mark.parametrize("text", ["", "  \n ", "x" * 10_001, ">!no-such-film: dies!<"])
def test_bad_text_is_refused(theory, fan, text):
    with pytest.raises(ValidationError):
        make_comment(fan, theory, text)
    assert not Comment.objects.exists()


def test_an_answer_to_another_discussion_is_refused(theory, author, fan):
    elsewhere = make_comment(fan, make_theory(author))
    with pytest.raises(ValidationError):
        make_comment(fan, theory, parent_id=elsewhere.pk)


def test_an_answer_to_what_is_gone_comes_too_late(theory, fan):
    gone = make_comment(fan, theory)
    discussing.take_back(fan, gone)
    with pytest.raises(Conflict):
        make_comment(fan, theory, parent_id=gone.pk)


def test_locked_hidden_and_draft_theories_take_no_comments(author, fan):
    closed = [
        make_draft(author),
        *[make_theory(author, set_to={flag: True}) for flag in ("is_locked", "is_hidden")],
    ]
    for theory in closed:
        with pytest.raises(Conflict):
            make_comment(fan, theory)


def test_a_comment_is_changed_by_its_writer(theory, fan, other):
    said = make_comment(fan, theory)
    discussing.revise(fan, said, "Better said.", scope=3)
    assert (again(said).text, again(said).scope, again(said).edited_at is not None) == (
        "Better said.",
        3,
        True,
    )
    with pytest.raises(PermissionDenied):
        discussing.revise(other, said, "Mine now.", scope=0)


def test_deleting_leaves_a_stone_and_the_answers(theory, fan, other):
    said = make_comment(fan, theory, "Secret words.")
    answer = make_comment(other, theory, parent_id=said.pk)
    with pytest.raises(PermissionDenied):
        discussing.take_back(other, said)
    discussing.take_back(fan, said)
    assert (again(said).text, again(said).compiled, again(said).is_gone) == ("", {}, True)
    assert not again(answer).is_gone
    assert Theory.objects.get().comment_count == 1
    with pytest.raises(Conflict):
        discussing.take_back(fan, said)


def test_under_a_lock_one_may_still_delete_but_not_edit(theory, fan):
    said = make_comment(fan, theory)
    Theory.objects.update(is_locked=True)
    with pytest.raises(Conflict):
        discussing.revise(fan, said, "More.", scope=0)
    discussing.take_back(fan, said)
    assert again(said).is_gone


def test_what_a_moderator_hid_its_writer_cannot_change(theory, fan):
    said = make_comment(fan, theory)
    Comment.objects.update(is_hidden=True)
    with pytest.raises(Conflict):
        discussing.revise(fan, said, "More.", scope=0)


def test_editing_a_theory_leaves_its_comments_scope(author, fan, theory):
    said = make_comment(fan, theory)
    posting.edit(author, theory, writing(scope=8))
    assert again(said).scope == 0
