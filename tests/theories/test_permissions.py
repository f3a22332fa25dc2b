import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from accounts.models import User
from tests.factories import make_fan
from tests.factories_theories import make_comment, make_draft, make_theory, resolved
from theories.models import Comment
from theories.permissions import (
    is_authors,
    may_act_as_archive,
    may_comment,
    may_delete_comment,
    may_edit,
    may_edit_comment,
    may_vote,
    may_withdraw,
    why_no_clarification,
    why_no_edit,
    why_no_forecast,
    why_no_mark,
    why_no_vote,
)
from theories.states import UNRESOLVED

pytestmark = pytest.mark.django_db
STATES = {
    "open": {},
    "due": {"closes_at": timezone.now()},
    "locked": {"is_locked": True},
    "hidden": {"is_hidden": True},
    "withdrawn": {"state": "withdrawn"},
    "void": resolved("void"),
    "unbacked": {"backing_withdrawn_at": timezone.now(), "frozen_at": timezone.now()},
}
ACTS = (may_edit, may_withdraw, may_vote, may_comment)
# By state: who may edit, withdraw, vote, comment; "a" the author, "f" a fan.
TABLE = {
    "draft": ("a", "a", "", ""),
    "open": ("a", "a", "f", "af"),
    "due": ("a", "", "", "af"),
    "locked": ("", "", "", ""),
    "hidden": ("", "", "", ""),
    "withdrawn": ("", "", "", "af"),
    "void": ("", "", "", "af"),
    "unbacked": ("a", "", "f", "af"),
}


@pytest.mark.parametrize("state", TABLE)
def test_who_may_do_what(author, fan, state):
    theory = make_draft(author) if state == "draft" else make_theory(author, set_to=STATES[state])
    people = {"a": author, "f": fan}
    found = tuple("".join(key for key, somebody in people.items() if act(somebody, theory)) for act in ACTS)
    assert found == TABLE[state]


@pytest.mark.parametrize(
    ("columns", "vote", "edit"),
    [
        ({"closes_at": timezone.now()}, "This theory is due: it takes no more votes.", ""),
        (
            {"state": "proposed", "closes_at": timezone.now()},
            "An outcome is proposed for this theory: it takes no more votes.",
            "An outcome is proposed for this theory: it stays as it is.",
        ),
        (
            {"state": "disputed", "closed_at": timezone.now()},
            "The outcome of this theory is disputed: it takes no more votes.",
            "The outcome of this theory is disputed: it stays as it is.",
        ),
        (
            resolved("partly"),
            "This theory is resolved as partly true: it takes no more votes.",
            "This theory is resolved as partly true: it stays as it is.",
        ),
        (
            {"state": "withdrawn"},
            "Its author has withdrawn this theory: it takes no more votes.",
            "Its author has withdrawn this theory: it stays as it is.",
        ),
    ],
)
def test_why_not_is_said_in_whole_sentences(author, moderator, columns, vote, edit):
    theory = make_theory(author, set_to=columns)
    assert (why_no_vote(theory), why_no_edit(theory)) == (vote, edit)
    assert why_no_forecast(theory) == vote.replace("votes", "forecasts")
    if edit:
        assert why_no_clarification(theory) == edit or theory.state in UNRESOLVED
        assert why_no_mark(moderator, theory) == vote.replace("takes no more votes", "cannot be marked as a duplicate")


@pytest.mark.parametrize("act", ACTS)
def test_guests_and_the_suspended_may_nothing(theory, act):
    assert not act(AnonymousUser(), theory)
    assert not act(make_fan(username="suspended", is_active=False), theory)


def test_staff_act_for_the_archive_alone(theory, editor, moderator, admin, fan):
    of_the_archive = make_theory(User.objects.archive())
    assert [is_authors(somebody, of_the_archive) for somebody in (editor, moderator, admin, fan)] == [
        True,
        True,
        True,
        False,
    ]
    assert not any(is_authors(somebody, theory) for somebody in (editor, moderator, admin, fan))
    assert may_vote(editor, of_the_archive)


@pytest.mark.parametrize(
    ("columns", "edits", "deletes"),
    [({}, True, True), ({"is_hidden": True}, False, False), ({"deleted_at": timezone.now()}, False, False)],
)
def test_comments_are_their_writers(theory, fan, other, columns, edits, deletes):
    said = make_comment(fan, theory)
    Comment.objects.update(**columns)
    said = Comment.objects.select_related("theory").get(pk=said.pk)
    assert (may_edit_comment(fan, said), may_delete_comment(fan, said)) == (edits, deletes)
    assert not may_edit_comment(other, said)
    assert not may_delete_comment(other, said)


def test_in_production_staff_speak_for_the_archive_with_a_second_factor_only(settings, editor):
    settings.IS_PRODUCTION = True
    assert not may_act_as_archive(editor)
    editor.authenticator_set.create(type="totp", data={"secret": "x"})
    assert may_act_as_archive(editor)
