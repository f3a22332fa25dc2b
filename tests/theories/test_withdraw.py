"""Withdrawing a theory, and the list of drafts."""

import pytest

from accounts.models import User
from tests.factories_theories import make_draft, make_vote
from tests.theories.authoring import address
from theories.models import Theory

pytestmark = pytest.mark.django_db


def test_withdrawing_asks_first(sign_in, author, theory):
    client = sign_in(author)
    assert "simply ends here" in client.get(address("withdraw", theory)).content.decode()
    assert Theory.objects.get().state == "open"
    answer = client.post(address("withdraw", theory), follow=True)
    assert "withdrawn" in answer.content.decode()
    assert Theory.objects.get().state == "withdrawn"


def test_withdrawing_what_others_voted_on(sign_in, author, fan, theory):
    make_vote(fan, theory)
    client = sign_in(author)
    assert "it stays open" in client.get(address("withdraw", theory)).content.decode()
    assert "no longer back" in client.post(address("withdraw", theory), follow=True).content.decode()
    assert client.post(address("withdraw", theory)).status_code == 409


def test_throwing_a_draft_away(sign_in, author):
    answer = sign_in(author).post(address("withdraw", make_draft(author)), follow=True)
    assert answer.redirect_chain[0][0] == "/theories/drafts/"
    assert not Theory.objects.exists()


def test_drafts_are_listed_for_their_author(sign_in, author, fan, editor):
    make_draft(author, claim="My secret plan.")
    make_draft(User.objects.archive(), claim="The house’s plan.")
    assert "My secret plan." in sign_in(author).get("/theories/drafts/").content.decode()
    assert "No drafts" in sign_in(fan).get("/theories/drafts/").content.decode()
    assert "The house’s plan." in sign_in(editor).get("/theories/drafts/").content.decode()
