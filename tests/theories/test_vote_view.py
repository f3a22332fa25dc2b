import pytest
from django.urls import reverse

from tests.factories import make_fan, make_work, mark_seen
from tests.factories_theories import make_draft, make_proposal, make_theory, make_vote
from theories import resolving
from theories.models import Theory, Vote

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def address(theory, slug=""):
    return reverse("theories:vote", args=[theory.pk, slug or theory.slug])


def test_without_htmx_back_to_the_theory(sign_in, fan, theory):
    answer = sign_in(fan).post(address(theory), {"value": "1"})
    assert (answer.status_code, answer.url) == (303, f"{theory.get_absolute_url()}#vote")
    assert Theory.objects.get().believe_count == 1


def test_with_htmx_the_control_alone(sign_in, fan, theory):
    answer = sign_in(fan).post(address(theory), {"value": "-1"}, headers=HTMX)
    page = answer.content.decode()
    assert (answer.status_code, page.count("<form"), "<html" in page) == (200, 1, False)
    assert 'id="vote"' in page
    assert "csrfmiddlewaretoken" in page
    assert "<b>1</b> doubt" in page


def test_the_page_says_what_one_has_voted(sign_in, fan, theory):
    client = sign_in(fan)
    client.post(address(theory), {"value": "-1"})
    page = client.get(theory.get_absolute_url()).content.decode()
    assert "You doubt it. You can change or take back your vote until" in page
    assert "<b>1</b> doubts<" in page
    make_vote(make_fan(username="olga"), theory, -1)
    page = client.get(theory.get_absolute_url()).content.decode()
    assert "<b>2</b> doubt<" in page
    Theory.objects.update(is_locked=True)
    page = client.get(theory.get_absolute_url()).content.decode()
    assert "You doubt it. A moderator has locked this theory" in page


def test_who_has_seconded_an_outcome_finds_its_side_barred(sign_in, fan, other, theory):
    proposal = make_proposal(other, theory, "busted")
    assert "disabled" not in sign_in(fan).get(theory.get_absolute_url()).content.decode()
    resolving.second(theory.pk, fan, proposal.pk)
    page = sign_in(fan).get(theory.get_absolute_url()).content.decode()
    assert 'id="vote-doubt" disabled' in page
    assert 'id="vote-believe" data-stance' in page
    assert page.count("You have seconded this outcome") == 2  # beside the vote, and beside the forecast
    answer = sign_in(fan).post(address(theory), {"value": "1"}, headers=HTMX).content.decode()
    assert 'id="vote-doubt" disabled' in answer
    assert "disabled" not in sign_in(make_fan(username="olga")).get(theory.get_absolute_url()).content.decode()
    resolving.retract(theory.pk, other, proposal.pk)
    assert "You have seconded" not in sign_in(fan).get(theory.get_absolute_url()).content.decode()


@pytest.mark.parametrize("value", ["", "2", "yes", "1.0", "１", None])
@pytest.mark.parametrize("headers", [{}, HTMX])
def test_other_values_are_422(sign_in, fan, theory, value, headers):
    fields = {} if value is None else {"value": value}
    assert sign_in(fan).post(address(theory), fields, headers=headers).status_code == 422
    assert not Vote.objects.exists()


@pytest.mark.parametrize("method", ["get", "put", "delete", "head"])
def test_wrong_method(sign_in, fan, theory, method):
    assert getattr(sign_in(fan), method)(address(theory)).status_code == 405


def test_guests_go_to_sign_in(guest, theory):
    answer = guest.post(address(theory), {"value": "1"})
    assert answer.status_code == 302
    assert answer.url.startswith(reverse("account_login"))
    assert not Vote.objects.exists()


def test_ones_own_is_403(sign_in, author, theory):
    assert sign_in(author).post(address(theory), {"value": "1"}).status_code == 403


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_closed_is_409_and_says_why(sign_in, fan, author, headers):
    theory = make_theory(author, set_to={"is_locked": True})
    answer = sign_in(fan).post(address(theory), {"value": "1"}, headers=headers)
    assert answer.status_code == 409
    assert "takes no votes" in answer.content.decode()


def test_drafts_hidden_and_missing_are_404(sign_in, fan, author):
    client = sign_in(fan)
    for theory in (make_draft(author), make_theory(author, set_to={"is_hidden": True})):
        assert client.post(address(theory), {"value": "1"}).status_code == 404
    assert client.post("/theories/999/x/vote/", {"value": "1"}).status_code == 404


def test_a_shielded_theory_takes_the_vote_and_tells_nothing(sign_in, fan, author):
    theory = make_theory(author, claim="The butler did it.", scope=make_work().mask)
    plain = sign_in(fan).post(address(theory, "x"), {"value": "1"})
    control = sign_in(fan).post(address(theory, "x"), {"value": "1"}, headers=HTMX)
    assert plain.url == f"/theories/{theory.pk}/x/#vote"
    assert control.headers["HX-Redirect"] == f"/theories/{theory.pk}/"
    assert b"believe" not in control.content


def test_on_a_revealed_page_the_control_comes_back(sign_in, fan, author):
    theory = make_theory(author, scope=make_work().mask)
    client = sign_in(fan)
    page = client.get(f"{theory.get_absolute_url()}?reveal=theory-{theory.pk}").content.decode()
    action = f"{address(theory)}?reveal=theory-{theory.pk}"
    assert f'hx-post="{action}"' in page
    assert b"<b>1</b> believes<" in client.post(action, {"value": "1"}, headers=HTMX).content


def test_a_vote_is_at_most_eight_statements(sign_in, fan, other, theory, django_assert_max_num_queries):
    """Session, fan, seen-set; in one short transaction (its two ends count here): lock, vote, recount."""
    make_vote(other, theory)
    client = sign_in(fan)
    mark_seen(fan)
    with django_assert_max_num_queries(8):
        client.post(address(theory), {"value": "1"}, headers=HTMX)
    with django_assert_max_num_queries(8):
        client.post(address(theory), {"value": "0"})


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_too_fast_is_429(limits, sign_in, fan, theory, headers):
    client = sign_in(fan)
    statuses = {client.post(address(theory), {"value": "1"}, headers=headers).status_code for _ in range(61)}
    assert statuses == {429, 200 if headers else 303}
