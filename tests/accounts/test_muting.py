"""Mute and block: what a fan does not want to see is in no list, and who is kept away cannot answer."""

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import muting
from accounts.following import follow
from accounts.models import Follow, Mute, User
from lore.seeing import viewer_of_fan
from tests.factories import make_fan, make_work
from tests.factories_theories import make_comment, make_tag, make_theory
from theories.finding import search_theories
from theories.models import Tag
from theories.similar import similar
from theories.telling import tell_of_talk

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(sign_in, fan):
    return sign_in(fan)


def send(client, kind, pk, act, **fields):
    return client.post("/settings/mute/", {"kind": kind, "id": pk, "act": act} | fields)


def page(client, address):
    return client.get(address).content.decode()


def test_a_muted_fan_is_out_of_lists_and_back_again(client, fan, author):
    theory = make_theory(author, claim="Rooney dances again in Prague.")
    assert "Mute or block" in page(client, author.get_absolute_url())
    assert send(client, "fan", author.pk, "mute").url == author.get_absolute_url()
    for address in ("/", "/theories/", "/theories/?order=new", "/theories/?status=open", "/search/?q=prague"):
        assert theory.claim not in page(client, address), address
    viewer = viewer_of_fan(User.objects.get(pk=fan.pk))
    assert not search_theories(viewer, "prague")
    assert not similar(viewer, "Rooney dances once more in Prague.")
    # Who asks for it by name gets it, with a word about it.
    for address in (theory.get_absolute_url(), author.get_absolute_url()):
        assert theory.claim in page(client, address)
        assert "You have muted author" in page(client, address)
    assert theory.claim in page(client, "/theories/?author=author")
    assert ">author</a>" in page(client, "/settings/muted/")
    send(client, "fan", author.pk, "none")
    assert theory.claim in page(client, "/theories/")
    assert not User.objects.get(pk=fan.pk).has_mutes


def test_a_muted_tag_is_out_of_lists_except_ones_own(client, fan, author):
    tag = make_tag("prague")
    theirs = make_theory(author, claim="It plays in Prague.", tags=[tag])
    own = make_theory(fan, claim="Of my own making.", tags=[tag])
    assert "Mute this tag" in page(client, "/theories/?tag=prague")
    send(client, "tag", tag.pk, "mute")
    listed = page(client, "/theories/")
    assert theirs.claim not in listed
    assert own.claim in listed
    assert theirs.claim in page(client, "/theories/?tag=prague")
    assert "You have muted the tag “Prague”" in page(client, theirs.get_absolute_url())
    assert "The tag “Prague”" in page(client, "/settings/muted/")


def test_that_a_shielded_theory_is_by_somebody_muted_shows_nowhere(client, fan, author):
    make_theory(author, claim="Behind the curtain.", scope=make_work("chapter-4").mask)
    before = page(client, "/theories/").count("shield-card")
    muting.mute(fan, "fan", author.pk)
    assert page(client, "/theories/").count("shield-card") == before == 1


def test_comments_fold_and_their_answers_stay(client, fan, author):
    other = make_fan(username="olga")
    theory = make_theory(other)
    said = make_comment(author, theory, "I shout.")
    make_comment(other, theory, "I answer calmly.", parent_id=said.pk)
    assert f"/settings/mute/?kind=fan&amp;id={author.pk}" in page(client, theory.get_absolute_url())
    muting.mute(fan, "fan", author.pk)
    shown = page(client, theory.get_absolute_url())
    assert shown.count("A comment by somebody you muted") == 1
    assert "I answer calmly." in shown
    assert shown.index('<details class="muted">') < shown.index("I shout.")
    # Who comes for this very comment reads it.
    assert "somebody you muted" not in page(client, f"{theory.get_absolute_url()}?comment={said.pk}")


