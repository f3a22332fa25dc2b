"""The page on which a theory is resolved, and what other pages say of it."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from lore.models import Work
from moderation.models import Decision
from tests.factories import make_fan, make_work, mark_seen
from tests.factories_theories import (
    finding,
    make_due,
    make_forecast,
    make_proposal,
    make_seconded,
    make_theory,
    make_vote,
)
from theories import clarifying, resolving
from theories.models import Appeal, Objection, Proposal, Second, Theory, TurnTaken

pytestmark = pytest.mark.django_db


def address(theory: Theory, query: str = "") -> str:
    return f"/theories/{theory.pk}/{theory.slug}/resolve/{query}"


def page_of(client, theory: Theory, query: str = "") -> str:
    return client.get(address(theory, query)).content.decode()


def proposing(**fields) -> dict:
    about = {"turn": "propose", "outcome": "busted", "evidence": "See [there](https://example.org/).", "scope": []}
    return about | {"happened_on": timezone.now().date().isoformat()} | fields


def offered(html: str) -> list[str]:
    return re.findall(r'name="turn" value="([a-z]+)"', html)


@pytest.fixture
def four(db) -> Work:
    return make_work("chapter-4", short_title="Chapter 4")


@pytest.fixture
def second_fan(db) -> User:
    return make_fan(username="second-fan")


# The whole way


def test_from_a_proposal_to_a_resolution(sign_in, guest, theory, fan, other, second_fan, clock):
    answer = sign_in(fan).post(address(theory), proposing())
    assert (answer.status_code, answer.url) == (303, address(theory))
    page = page_of(guest, theory)
    assert 'href="https://example.org/"' in page
    assert "Nobody has seconded it yet." in page
    proposal = Proposal.objects.get()
    for somebody in (other, second_fan):
        form = {"turn": "second", "proposal_id": proposal.pk}
        assert sign_in(somebody).post(address(theory), form).status_code == 303
    page = page_of(guest, theory)
    assert "Seconded by" in page
    assert "unless somebody objects" in page
    clock.pass_(hours=73)
    page = page_of(guest, theory)
    assert "<strong>Busted</strong> on" in page
    head = guest.get(theory.get_absolute_url()).content.decode()
    assert "is-busted" in head
    assert "Because: See there." in head


def test_an_objection_is_shown_to_everybody_and_to_the_moderators(sign_in, guest, theory, fan, other, moderator):
    Theory.objects.update(opened_at=datetime(2026, 1, 1, tzinfo=UTC))
    proposal = make_proposal(fan, theory)
    form = {"turn": "object", "proposal_id": proposal.pk, "reason": "That was a dream."}
    assert sign_in(other).post(address(theory), form).status_code == 303
    page = page_of(guest, theory)
    assert "That was a dream." in page
    assert "a moderator decides" in page
    queue = sign_in(moderator).get("/moderation/").content.decode()
    assert address(theory) in queue
    assert "Moderation (1)" in queue
    assert '<span class="count">1<span class="me-name"> to decide</span>' in queue
    assert "to decide<" not in page_of(sign_in(fan), theory)
    assert theory.claim in queue
    seen = TurnTaken.objects.last().pk
    form = {"turn": "decide", "outcome": "confirmed", "words": "It was no dream.", "seen": seen}
    form |= {"happened_on": "2026-01-02"}
    assert sign_in(moderator).post(address(theory), form).status_code == 303
    assert "Nothing waits here." in sign_in(moderator).get("/moderation/").content.decode()
    log = guest.get("/moderation/log/").content.decode()
    assert f'<strong>Resolved</strong>: <a href="/theories/{theory.pk}/">' in log
    assert "dream" not in log
    head = guest.get(theory.get_absolute_url()).content.decode()
    assert "known since" in head
    assert "2 January 2026" in head


def test_an_appeal_and_the_answer(sign_in, guest, theory, fan, moderator, admin):
    resolving.decide(theory.pk, moderator, finding())
    assert sign_in(fan).post(address(theory), {"turn": "appeal", "reason": "Not so."}).status_code == 303
    queue = sign_in(admin).get("/moderation/").content.decode()
    assert "appealed against" in queue
    assert "Moderation (1)" in queue
    assert offered(page_of(sign_in(moderator), theory)) == []
    page = page_of(sign_in(admin), theory)
    assert offered(page) == ["uphold", "overturn"]
    seen = re.search(r'name="seen" value="(\d+)"', page)[1]
    form = {"turn": "uphold", "words": "It is so.", "seen": seen}
    assert sign_in(admin).post(address(theory), form).status_code == 303
    page = page_of(guest, theory)
    assert "Not so." in page
    assert "It is so." in page
    assert Appeal.objects.get().moderator == admin


# Who is offered what


def test_each_is_offered_what_they_may_do(sign_in, guest, theory, author, fan, other, moderator):
    assert offered(page_of(guest, theory)) == []
    assert "Sign in to have a say" in page_of(guest, theory)
    assert offered(page_of(sign_in(author), theory)) == ["propose"]
    assert offered(page_of(sign_in(moderator), theory)) == ["propose", "decide"]
    make_proposal(fan, theory)
    assert offered(page_of(sign_in(fan), theory)) == ["retract"]
    assert offered(page_of(sign_in(other), theory)) == ["second", "object"]
    assert offered(page_of(sign_in(author), theory)) == ["object"]
    assert offered(page_of(sign_in(moderator), theory)) == ["second", "object", "decide", "reject"]
    resolving.decide(theory.pk, moderator, finding())
    page = page_of(sign_in(moderator), theory)
    assert offered(page) == ["undo"]
    assert "It is your own decision: others appeal against it." in page


def test_the_table_says_why_not_and_of_moderators_to_them_alone(sign_in, theory, fan, moderator):
    page = page_of(sign_in(fan), theory)
    assert '<summary class="ui">Who may do what</summary>' in page
    assert "No outcome is proposed." in page
    assert "Set the proposal aside" not in page
    assert "You may." in page
    assert "Set the proposal aside" in page_of(sign_in(moderator), theory)


def test_what_can_be_done_stands_open_and_what_cannot_says_why(sign_in, guest, theory, author, fan, other, moderator):
    make_proposal(fan, theory)
    assert re.findall(r'id="(\w+)" open>', page_of(sign_in(moderator), theory)) == ["second", "object", "decide"]
    assert "Second it? Whoever an outcome proves right does not" in page_of(sign_in(author), theory)
    assert "Second it? Nobody seconds what they proposed" in page_of(sign_in(fan), theory)
    assert "Second it?" not in page_of(guest, theory)


def test_whoever_judges_reads_what_was_to_be_looked_for(guest, author, fan):
    theory = make_theory(author, criteria="A film says so.", due=datetime(2099, 5, 1, tzinfo=UTC).date())
    make_vote(fan, theory)
    clarifying.clarify(author, theory, "A short film is one.")
    page = page_of(guest, theory)
    for words in ("A film says so.", "1 May 2099", "A short film is one."):
        assert page.index(words) < page.index("Who may do what")


def test_a_moderator_is_offered_no_outcome_that_proves_them_right(sign_in, theory, fan, moderator, admin):
    make_forecast(moderator, theory, 99)
    client = sign_in(moderator)

    def choices() -> set[str]:
        decide = page_of(client, theory).split('id="decide"')[1].split("</details>")[0]
        return set(re.findall(r'type="radio" name="outcome" value="(\w+)"', decide))

    assert choices() == {"busted", "partly", "void"}
    seen = TurnTaken.objects.last().pk
    today = timezone.now().date().isoformat()
    form = {"turn": "decide", "outcome": "confirmed", "words": "So it is.", "seen": seen, "happened_on": today}
    answer = client.post(address(theory), form)
    assert answer.status_code == 403
    assert "proves you right" in answer.content.decode()
    resolving.decide(theory.pk, admin, finding("partly"))
    resolving.appeal(theory.pk, fan, "No.")
    page = page_of(client, theory)
    assert offered(page) == ["uphold", "overturn"]
    assert 'value="confirmed"' not in page
    make_proposal(moderator, make_theory(fan))
    assert "decide" not in offered(page_of(client, Theory.objects.first()))


def test_the_day_is_not_before_the_theory(sign_in, theory, fan):
    answer = sign_in(fan).post(address(theory), proposing(happened_on="0001-01-01", evidence="Long ago."))
    assert answer.status_code == 422
    assert "or later: it was posted then." in answer.content.decode()
    assert "Long ago." in answer.content.decode()


def test_a_page_for_guests_holds_no_token(guest, theory, fan):
    make_proposal(fan, theory)
    assert "csrfmiddlewaretoken" not in page_of(guest, theory)


# Bad input


def test_what_is_missing_is_asked_for_with_all_that_was_typed(sign_in, theory, fan, four):
    form = proposing(outcome="", evidence="A long, long text.", happened_on="2999-01-01", scope=["chapter-4"])
    answer = sign_in(fan).post(address(theory), form)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Choose an outcome." in page
    assert "A long, long text." in page
    assert 'value="chapter-4"' in page
    assert "checked" in page
    answer = sign_in(fan).post(address(theory), form | {"outcome": "void"})
    assert answer.status_code == 422
    assert "Choose a day that has been." in answer.content.decode()
    assert not Proposal.objects.exists()


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"turn": "settle"},
        {"turn": "x" * 500},
        {"turn": "second"},
        {"turn": "second", "proposal_id": "9" * 40},
        {"turn": "second", "proposal_id": "-1"},
        {"turn": "object", "proposal_id": "1", "reason": "\x00"},
        {"turn": "appeal", "reason": "  "},
    ],
)
def test_nonsense_is_422(sign_in, theory, fan, form):
    assert sign_in(fan).post(address(theory), form).status_code == 422


def test_who_comes_late_gets_their_text_back(sign_in, theory, fan, other):
    make_proposal(other, theory)
    answer = sign_in(fan).post(address(theory), proposing(evidence="My long text."))
    assert answer.status_code == 409
    assert "My long text." in answer.content.decode()
    assert "has been proposed already" in answer.content.decode()
    form = {"turn": "object", "proposal_id": 999, "reason": "My reason."}
    answer = sign_in(fan).post(address(theory), form)
    assert (answer.status_code, "My reason." in answer.content.decode()) == (409, True)


def test_what_is_not_theirs_is_403_with_a_sentence(sign_in, theory, author, fan, moderator):
    proposal = make_proposal(fan, theory)
    answers = {
        "Only moderators": sign_in(fan).post(address(theory), {"turn": "decide"}),
        "Nobody seconds what they proposed": sign_in(fan).post(
            address(theory), {"turn": "second", "proposal_id": proposal.pk}
        ),
        "proves right": sign_in(author).post(address(theory), {"turn": "second", "proposal_id": proposal.pk}),
    }
    for sentence, answer in answers.items():
        assert answer.status_code == 403
        assert sentence in answer.content.decode()
    assert not Second.objects.exists()
    assert not Decision.objects.exists()


def test_a_moderator_who_is_overtaken_is_told(sign_in, theory, fan, moderator):
    seen = re.search(r'name="seen" value="(\d+)"', page_of(sign_in(moderator), theory))[1]
    make_proposal(fan, theory)
    form = {"turn": "decide", "outcome": "void", "words": "My words.", "happened_on": "2026-01-02", "seen": seen}
    answer = sign_in(moderator).post(address(theory), form)
    assert (answer.status_code, "My words." in answer.content.decode()) == (409, True)


def test_what_was_typed_survives_sign_in(client, theory, fan):
    answer = client.post(address(theory), proposing(evidence="Kept words."), headers={"referer": address(theory)})
    assert answer.status_code == 302
    assert answer.url.startswith("/accounts/login/?next=/theories/")
    client.force_login(fan)
    assert "Kept words." in page_of(client, theory)


def test_too_fast_keeps_the_text(sign_in, theory, fan, limits):
    client = sign_in(fan)
    for _ in range(20):
        client.post(address(theory), {"turn": "appeal", "reason": "x"})
    answer = client.post(address(theory), {"turn": "appeal", "reason": "My long appeal."})
    assert answer.status_code == 429
    assert answer.headers["Retry-After"]
    assert "My long appeal." in answer.content.decode()


@pytest.mark.parametrize("columns", [{"is_hidden": True}, {"state": "draft"}])
def test_what_is_private_is_not_there(guest, sign_in, theory, fan, columns):
    Theory.objects.update(**columns)
    assert guest.get(address(theory)).status_code == 404
    assert sign_in(fan).post(address(theory), proposing()).status_code == 404


# The shield


def test_a_proposal_is_behind_its_own_shield(guest, sign_in, theory, fan, other, four):
    proposal = make_proposal(fan, theory, "busted", evidence="The canary dies.", scope=four.mask)
    resolving.object_to(theory.pk, other, proposal.pk, "The canary sleeps.")
    for path in (address(theory), theory.get_absolute_url(), f"{theory.get_absolute_url()}history/"):
        page = guest.get(path).content.decode()
        assert "canary" not in page
        assert "usted" not in page.replace("Busted: it did not", "")
        assert "Chapter 4" in page
    assert offered(page_of(sign_in(make_fan(username="new")), theory)) == []
    revealed = page_of(guest, theory, f"?reveal=proposal-{proposal.pk}")
    assert "The canary dies." in revealed
    assert "The canary sleeps." in revealed
    reader = make_fan(username="reader")
    mark_seen(reader, four)
    assert "The canary dies." in sign_in(reader).get(theory.get_absolute_url()).content.decode()


def test_once_told_the_whole_theory_is_behind_it_and_undone_no_more(guest, theory, moderator, four):
    resolving.decide(theory.pk, moderator, finding("busted", evidence="The canary dies.", scope=four.mask))
    for path in (address(theory), theory.get_absolute_url(), "/theories/", "/theories/?order=resolved"):
        page = guest.get(path).content.decode()
        assert "canary" not in page
        assert theory.claim not in page
    resolving.undo(theory.pk, moderator, "The canary was another.")
    for path in (address(theory), theory.get_absolute_url(), f"{theory.get_absolute_url()}history/"):
        page = guest.get(path).content.decode()
        assert theory.claim in page
        assert "canary" not in page


def test_a_form_that_is_wrong_says_nothing_of_a_theory_that_was_revealed_once(sign_in, author, fan, four):
    theory = make_theory(author, claim="The butler did it.", scope=four.mask)
    answer = sign_in(fan).post(f"/theories/{theory.pk}/x/resolve/", proposing(outcome=""))
    assert answer.status_code == 422
    assert "butler" not in answer.content.decode()
    answer = sign_in(fan).post(f"/theories/{theory.pk}/x/resolve/?reveal=theory-{theory.pk}", proposing())
    assert answer.url == f"/theories/{theory.pk}/x/resolve/?reveal=theory-{theory.pk}"
    assert "butler" not in sign_in(fan).get(f"/theories/{theory.pk}/x/resolve/").content.decode()


def test_in_the_queue_a_shielded_theory_goes_by_its_number(sign_in, author, fan, other, moderator, four):
    theory = make_theory(author, claim="The butler did it.", scope=four.mask)
    proposal = make_proposal(fan, theory)
    resolving.object_to(theory.pk, other, proposal.pk, "No.")
    page = sign_in(moderator).get("/moderation/").content.decode()
    assert f"theory {theory.pk}" in page
    assert "butler" not in page


# Other pages


def test_a_theory_that_is_due_asks_for_an_outcome(guest, author):
    theory = make_due(author)
    head = guest.get(theory.get_absolute_url()).content.decode()
    assert "Due since" in head
    assert address(theory) in head
    assert "Awaiting resolution" in guest.get("/theories/?status=due").content.decode()


def test_the_trail_names_who_did_what_and_says_nothing_of_votes(guest, theory, fan, moderator):
    make_forecast(fan, theory, 61)
    make_seconded(theory)
    page = guest.get(f"{theory.get_absolute_url()}history/").content.decode()
    assert "Outcome proposed" in page
    assert page.count("Outcome seconded") == 2
    assert f"proposer-{theory.pk}" in page
    assert "61" not in re.sub(r"<[^>]*>", "", page)


@pytest.mark.parametrize("state", ["open", "proposed", "seconded", "disputed", "resolved"])
def test_queries(sign_in, theory, fan, other, moderator, state, django_assert_max_num_queries):
    if state in {"seconded", "resolved"}:
        make_seconded(theory)
    elif state != "open":
        make_proposal(other, theory)
    if state == "disputed":
        resolving.object_to(theory.pk, fan, Proposal.objects.get().pk, "No.")
    if state == "resolved":
        resolving.decide(theory.pk, moderator, finding())
    client = sign_in(fan)
    client.get("/theories/")
    with django_assert_max_num_queries(12):
        client.get(theory.get_absolute_url())
    with django_assert_max_num_queries(16):
        client.get(address(theory))


def test_whoever_left_is_not_named(guest, theory, fan, other):
    proposal = make_proposal(fan, theory)
    resolving.object_to(theory.pk, other, proposal.pk, "No.")
    Proposal.objects.update(fan=None)
    Objection.objects.update(fan=None)
    page = page_of(guest, theory)
    assert "Somebody who has left" in page


def test_due_by_the_clock_alone(guest, theory):
    Theory.objects.update(closes_at=timezone.now() - timedelta(minutes=1))
    assert "Due since" in page_of(guest, theory)
