import pytest
from django.urls import reverse

from lore.models import Page
from moderation.deciding import decide
from moderation.models import Decision
from moderation.reporting import report
from tests.factories import make_claim, make_work
from tests.factories_theories import make_comment, make_theory
from theories.discussing import take_back
from theories.models import Theory

CLAIM = "Canary claim that a moderator asks for"


@pytest.fixture
def theory(author):
    return make_theory(author, claim=CLAIM)


@pytest.fixture
def address(theory):
    return reverse("moderation:decide", args=["theory", theory.pk])


@pytest.fixture
def fields():
    return {"act": "hide", "reason": "spam", "words": "Words worth keeping", "seen": 0}


def test_a_moderator_sees_the_case(sign_in, moderator, fan, theory, address):
    report("theory", theory.pk, fan, "gives_away", "It says who wins.")
    report("theory", theory.pk, None, "spam", "")
    answer = sign_in(moderator).get(address)
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    for words in [
        f"theory {theory.pk}",
        "It gives away a film",
        "It says who wins.",
        "/fans/fan/",
        "A guest",
    ]:
        assert words in answer.text


def test_what_it_says_is_sent_only_when_asked_for(sign_in, moderator, theory, address):
    Theory.objects.update(scope=make_work("chapter-4").mask)
    client = sign_in(moderator)
    assert CLAIM not in client.get(address).text
    assert CLAIM not in client.get(f"{address}?reveal=theory-{theory.pk + 1}").text
    answer = client.get(f"{address}?reveal=theory-{theory.pk}")
    assert CLAIM in answer.text
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize("who", ["moderator", "admin"])
def test_a_decision_is_taken(request, sign_in, theory, address, fields, who):
    answer = sign_in(request.getfixturevalue(who)).post(address, fields, follow=True)
    assert answer.redirect_chain == [(address, 302)]
    assert "Words worth keeping" in answer.text
    theory.refresh_from_db()
    assert theory.is_hidden
    assert Decision.objects.get().moderator.username == request.getfixturevalue(who).username


def test_what_is_hidden_can_be_restored(sign_in, moderator, theory, address, fields):
    decide(moderator, "theory", theory.pk, "hide", "rules", "Words.")
    client = sign_in(moderator)
    assert 'value="restore"' in client.get(address).text
    fields |= {"act": "restore", "seen": Decision.objects.get().pk}
    assert client.post(address, fields).status_code == 302
    theory.refresh_from_db()
    assert not theory.is_hidden