def test_who_is_blocked_cannot_answer_and_keeps_their_words(client, sign_in, fan, author):
    theory = make_theory(author)
    said = make_comment(author, theory, "Mine.")
    for pair in ((fan, author), (author, fan)):
        Follow.objects.create(fan=pair[0], kind="fan", object_id=pair[1].pk, made_at=timezone.now())
    send(sign_in(author), "fan", fan.pk, "block")
    assert not Follow.objects.exists()
    address = f"{theory.get_absolute_url()}comment/"
    for parent in ({}, {"parent": said.pk}):
        answer = client.post(address, {"text": "Let me tell you.", "scope_asked": "1"} | parent)
        assert answer.status_code == 403
        assert "You cannot answer this fan." in answer.content.decode()
        assert "Let me tell you." in answer.content.decode()
        assert "That was not posted" in answer.content.decode()
    asked = client.post(f"{author.get_absolute_url()}follow/", {"follow": "1"}, headers={"HX-Request": "true"})
    assert (asked.status_code, "You cannot follow this fan." in asked.content.decode()) == (422, True)
    assert "You have blocked fan" in page(sign_in(author), fan.get_absolute_url())
    # Somebody else in the same talk can be answered, and the other way round nothing is closed.
    third = make_comment(make_fan(username="olga"), theory, "And me?")
    assert client.post(address, {"text": "Yes.", "parent": third.pk, "scope_asked": "1"}).status_code == 303
    shown = page(client, author.get_absolute_url())
    assert "block" not in shown.replace("Mute or block", "").lower().split("<main")[1]


def test_who_is_muted_tells_nothing(fan, author):
    tag = make_tag()
    assert muting.hearing([fan.pk], author.pk, [tag.pk]) == {fan.pk}
    muting.mute(fan, "tag", tag.pk)
    assert muting.hearing([fan.pk], author.pk, [tag.pk]) == set()
    assert muting.hearing([fan.pk, author.pk], None) == {fan.pk, author.pk}


def test_staff_are_muted_but_not_blocked(client, fan, moderator):
    assert send(client, "fan", moderator.pk, "block").status_code == 422
    assert send(client, "fan", moderator.pk, "mute").status_code == 303
    # Nor is somebody who became staff since.
    Mute.objects.update(is_block=True)
    assert not muting.is_blocked(moderator, fan.pk)


@pytest.mark.parametrize(
    ("kind", "which", "act", "status"),
    [
        ("fan", "self", "mute", 422),
        ("fan", "author", "", 422),
        ("tag", "author", "mute", 404),
        ("x", "author", "mute", 404),
    ],
)
def test_silly_requests(client, fan, author, kind, which, act, status):
    pk = fan.pk if which == "self" else author.pk
    assert send(client, kind, pk, act).status_code == status
    assert not Mute.objects.exists()


def test_what_is_gone_can_still_be_let_go(client, fan):
    pk = make_tag().pk
    muting.mute(fan, "tag", pk)
    Tag.objects.all().delete()
    assert "not there any more" in page(client, "/settings/muted/")
    assert send(client, "tag", pk, "none").status_code == 303
    assert not Mute.objects.exists()


def test_only_fans_are_blocked(fan):
    with pytest.raises(ValidationError):
        muting.mute(fan, "fan", 999_999, is_block=True)


def test_whoever_mutes_nothing_pays_nothing(client, sign_in, fan, author):
    theory = make_theory(author)

    def mutes_asked():
        with CaptureQueriesContext(connection) as asked:
            for address in ("/", "/theories/", theory.get_absolute_url(), author.get_absolute_url()):
                client.get(address)
        return sum("accounts_mute" in query["sql"] for query in asked)

    assert mutes_asked() == 0
    muting.mute(fan, "fan", make_fan(username="olga").pk)
    assert mutes_asked() == 4


def test_a_followed_theory_under_a_muted_tag_tells_nothing_of_its_talk(fan, author):
    tag = make_tag()
    theory = make_theory(author, tags=[tag])
    follow(fan, "theory", theory.pk)
    tell_of_talk(make_comment(author, theory))
    assert fan.notices.count() == 1
    muting.mute(fan, "tag", tag.pk)
    tell_of_talk(make_comment(author, theory))
    assert fan.notices.count() == 1


def test_whoever_is_muted_is_out_of_the_inbox_too(client, fan, author):
    theory = make_theory(fan)
    make_comment(author, theory)
    assert "<li" in page(client, "/inbox/").split("<main")[1].split("</main")[0]
    muting.mute(fan, "fan", author.pk)
    assert author.get_absolute_url() not in page(client, "/inbox/")
    assert "Nothing yet" in page(client, "/inbox/")
