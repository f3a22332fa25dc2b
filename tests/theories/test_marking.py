"""Fair points and changed minds."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import CommandError, call_command
from django.urls import reverse

from accounts.hooks import fan_suspended
from ballerina_site.ratelimit import LIMITS, Limit
from tests.factories import make_fan
from tests.factories_theories import make_comment, make_theory
from tests.racing import at_once
from theories import discussing, marking
from theories.models import Comment, Mark, Theory
from theories.permissions import Conflict


def address(comment) -> str:
    return reverse("theories:comment_mark", args=[comment.theory.pk, comment.theory.slug, comment.pk])


def counts(comment) -> tuple[int, int]:
    held = Comment.objects.get(pk=comment.pk)
    return held.fair_count, held.mind_count


@pytest.fixture
def said(theory, other) -> Comment:
    return make_comment(other, theory, "It is all in the ledger.")


@pytest.mark.django_db
def test_a_mark_is_set_and_taken_off_by_its_value(fan, said):
    for _ in range(2):
        marking.mark(fan, said, "fair", is_on=True)
    marking.mark(fan, said, "mind", is_on=True)
    assert counts(said) == (1, 1)
    for _ in range(2):
        marking.mark(fan, said, "fair", is_on=False)
    assert counts(said) == (0, 1)
    assert marking.differing_marks() == []
    Comment.objects.update(fair_count=9)
    assert marking.differing_marks() == [said.pk]
    with pytest.raises(CommandError, match="marks on 1 comments"):
        call_command("recount", "--check")
    call_command("recount")
    assert counts(said) == (0, 1)


@pytest.mark.django_db
def test_marks_of_closed_accounts_do_not_count(fan, said):
    marking.mark(fan, said, "fair", is_on=True)
    fan.is_active = False
    fan.save(update_fields=["is_active"])
    for recount in fan_suspended:
        recount(fan)
    assert counts(said) == (0, 0)


@pytest.mark.django_db
def test_what_cannot_be_marked(fan, other, author, theory, said):
    with pytest.raises(PermissionDenied):
        marking.mark(other, said, "fair", is_on=True)
    with pytest.raises(ValidationError):
        marking.mark(fan, said, "great", is_on=True)
    Theory.objects.update(is_locked=True)
    with pytest.raises(Conflict):
        marking.mark(fan, make_locked(said), "fair", is_on=True)
    with pytest.raises(Conflict):  # nor by whoever read the theory before it was locked
        marking.mark(fan, said, "fair", is_on=True)
    Theory.objects.update(is_locked=False)
    discussing.take_back(other, said)
    with pytest.raises(Conflict):
        marking.mark(fan, Comment.objects.get(), "fair", is_on=True)
    assert not Mark.objects.exists()


def make_locked(comment: Comment) -> Comment:
    return Comment.objects.select_related("theory").get(pk=comment.pk)


@pytest.mark.django_db
def test_marking_with_and_without_scripts(sign_in, guest, fan, theory, said):
    client = sign_in(fan)
    answer = client.post(address(said), {"kind": "fair", "value": "1"})
    assert (answer.status_code, answer.url) == (303, said.get_absolute_url())
    page = client.get(theory.get_absolute_url()).content.decode()
    assert 'name="value" value="0" aria-pressed="true">Fair point <b class="num">1</b>' in page
    part = client.post(address(said), {"kind": "mind", "value": "1"}, headers={"HX-Request": "true"}).content.decode()
    assert part.startswith('<div class="nods">')
    assert part.count('aria-pressed="true"') == 2
    page = guest.get(theory.get_absolute_url()).content.decode()
    assert "1 changed mind<" in page
    assert "csrfmiddlewaretoken" not in page
    assert f"%3Fcomment%3D{said.pk}%23comment-{said.pk}" in page


@pytest.mark.django_db
def test_ones_own_comment_has_no_buttons(sign_in, other, fan, theory, said):
    marking.mark(fan, said, "fair", is_on=True)
    page = sign_in(other).get(theory.get_absolute_url()).content.decode()
    assert 'aria-pressed="true">Fair' not in page
    assert "Fair point <b" in page
    assert sign_in(other).post(address(said), {"kind": "fair", "value": "1"}).status_code == 403


@pytest.mark.django_db
@pytest.mark.parametrize("fields", [{}, {"kind": "fair"}, {"kind": "fair", "value": "2"}, {"kind": "x", "value": "1"}])
def test_bad_input_is_422(sign_in, fan, said, fields):
    assert sign_in(fan).post(address(said), fields).status_code == 422
    assert counts(said) == (0, 0)


@pytest.mark.django_db
def test_a_comment_that_is_gone_hidden_or_elsewhere(sign_in, fan, author, other, said):
    fields, client = {"kind": "fair", "value": "1"}, sign_in(fan)
    elsewhere = make_theory(author)
    there = reverse("theories:comment_mark", args=[elsewhere.pk, elsewhere.slug, said.pk])
    assert client.post(there, fields).status_code == 404
    Comment.objects.update(is_hidden=True)
    assert client.post(address(said), fields).status_code == 404
    Comment.objects.update(is_hidden=False)
    Theory.objects.update(is_locked=True)
    assert client.post(address(said), fields).status_code == 409


@pytest.mark.django_db
def test_too_fast_is_429(limits, monkeypatch, sign_in, fan, said):
    client = sign_in(fan)
    monkeypatch.setitem(LIMITS, "mark", Limit(1, 10**9, ""))
    answers = [client.post(address(said), {"kind": "fair", "value": value}).status_code for value in "10"]
    assert answers == [303, 429]
    assert counts(said) == (1, 0)


@pytest.mark.django_db(transaction=True)
def test_many_at_once_are_all_counted(author):
    theory = make_theory(author)
    said = make_comment(author, theory)
    fans = [make_fan(username=f"fan-{number}") for number in range(8)]
    acts = [lambda fan=fan, on=on: marking.mark(fan, said, "fair", on) for fan in fans for on in (True, False, True)]
    at_once(acts)
    assert counts(said) == (Mark.objects.count(), 0)
