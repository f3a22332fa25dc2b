import re
from datetime import timedelta
from functools import partial

import pytest
from django.utils import timezone

from accounts.trust import Level
from moderation import claiming
from moderation.appealing import appeal
from moderation.claiming import ClaimedByAnother, claim, claim_on, let_go
from moderation.deciding import decide
from moderation.hooks import count_waiting
from moderation.models import CaseClaim, Decision, Outcome, Report
from moderation.reporting import report
from tests.factories import give_rights, make_fan, make_work, mark_seen
from tests.factories_theories import make_comment, make_theory, make_vote
from tests.racing import at_once
from theories.discussing import take_back
from theories.models import Comment, Theory, Vote

QUEUE = "/moderation/"


@pytest.fixture
def theories(author):
    return [make_theory(author, claim=f"Claim number {number}.") for number in range(3)]


@pytest.fixture
def client(sign_in, moderator):
    return sign_in(moderator)


def _places(page, theories):
    return sorted(theories, key=lambda theory: page.index(f"/moderation/theory/{theory.pk}/"))


def test_the_head_of_each_page_counts_what_waits(
    client, theories, fan, author, moderator, admin, django_assert_num_queries
):
    def counted():
        return re.search(r"(\d+)<span[^>]*> to decide", client.get("/rules/").text)

    assert counted() is None
    make_vote(fan, theories[2])
    Vote.objects.update(is_held=True)
    report("theory", theories[0].pk, fan, "spam", "")
    report("theory", theories[0].pk, None, "unkind", "")
    report("comment", make_comment(author, theories[1]).pk, fan, "unkind", "")
    appeal(decide(admin, "theory", theories[2].pk, "lock", "heated", "Words."), "Why?")
    with django_assert_num_queries(1):
        assert count_waiting() == 4
    assert counted()[1] == "4"


def test_what_it_says_stands_beside_it_unless_it_may_give_something_away(client, theories, fan, author, moderator):
    four = make_work("chapter-4")
    said = make_comment(author, theories[0], "Buy my suits.")
    told = make_comment(author, theories[0], "He dies there.")
    report("comment", said.pk, fan, "spam", "")
    report("comment", told.pk, fan, "gives_away", "", scope=four.mask)
    page = client.get(QUEUE).text
    assert ("Buy my suits." in page, "He dies there." in page) == (True, False)
    mark_seen(moderator, four)
    assert "He dies there." in client.get(QUEUE).text


def test_a_claim_is_said_once_where_the_text_begins_with_it(client, theories, fan):
    report("theory", theories[0].pk, fan, "spam", "")
    page = client.get(QUEUE).text
    assert page.count(theories[0].claim) == 1 and "She has reasons." in page


def test_what_is_gone_can_be_closed(client, theories, fan):
    report("theory", theories[0].pk, fan, "spam", "")
    Report.objects.update(object_id=10_000)
    assert "which is not there any more" in client.get(QUEUE).text
    page = client.post(f"{QUEUE}bulk/", {"cases": ["theory-10000"]}, follow=True).text
    assert "Closed, since it is not there any more: 1." in page
    assert Report.objects.get().outcome == Outcome.GONE


def test_things_are_grouped_weighed_and_ordered(client, theories, fan):
    first, second, third = theories
    report("theory", first.pk, None, "spam", "")
    for number in range(2):
        report("theory", second.pk, make_fan(f"known{number}", level=Level.FAN), "unkind", "")
    report("theory", third.pk, fan, "spam", "")
    page = client.get(QUEUE).text
    assert _places(page, theories) == [second, third, first]
    assert "weight 2.0" in page
    assert "Unkind to somebody (×2)" in page
    assert _places(client.get(f"{QUEUE}?order=oldest").text, theories) == [first, second, third]
    narrowed = client.get(f"{QUEUE}?reason=unkind&kind=theory").text
    assert f"/moderation/theory/{second.pk}/" in narrowed
    assert f"/moderation/theory/{first.pk}/" not in narrowed
    assert client.get(f"{QUEUE}?reason=x&kind=%00&order=y&page=99999999999999999999").status_code == 200


def test_no_title_beyond_the_moderators_shield(client, theories):
    Theory.objects.update(scope=make_work("chapter-4").mask)
    report("theory", theories[0].pk, None, "spam", "")
    page = client.get(QUEUE).text
    assert "Claim number" not in page
    assert f"theory {theories[0].pk}" in page


