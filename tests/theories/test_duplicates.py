"""Marking a theory as a duplicate: by whom, of what, and what becomes of it."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from tests.factories import make_work
from tests.factories_theories import make_draft, make_theory, make_vote, resolved
from tests.theories.authoring import address
from theories import duplicating
from theories.models import Theory
from theories.permissions import Conflict

pytestmark = pytest.mark.django_db


@pytest.fixture
def first(other):
    return make_theory(other, claim="Rooney returns to Rome.")


def state(theory):
    return Theory.objects.values_list("state", "duplicate_of").get(pk=theory.pk)


def test_the_author_marks_it_and_its_page_points_on(sign_in, guest, author, fan, theory, first):
    make_vote(fan, theory)
    client = sign_in(author)
    asked = client.get(address("duplicate", theory)).content.decode()
    assert first.claim in asked
    answer = client.post(
        address("duplicate", theory), {"original": f"http://x/theories/{first.pk}/s/", "words": "Mine."}
    )
    assert answer.status_code == 303
    page = guest.get(theory.get_absolute_url()).content.decode()
    assert "This theory is a duplicate" in page
    assert first.get_absolute_url() in page
    assert Theory.objects.get(pk=theory.pk).believe_count == 1
    assert not Theory.objects.get(pk=theory.pk).takes_votes
    turn = theory.turns.last()
    assert (turn.turn, turn.actor, turn.words) == ("mark", author, "Mine.")


def test_it_leaves_the_lists_and_is_found_by_its_status(guest, author, theory, first):
    duplicating.mark(author, theory, first)
    for query in ("", "?order=new", "?order=closing", "?q=rooney", "?author=author"):
        assert theory.get_absolute_url() not in guest.get(f"/theories/{query}").content.decode()
    assert theory.get_absolute_url() not in guest.get("/search/?q=rooney").content.decode()
    assert theory.get_absolute_url() in guest.get("/theories/?status=duplicate").content.decode()


def test_taking_it_back(sign_in, author, theory, first):
    duplicating.mark(author, theory, first)
    client = sign_in(author)
    assert "no duplicate after all" in client.get(address("duplicate", theory)).content.decode()
    assert client.post(address("duplicate", theory)).status_code == 303
    assert state(theory) == ("open", None)
    assert [turn.turn for turn in theory.turns.all()] == ["post", "mark", "unmark"]


def test_of_a_duplicate_it_points_on_to_the_end(author, theory, first):
    end = make_theory(author, claim="The first of all.")
    duplicating.mark(author, theory, first)
    duplicating.mark(first.author, first, end)
    assert state(theory) == ("duplicate", end.pk)
    third = make_theory(author, claim="A third.")
    duplicating.mark(author, third, first)
    assert state(third) == ("duplicate", end.pk)


def test_never_in_a_ring(author, theory, first):
    with pytest.raises(ValidationError, match="no duplicate of itself"):
        duplicating.mark(author, theory, theory)
    duplicating.mark(author, theory, first)
    with pytest.raises(ValidationError, match="nor of its own duplicate"):
        duplicating.mark(first.author, first, theory)
    with pytest.raises(Conflict):
        duplicating.mark(author, theory, make_theory(author))


def test_who_may(sign_in, author, fan, editor, moderator, theory, first):
    for stranger in (fan, editor):
        with pytest.raises(PermissionDenied):
            duplicating.mark(stranger, theory, first)
        assert "Mark as duplicate" not in sign_in(stranger).get(theory.get_absolute_url()).content.decode()
    Theory.objects.filter(pk=theory.pk).update(is_locked=True)
    with pytest.raises(Conflict):
        duplicating.mark(author, theory, first)
    page = sign_in(moderator).get(theory.get_absolute_url()).content.decode()
    assert "Mark as duplicate" in page
    duplicating.mark(moderator, theory, first)
    assert state(theory) == ("duplicate", first.pk)


@pytest.mark.parametrize("typed", ["", "that one", "999999", "9" * 19, "{draft}", "{hidden}", "{withdrawn}", "{self}"])
def test_bad_input_is_422_with_what_was_typed(sign_in, author, other, theory, typed):
    there = {
        "draft": make_draft(other).pk,
        "hidden": make_theory(other, set_to={"is_hidden": True}).pk,
        "withdrawn": make_theory(other, set_to={"state": "withdrawn"}).pk,
        "self": theory.pk,
    }
    answer = sign_in(author).post(address("duplicate", theory), {"original": typed.format(**there), "words": "Mine."})
    assert answer.status_code == 422
    assert "Mine." in answer.content.decode()
    assert state(theory) == ("open", None)


def test_what_is_resolved_is_no_duplicate_any_more(sign_in, author, first):
    theory = make_theory(author, set_to=resolved("busted"))
    assert sign_in(author).get(address("duplicate", theory)).status_code == 409
    assert sign_in(author).post(address("duplicate", theory), {"original": first.pk}).status_code == 409


def test_the_page_points_to_no_shielded_words(guest, author, theory):
    secret = make_theory(author, claim="The butler did it.", scope=make_work().mask)
    duplicating.mark(author, theory, secret)
    page = guest.get(theory.get_absolute_url()).content.decode()
    assert "butler" not in page
    assert f'href="/theories/{secret.pk}/"' in page
    Theory.objects.filter(pk=secret.pk).update(is_hidden=True)
    assert f'href="/theories/{secret.pk}/"' not in guest.get(theory.get_absolute_url()).content.decode()
