"""Marking a theory as a duplicate: by whom, of what, and what becomes of it."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from accounts.models import Notice, User
from moderation.models import Decision
from tests.factories import make_work
from tests.factories_theories import make_draft, make_forecast, make_theory, make_vote, resolved
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


def test_the_author_marks_it_and_its_page_points_on(sign_in, guest, author, theory, first):
    client = sign_in(author)
    asked = client.get(address("duplicate", theory)).content.decode()
    assert first.claim in asked
    assert "only a moderator does this" in asked
    answer = client.post(
        address("duplicate", theory), {"original": f"http://x/theories/{first.pk}/s/", "words": "Mine."}
    )
    assert answer.status_code == 303
    page = guest.get(theory.get_absolute_url()).content.decode()
    assert "This theory is a duplicate" in page
    assert first.get_absolute_url() in page
    assert not Theory.objects.get(pk=theory.pk).takes_votes
    turn = theory.turns.last()
    assert (turn.turn, turn.actor, turn.words) == ("mark", author, "Mine.")
    assert not Decision.objects.exists()
    assert not Notice.objects.exists()


def test_what_looks_alike_is_chosen_and_what_is_typed_counts(sign_in, author, theory, first, other):
    client, third = sign_in(author), make_theory(other, claim="Winston sells the hotel.")
    page = client.get(address("duplicate", theory)).content.decode()
    assert "Is it a duplicate?" in page
    assert f'type="radio" name="like" value="{first.pk}"' in page
    assert third.claim not in page
    assert client.post(address("duplicate", theory), {"like": first.pk}).status_code == 303
    assert state(theory) == ("duplicate", first.pk)
    assert client.post(address("duplicate", theory)).status_code == 303
    assert client.post(address("duplicate", theory), {"like": first.pk, "original": third.pk}).status_code == 303
    assert state(theory) == ("duplicate", third.pk)
    assert 'type="radio"' not in sign_in(other).get(address("duplicate", third)).content.decode()


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
    duplicating.mark(moderator, theory, first, "The same.")
    assert state(theory) == ("duplicate", first.pk)


def vote(fan, theory):
    make_vote(fan, theory, 1)
    make_vote(fan, theory, 0)


def due(fan, theory):
    Theory.objects.filter(pk=theory.pk).update(closes_at=timezone.now())


@pytest.mark.parametrize(
    ("becomes", "why"),
    [
        (vote, "Somebody has voted on it or forecast it"),
        (make_forecast, "Somebody has voted on it or forecast it"),
        (due, "It is due"),
    ],
)
def test_once_it_stands_for_good_its_author_marks_it_no_more(
    sign_in, author, fan, moderator, theory, first, becomes, why
):
    """Else what is going to fail would never be resolved; nor does it help to be a moderator oneself."""
    becomes(fan, theory)
    moderator.groups.first().user_set.add(author)
    why += ": only a moderator, and not its author, marks it as a duplicate now."
    client = sign_in(author)
    page = client.get(theory.get_absolute_url()).content.decode()
    assert why in page
    assert "Mark as duplicate" not in page
    for answer in (client.get(address("duplicate", theory)), client.post(address("duplicate", theory))):
        assert answer.status_code == 409
        assert why in answer.content.decode()
    with pytest.raises(Conflict, match="only a moderator"):
        duplicating.mark(author, theory, first)
    assert state(theory) == ("open", None)
    duplicating.mark(moderator, theory, first, "The same.")
    assert "says that it is no duplicate now." in client.get(theory.get_absolute_url()).content.decode()
    with pytest.raises(Conflict, match="only a moderator"):
        duplicating.unmark(author, theory)


def test_a_moderator_says_why_in_public_and_the_author_is_told(sign_in, guest, author, fan, moderator, theory, first):
    make_vote(fan, theory)
    client, where = sign_in(moderator), address("duplicate", theory)
    assert "Public, and read by the author" in client.get(where).content.decode()
    answer = client.post(where, {"original": first.pk, "words": " "})
    assert answer.status_code == 422
    assert "Say why, in a sentence." in answer.content.decode()
    with pytest.raises(ValidationError, match="Say why"):
        duplicating.mark(moderator, theory, first, " ")
    assert state(theory) == ("open", None)
    assert client.post(where, {"original": first.pk, "words": "Word for word."}).status_code == 303
    assert client.post(where).status_code == 422
    assert client.post(where, {"words": "They differ."}).status_code == 303
    assert list(Decision.objects.values_list("act", "reason", "moderator", "object_id")) == [
        ("unmark", "repeats", moderator.pk, theory.pk),
        ("mark", "repeats", moderator.pk, theory.pk),
    ]
    log = guest.get("/moderation/log/").content.decode()
    assert "Marked as a duplicate" in log
    assert "Whether it repeats another" in log
    assert theory.claim not in log
    assert "Word for word." not in log  # it may give away what the other theory does
    assert theory.turns.last().words == "They differ."
    inbox = sign_in(author).get("/inbox/").content.decode()
    assert f"A moderator has marked “{theory.claim}” as a duplicate" in inbox
    assert f"A moderator has found that “{theory.claim}” is no duplicate" in inbox
    assert not Notice.objects.exclude(fan=author).exists()
    assert Theory.objects.get(pk=theory.pk).believe_count == 1


def test_what_a_moderator_marked_its_author_leaves_marked(sign_in, author, moderator, theory, first):
    duplicating.mark(moderator, theory, first, "The same.")
    page = sign_in(author).get(theory.get_absolute_url()).content.decode()
    assert "A moderator has marked it as a duplicate: only a moderator says that it is no duplicate now." in page
    assert address("duplicate", theory) not in page
    with pytest.raises(Conflict):
        duplicating.unmark(author, theory)
    duplicating.unmark(moderator, theory, "They differ.")
    duplicating.mark(author, theory, first)
    duplicating.unmark(author, theory)


def test_the_archives_are_marked_by_staff_within_the_same_bounds(editor, moderator, fan, first):
    posted = make_theory(User.objects.archive())
    duplicating.mark(editor, posted, first)
    duplicating.unmark(editor, posted)
    make_vote(fan, posted)
    with pytest.raises(Conflict):
        duplicating.mark(editor, posted, first)
    duplicating.mark(moderator, posted, first, "The same.")
    assert Decision.objects.count() == 1


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


def test_the_words_of_a_mark_are_as_shielded_as_what_it_repeats(guest, theory, first, moderator):
    four, five = make_work("chapter-4"), make_work("chapter-5")
    Theory.objects.filter(pk=first.pk).update(scope=four.mask)
    history = f"{theory.get_absolute_url()}history/"
    duplicating.mark(moderator, theory, first, "Both say that the canary dies.")
    page = guest.get(history).content.decode()
    assert "canary" not in page
    assert "Chapter-4" in page
    duplicating.unmark(moderator, Theory.objects.get(pk=theory.pk), "The canary lives in one.")
    Theory.objects.filter(pk=first.pk).update(scope=0)
    assert "canary" not in guest.get(history).content.decode()
    duplicating.mark(moderator, Theory.objects.get(pk=theory.pk), first, "The canary again.")
    assert "The canary again." in guest.get(history).content.decode()
    Theory.objects.filter(pk=first.pk).update(scope=five.mask)  # found out later
    assert "canary" not in guest.get(history).content.decode()