@pytest.mark.parametrize("who", ["fan", "author", "editor"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_others_are_told_that_it_is_not_theirs(request, sign_in, theory, address, fields, who, method):
    answer = getattr(sign_in(request.getfixturevalue(who)), method)(address, fields)
    assert answer.status_code == 403
    assert "Only moderators decide" in answer.text
    assert not Decision.objects.exists()


def test_others_do_not_learn_what_exists(sign_in, fan, theory):
    client = sign_in(fan)
    assert client.get("/moderation/theory/999999/").status_code == 403


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_guest_goes_to_sign_in(guest, address, fields, method):
    answer = getattr(guest, method)(address, fields)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/?next=%2Fmoderation%2F")
    assert not Decision.objects.exists()


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_wrong_methods_are_refused(sign_in, moderator, address, method):
    assert getattr(sign_in(moderator), method)(address).status_code == 405


@pytest.mark.parametrize("path", ["theory/999999/", "nonsense/1/", f"theory/{10**40}/", "theory/x/", "theory/"])
def test_an_unknown_case_is_not_found(sign_in, moderator, path):
    assert sign_in(moderator).get(f"/moderation/{path}").status_code == 404


def test_a_draft_is_no_case(sign_in, moderator, theory, address):
    type(theory).objects.update(state="draft")
    assert sign_in(moderator).get(address).status_code == 404


@pytest.mark.parametrize(
    "wrong",
    [
        {"act": ""},
        {"act": "burn"},
        {"reason": ""},
        {"reason": "nonsense"},
        {"words": "  "},
        {"words": "x" * 1001},
        {"seen": "x"},
        {"seen": "-1"},
    ],
)
def test_bad_input_comes_back_whole(sign_in, moderator, theory, address, fields, wrong):
    answer = sign_in(moderator).post(address, fields | wrong)
    assert answer.status_code == 422
    assert (fields | wrong)["words"].strip() in answer.text
    theory.refresh_from_db()
    assert not theory.is_hidden


def test_an_act_that_the_kind_does_not_allow_is_bad_input(sign_in, moderator, fan, fields):
    client = sign_in(moderator)
    assert 'value="hide"' not in client.get(f"/moderation/fan/{fan.pk}/").text
    assert client.post(f"/moderation/fan/{fan.pk}/", fields).status_code == 422


@pytest.mark.parametrize("act", ["hide", "lock"])
def test_a_lost_race_is_told_and_keeps_what_was_typed(sign_in, moderator, admin, theory, address, fields, act):
    decide(admin, "theory", theory.pk, "hide", "unkind", "The other one's words.")
    answer = sign_in(moderator).post(address, fields | {"act": act})
    assert answer.status_code == 409
    for words in ["Another moderator decided", "The other one&#x27;s words.", "Words worth keeping"]:
        assert words in answer.text
    assert f'name="seen" value="{Decision.objects.get().pk}"' in answer.text


def test_what_was_typed_survives_a_session_that_ended(sign_in, moderator, address, fields):
    client = sign_in(moderator)
    session = client.session
    session["kept_fields"] = {
        "path": address,
        "until": 9e9,
        "fields": {"words": ["Words worth keeping"], "seen": ["7"]},
    }
    session.save()
    answer = client.get(address)
    assert "Words worth keeping" in answer.text
    assert 'name="seen" value="0"' in answer.text


def test_markup_in_reports_stays_text(sign_in, moderator, theory, address):
    report("theory", theory.pk, None, "spam", "<img src=x onerror=alert(1)>")
    assert "<img src=x" not in sign_in(moderator).get(address).text


def test_a_case_with_many_reports_costs_few_queries(sign_in, moderator, theory, address, django_assert_max_num_queries):
    for _ in range(20):
        report("theory", theory.pk, None, "spam", "")
    client = sign_in(moderator)
    # session, user, groups, theory, decisions, reports, claim, works, the author with their figures and the decisions
    # about them, what comes next, and for the menu whether they are a moderator and an editor, and how much waits
    with django_assert_max_num_queries(17):
        client.get(address)


def test_a_comment_is_judged_beside_what_it_answers(sign_in, moderator, fan, theory):
    first = make_comment(fan, theory, "Words that were answered.")
    reply = make_comment(fan, theory, "Words of the answer.", parent_id=first.pk)
    client, address = sign_in(moderator), reverse("moderation:decide", args=["comment", reply.pk])
    page = client.get(address).text
    assert f">theory {theory.pk}</a>: {CLAIM}" in page and "Words that were answered." in page
    Theory.objects.update(scope=make_work("chapter-4").mask)
    page = client.get(address).text
    assert f">theory {theory.pk}</a></p>" in page and CLAIM not in page and "Words that" not in page


def test_a_moderator_goes_from_a_profile_to_its_case(sign_in, moderator, fan, author):
    address = reverse("moderation:decide", args=["fan", author.pk])
    assert address in sign_in(moderator).get(author.get_absolute_url()).text
    assert address not in sign_in(fan).get(author.get_absolute_url()).text


def test_what_was_typed_about_a_thing_that_went_meanwhile_is_kept(sign_in, moderator, theory, fan, fields):
    made = make_comment(fan, theory)
    client = sign_in(moderator)
    take_back(fan, made)
    answer = client.post(f"/moderation/comment/{made.pk}/", fields | {"act": "hide", "words": "Typed words."})
    assert answer.status_code == 409
    assert "Typed words." in answer.text


def test_a_case_of_the_lore_leads_to_the_passage(sign_in, moderator):
    made = make_claim(text="She was taught by the Ruska Roma.")
    client = sign_in(moderator)
    case = client.get(f"/moderation/claim/{made.pk}/").text
    assert "She was taught" in case
    assert f'<a href="{made.page.shield_href}">{made.page.title}</a>' in case
    page = client.get(f"/moderation/page/{made.page.pk}/").text
    assert f'href="{made.page.shield_href}">Where it stands' in page
    assert reverse("lore:history", args=[made.page.slug]) in page
    Page.objects.update(scope=make_work("chapter-4").mask)
    assert made.page.slug not in client.get(f"/moderation/page/{made.page.pk}/").text
