"""A theory that follows an older one, and what is told when a premise breaks."""

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import Notice
from lore.claiming import set_status, supersede
from tests.factories import make_claim, make_page, make_work
from tests.factories_theories import make_draft, make_theory, make_vote, writing
from tests.theories.authoring import FIELDS, NEW, address
from theories import posting
from theories.models import Leaning, Theory
from theories.permissions import Conflict
from theories.posting import Cited

pytestmark = pytest.mark.django_db


def told(kind):
    return set(Notice.objects.filter(kind=kind).values_list("fan__username", "object_id"))


def test_the_form_begins_with_the_old_words_and_both_pages_lead_to_each_other(sign_in, guest, author, fan, theory):
    make_vote(fan, theory)
    client = sign_in(author)
    start = f"{NEW}?succeeds={theory.pk}"
    assert start in client.get(theory.get_absolute_url()).content.decode()
    form = client.get(start).content.decode()
    for piece in ("She has reasons.", 'value="2100-01-01"', f'name="succeeds" value="{theory.pk}"', theory.claim):
        assert piece in form, piece
    client.post(start, FIELDS | {"claim": "Rooney returns twice.", "succeeds": theory.pk})
    newer = Theory.objects.get(claim="Rooney returns twice.")
    assert newer.succeeds == theory
    old, new = (guest.get(one.get_absolute_url()).content.decode() for one in (theory, newer))
    assert newer.get_absolute_url() in old
    assert theory.get_absolute_url() in new
    assert Theory.objects.get(pk=theory.pk).believe_count == 1
    assert told("successor") == {("fan", newer.pk)}


def test_the_form_says_what_no_longer_stands_of_what_is_cited(sign_in, author):
    page = make_page()
    broken, sound = make_claim("E1", page=page, text="She is dead."), make_claim("E2", page=page)
    theory = make_theory(author, citations=[Cited(broken), Cited(sound)])
    start, client = f"{NEW}?succeeds={theory.pk}", sign_in(author)
    assert "No longer stands" not in client.get(start).content.decode()
    set_status(broken, "contradicted", editor=author, reason="She lives.")
    form = client.get(start).content.decode()
    assert "cite what holds now:</strong><ul><li>She is dead. (E1, contradicted)</li></ul>" in form
    refused = client.post(start, FIELDS | {"claim": "", "succeeds": theory.pk})
    assert "<li>She is dead. (E1, contradicted)</li>" in refused.content.decode()


def test_a_draft_keeps_what_it_follows_and_tells_when_it_is_posted(sign_in, author, fan, theory):
    make_vote(fan, theory)
    client = sign_in(author)
    client.post(NEW, FIELDS | {"claim": "Rooney stays.", "succeeds": theory.pk, "action": "draft"})
    draft = Theory.objects.get(claim="Rooney stays.")
    assert not told("successor")
    page = client.get(address("edit", draft)).content.decode()
    assert f'name="succeeds" value="{theory.pk}"' in page
    assert draft.claim not in client.get(theory.get_absolute_url()).content.decode()
    client.post(address("edit", draft), FIELDS | {"succeeds": theory.pk})
    assert Theory.objects.get(pk=draft.pk).succeeds == theory
    assert told("successor") == {("fan", draft.pk)}


def test_a_theory_is_split_in_two(author, guest, theory):
    halves = [make_theory(author, claim=f"Half {number}.", succeeds=theory) for number in (1, 2)]
    page = guest.get(theory.get_absolute_url()).content.decode()
    assert all(half.get_absolute_url() in page for half in halves)


def test_only_its_author_follows_it_and_only_what_is_posted(sign_in, fan, author, theory):
    client = sign_in(fan)
    assert client.get(f"{NEW}?succeeds={theory.pk}").status_code == 403
    assert client.get(f"{NEW}?succeeds=999999").status_code == 404
    for typed, status in ((theory.pk, 403), (999999, 422), ("x", 422), ("9" * 30, 422)):
        assert client.post(NEW, FIELDS | {"succeeds": typed}).status_code == status, typed
    with pytest.raises(PermissionDenied):
        make_theory(fan, succeeds=theory)
    with pytest.raises(Conflict):
        make_theory(author, succeeds=make_draft(author))
    assert "?succeeds=" not in client.get(theory.get_absolute_url()).content.decode()


def test_kin_outside_the_shield_are_neutral_links(guest, author, theory):
    scope = make_work().mask
    secret = make_theory(author, claim="The butler did it.", scope=scope, succeeds=theory)
    page = guest.get(theory.get_absolute_url()).content.decode()
    assert "butler" not in page
    assert f'href="/theories/{secret.pk}/"' in page
    hidden = make_theory(author, claim="Buy watches.", succeeds=theory, set_to={"is_hidden": True})
    assert f"/theories/{hidden.pk}/" not in guest.get(theory.get_absolute_url()).content.decode()


def test_what_is_past_is_asked_anew(sign_in, author, theory):
    Theory.objects.filter(pk=theory.pk).update(due="2020-01-01", closes_at="2020-01-02T00:00Z")
    form = sign_in(author).get(f"{NEW}?succeeds={theory.pk}").context["form"]
    assert form["due"].value() is None
    assert form["claim"].value() == theory.claim


# A premise that breaks


@pytest.fixture
def claim():
    return make_claim("A1", page=make_page(), status="reported")


def test_author_and_backers_hear_that_a_premise_broke_and_the_author_may_write_anew(
    sign_in, author, fan, other, editor, claim, django_capture_on_commit_callbacks
):
    theory = make_theory(author, citations=[Cited(claim)])
    make_theory(other, claim="It speaks against it.", citations=[Cited(claim, Leaning.CONTRADICT)])
    make_vote(fan, theory)
    with django_capture_on_commit_callbacks(execute=True):
        set_status(claim, "confirmed", editor=editor, reason="It is.")
    assert not told("premise")
    with django_capture_on_commit_callbacks(execute=True):
        set_status(claim, "contradicted", editor=editor, reason="It is not.")
    assert told("premise") == {("author", theory.pk), ("fan", theory.pk)}
    assert "on what is known now" in sign_in(author).get(theory.get_absolute_url()).content.decode()
    assert "on what is known now" not in sign_in(fan).get(theory.get_absolute_url()).content.decode()


def test_a_superseded_claim_breaks_it_too_and_one_that_holds_again_is_not_told(
    author, editor, claim, django_capture_on_commit_callbacks
):
    theory = make_theory(author, citations=[Cited(claim)])
    with django_capture_on_commit_callbacks(execute=True):
        set_status(claim, "contradicted", editor=editor, reason="It is not.")
        set_status(claim, "reported", editor=editor, reason="It is after all.")
    assert not told("premise")
    with django_capture_on_commit_callbacks(execute=True):
        supersede(claim, make_claim("A2", page=claim.page), editor=editor, reason="Better.")
    assert told("premise") == {("author", theory.pk)}


# Withdrawing and what stands for good


def test_once_it_is_due_its_words_stand_and_it_is_not_withdrawn(author, theory):
    Theory.objects.filter(pk=theory.pk).update(due="2020-01-01", closes_at="2020-01-02T00:00Z")
    with pytest.raises(Conflict, match="It is due"):
        posting.edit(author, theory, writing(claim="What came to pass."))
    with pytest.raises(Conflict, match="due"):
        posting.withdraw(author, theory)