def test_many_are_paged(client, author):
    Report.objects.bulk_create(
        Report(kind="fan", object_id=author.pk + number, reason="spam") for number in range(1, 31)
    )
    page = client.get(QUEUE)
    assert "page=2" in page.text
    assert client.get(f"{QUEUE}?page=2").text.count("not there any more") == 5


def test_spam_is_hidden_at_one_go(client, admin, theories, moderator):
    for theory in theories:
        report("theory", theory.pk, None, "spam", "")
    claim(admin, "theory", theories[2].pk)
    fields = {"cases": [f"theory-{theory.pk}" for theory in theories], "words": "Advertising, all of it."}
    page = client.post(f"{QUEUE}bulk/", fields, follow=True).text
    assert "Hidden as spam: 2." in page
    assert "adrian is looking at this" in page
    assert [theory.is_hidden for theory in Theory.objects.order_by("pk")] == [True, True, False]
    assert set(Decision.objects.values_list("reason", "words")) == {("spam", "Advertising, all of it.")}
    for wrong in ({}, {"cases": ["x"]}, {"cases": ["theory-²"]}):
        assert client.post(f"{QUEUE}bulk/", wrong).status_code == 422
    gone = client.post(f"{QUEUE}bulk/", {"cases": ["theory-999999", "fan-1"]}, follow=True)
    assert "not there any more" in gone.text


def test_a_claim_tells_the_others_and_asks_them_twice(client, admin, moderator, theories, sign_in):
    theory = theories[0]
    address = f"/moderation/theory/{theory.pk}/"
    other = sign_in(admin)
    assert other.post(f"{address}claim/").status_code == 303
    assert "adrian is looking at this" in client.get(address).text
    assert "adrian is looking at this" in client.post(f"{address}claim/", follow=True).text
    fields = {"act": "lock", "reason": "heated", "words": "Words worth keeping", "seen": 0}
    answer = client.post(address, fields)
    assert answer.status_code == 409
    assert "Words worth keeping" in answer.text
    assert 'type="checkbox" name="despite_claim"' in answer.text
    assert client.post(address, fields | {"despite_claim": "on"}).status_code == 302
    assert not CaseClaim.objects.exists(), "what is decided is claimed no more"


def test_a_claim_can_be_let_go_and_lapses(admin, moderator, theories, monkeypatch):
    about = "theory", theories[0].pk
    claim(admin, *about)
    let_go(moderator, *about)
    assert claim_on(*about).moderator == admin, "nobody lets go for another"
    let_go(admin, *about)
    assert claim_on(*about) is None
    claim(admin, *about)
    CaseClaim.objects.update(claimed_at=timezone.now() - claiming.LASTS - timedelta(seconds=1))
    assert claim_on(*about) is None
    assert claim(moderator, *about).moderator == moderator


@pytest.mark.django_db(transaction=True)
def test_of_two_claims_at_once_one_holds(admin, author):
    give_rights()
    other = make_fan("second", is_superuser=True)
    theory = make_theory(author)
    found = at_once([partial(claim, who, "theory", theory.pk) for who in (admin, other)])
    assert sorted(type(one).__name__ for one in found) == ["CaseClaim", "ClaimedByAnother"]
    with pytest.raises(ClaimedByAnother):
        who = other if claim_on("theory", theory.pk).moderator == admin else admin
        decide(who, "theory", theory.pk, "hide", "spam", "Words.")


@pytest.mark.django_db(transaction=True)
def test_a_comment_reported_while_it_is_taken_back_leaves_nothing_open(fan, author):
    theory = make_theory(author)
    readers = [make_fan(f"reader{number}") for number in range(4)]
    comment = make_comment(fan, theory)
    acts = [partial(report, "comment", comment.pk, reader, "spam", "") for reader in readers]
    at_once([*acts[:2], partial(take_back, fan, comment), *acts[2:]])
    assert Comment.objects.get().deleted_at
    assert not Report.objects.filter(outcome=Outcome.OPEN).exists()


@pytest.mark.django_db(transaction=True)
def test_reported_by_many_at_once_it_is_hidden_once(author):
    give_rights()
    comment = make_comment(author, make_theory(make_fan("other")))
    readers = [make_fan(f"reader{number}", level=Level.REGULAR) for number in range(5)]
    at_once([partial(report, "comment", comment.pk, reader, "spam", "") for reader in readers])
    assert Decision.objects.filter(act="hide").count() == 1
    comment.refresh_from_db()
    assert comment.is_hidden


