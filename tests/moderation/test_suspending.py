import re
from datetime import timedelta
from functools import partial

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from accounts.models import User
from moderation.deciding import Overtaken, decide
from moderation.models import Decision
from tests.factories import PASSWORD, give_rights, make_fan
from tests.factories_theories import make_theory, make_vote
from tests.racing import at_once
from theories.counting import differing
from theories.discussing import comment
from theories.models import Comment, Theory
from theories.voting import cast


@pytest.fixture
def suspend(moderator):
    def suspended(fan, until=None, **more):
        return decide(moderator, "fan", fan.pk, "suspend", "unkind", "Words worth reading.", until=until, **more)

    return suspended


def _soon():
    return timezone.now() + timedelta(days=3)


def _sign_in(client, fan):
    return client.post("/accounts/login/", {"login": fan.username, "password": PASSWORD})


def test_a_suspension_ends_sessions_uncounts_votes_and_is_told(suspend, fan, author, mailoutbox):
    theory = make_theory(author)
    make_vote(fan, theory)
    client = Client()
    _sign_in(client, fan)
    assert client.get("/inbox/").status_code == 200
    suspend(fan, _soon())
    fan.refresh_from_db()
    theory.refresh_from_db()
    assert not fan.is_active
    assert theory.believe_count == 0
    assert client.get("/inbox/").status_code == 302
    assert "sessionid" not in client.cookies or not client.session.get("_auth_user_id")
    mail = mailoutbox[-1]
    assert mail.to == [fan.email]
    assert "Words worth reading." in mail.body
    link = re.search(r"(/appeals/\S+)", mail.body)[1]
    page = Client().get(link)
    assert page.status_code == 200
    assert "Words worth reading." in page.text


def test_at_sign_in_they_read_why_and_until_when(suspend, fan, guest):
    until = _soon()
    suspend(fan, until)
    answer = _sign_in(guest, fan)
    assert answer["Location"].startswith("/appeals/")
    page = guest.get(answer["Location"]).text
    assert "Words worth reading." in page
    assert until.strftime("%Y") in page
    wrong = guest.post("/accounts/login/", {"login": fan.username, "password": "not-" + PASSWORD})
    assert wrong.status_code == 200, "without the password nobody learns of it"


def test_from_the_address_of_a_closed_profile_moderators_come_to_its_case(
    suspend, sign_in, moderator, fan, author, guest
):
    suspend(fan)
    answer = sign_in(moderator).get(fan.get_absolute_url())
    assert answer["Location"] == f"/moderation/fan/{fan.pk}/"
    for other in (sign_in(author), guest):
        assert other.get(fan.get_absolute_url()).status_code == 404


def test_when_it_is_over_signing_in_opens_the_account_and_so_does_the_clock(suspend, fan, author, guest):
    theory = make_theory(author)
    make_vote(fan, theory)
    other = make_fan("other")
    for one in (fan, other):
        suspend(one, _soon())
    User.objects.filter(is_active=False).update(suspended_until=timezone.now() - timedelta(minutes=1))
    assert _sign_in(guest, fan)["Location"] == "/"
    theory.refresh_from_db()
    assert theory.believe_count == 1
    other.refresh_from_db()
    assert not other.is_active
    call_command("end_suspensions")
    other.refresh_from_db()
    assert (other.is_active, other.suspended_until) == (True, None)


def test_for_good_stays_and_can_be_ended(suspend, moderator, fan):
    suspend(fan)
    call_command("end_suspensions")
    fan.refresh_from_db()
    assert not fan.is_active
    with pytest.raises(Overtaken, match="“Suspended” is how it stands"):
        suspend(fan)
    decide(moderator, "fan", fan.pk, "unsuspend", "mistake", "We were wrong.")
    fan.refresh_from_db()
    assert fan.is_active


def test_nobody_suspends_themselves_and_only_admins_staff(suspend, moderator, admin, editor, fan):
    for one in (moderator, editor, admin):
        with pytest.raises(PermissionDenied):
            suspend(one)
    decide(admin, "fan", editor.pk, "suspend", "rules", "Words.")
    assert Decision.objects.get().concerns == editor


def test_nobody_decides_about_what_is_theirs(moderator):
    theory = make_theory(moderator)
    with pytest.raises(PermissionDenied, match="another moderator"):
        decide(moderator, "theory", theory.pk, "lock", "heated", "Words.")


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({}, 422),
        ({"until": "2020-01-01"}, 422),
        ({"until": "2100-01-01", "for_good": "on"}, 422),
        ({"until": "9999-12-31"}, 422),
        ({"until": "2100-01-01"}, 302),
        ({"for_good": "on"}, 302),
    ],
)
def test_the_form_asks_until_when(sign_in, moderator, fan, fields, status):
    asked = {"act": "suspend", "reason": "unkind", "words": "Words worth keeping", "seen": 0}
    answer = sign_in(moderator).post(f"/moderation/fan/{fan.pk}/", asked | fields)
    assert answer.status_code == status
    assert status == 302 or "Words worth keeping" in answer.text
    fan.refresh_from_db()
    assert fan.is_active is (status == 422)


@pytest.mark.django_db(transaction=True)
def test_suspended_while_voting_and_posting(admin, fan, author):
    """Whatever comes first: nothing they said after it stands, and every count is what the rows say."""
    give_rights()
    theories = [make_theory(author, claim=f"Claim {number}.") for number in range(4)]
    for theory in theories[:2]:
        make_vote(fan, theory)

    def refused(act):
        def tried():
            try:
                return act()
            except PermissionDenied as refusal:
                return refusal

        return tried

    acts = [partial(decide, admin, "fan", fan.pk, "suspend", "unkind", "Words.")]
    acts += [refused(partial(cast, theory.pk, fan, -1)) for theory in theories]
    acts += [refused(partial(comment, fan, theory, "Well.")) for theory in theories]
    acts += [refused(partial(comment, author, theory, "@fan, well.")) for theory in theories]
    at_once(acts)
    assert not User.objects.get(pk=fan.pk).is_active
    assert differing(Theory.objects.values_list("pk", flat=True)) == []
    assert set(Theory.objects.values_list("believe_count", "doubt_count")) == {(0, 0)}
    written = Comment.objects.filter(author=fan).order_by("-created_at").values_list("created_at", flat=True).first()
    assert written is None or written <= Decision.objects.get().created_at


def test_a_suspension_is_made_longer(suspend, sign_in, moderator, fan):
    suspend(fan, _soon())
    client, address = sign_in(moderator), f"/moderation/fan/{fan.pk}/"
    assert "Suspend for longer or shorter" in client.get(address).text
    fields = {"act": "suspend", "reason": "unkind", "words": "And again.", "seen": Decision.objects.get().pk}
    assert client.post(address, fields | {"until": "2100-01-01"}).status_code == 302
    fan.refresh_from_db()
    assert (fan.is_active, fan.suspended_until.year) == (False, 2100)
    again = fields | {"until": "2100-01-01", "seen": Decision.objects.first().pk}
    assert client.post(address, again).status_code == 409