def test_the_case_tells_of_its_author_and_of_who_reported(client, theories, moderator, fan, author):
    decide(moderator, "theory", theories[1].pk, "lock", "heated", "It ran hot.")
    report("theory", theories[1].pk, fan, "spam", "")
    decide(moderator, "theory", theories[1].pk, "keep", "other", "It is fine.")
    report("theory", theories[0].pk, fan, "spam", "")
    page = client.get(f"/moderation/theory/{theories[0].pk}/").text
    assert "0 agreed, 1 declined" in page
    assert "weight 0.4" in page
    assert f"Locked: theory {theories[1].pk}" in page
    assert "Theories: 3" in page
    assert f'href="/moderation/fan/{author.pk}/"' in page


def test_what_it_says_stands_there_unless_it_gives_something_away(client, theories, fan):
    theory, work = theories[0], make_work("chapter-4")
    address = f"/moderation/theory/{theory.pk}/"
    assert "She has reasons." in client.get(address).text
    report("theory", theory.pk, fan, "gives_away", "", scope=work.mask)
    assert "She has reasons." not in client.get(address).text
    assert "She has reasons." in client.get(f"{address}?reveal=theory-{theory.pk}").text


def test_a_bulk_without_a_choice_leads_on(client, theories, fan):
    report("theory", theories[0].pk, fan, "spam", "")
    report("theory", theories[1].pk, fan, "unkind", "")
    wrong = client.post(f"{QUEUE}bulk/", {"next": f"{QUEUE}?reason=spam", "words": "Typed."})
    assert wrong.status_code == 422
    assert 'name="next" value="/moderation/?reason=spam"' in wrong.text
    assert f'action="{QUEUE}"' in wrong.text  # the filter, too, does not ask the address of the bulk
    assert theories[1].claim not in wrong.text
    further = re.search(r'name="next" value="([^"]*)"', wrong.text)[1]
    sent = client.post(f"{QUEUE}bulk/", {"next": further, "cases": [f"theory-{theories[0].pk}"]}, follow=True)
    assert sent.status_code == 200
    for control in re.findall(r'href="([^"]*theme[^"]*)"', wrong.text):
        assert "bulk" not in control
    assert client.get(f"{QUEUE}bulk/")["Location"] == QUEUE


def test_a_refused_bulk_keeps_what_was_typed(client, admin, theories, fan):
    theory = theories[0]
    report("theory", theory.pk, fan, "spam", "")
    claim(admin, "theory", theory.pk)
    answer = client.post(f"{QUEUE}bulk/", {"cases": [f"theory-{theory.pk}"], "words": "Typed words."}, follow=True)
    assert "Typed words." in answer.text
    assert "Tick the box" not in answer.text  # there is none here


def test_a_claim_is_said_once(client, theories, fan):
    report("theory", theories[0].pk, fan, "spam", "")
    assert client.get(QUEUE).text.count(theories[0].claim) == 1


def test_leaving_held_votes_as_they_are_is_no_decision(client, theories, fan):
    make_vote(fan, theories[0])
    Vote.objects.update(is_held=True)
    page = client.get(f"/moderation/votes/{theories[0].pk}/").text
    assert 'value="count"' in page
    assert 'value="keep"' not in page


def test_after_a_decision_the_next_case_is_at_hand(client, admin, theories, fan, moderator):
    for theory in theories:
        report("theory", theory.pk, fan, "spam", "")
    report("fan", moderator.pk, fan, "spam", "")  # nobody judges themselves
    claim(admin, "theory", theories[1].pk)
    fields = {"act": "keep", "reason": "within", "words": "It is no advert.", "seen": 0}
    page = client.post(f"{QUEUE}theory/{theories[0].pk}/", fields, follow=True).text
    assert "Left as it is" in page
    assert f'href="{QUEUE}"' in page
    assert f'href="{QUEUE}theory/{theories[2].pk}/">Next: theory {theories[2].pk}</a>' in page
    client.post(f"{QUEUE}theory/{theories[2].pk}/", fields)
    assert "Next: " not in client.get(f"{QUEUE}theory/{theories[2].pk}/").text
