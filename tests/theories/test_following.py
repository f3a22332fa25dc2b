"""Following theories, tags, pages and fans: the button, the list, and what followers hear."""

import pytest

from accounts.following import follow
from accounts.models import Follow, Notice
from accounts.muting import mute
from lore.editing import save_revision
from lore.models import Page
from lore.prose import Prose
from tests.factories import make_fan, make_page, make_work, mark_seen
from tests.factories_theories import make_comment, make_forecast, make_tag, make_theory, make_vote
from theories.clarifying import clarify
from theories.telling import tell_of_milestone

pytestmark = pytest.mark.django_db


@pytest.fixture
def committed(django_capture_on_commit_callbacks):
    return lambda: django_capture_on_commit_callbacks(execute=True)


def told(fan) -> list[tuple[str, int]]:
    return sorted(fan.notices.values_list("kind", "object_id"))


# The button


def test_each_kind_is_followed_and_let_go_by_its_button(sign_in, fan, author):
    tag, page = make_tag(), make_page()
    theory = make_theory(author, tags=[tag])
    mine = sign_in(fan)
    buttons = {
        ("theory", theory.pk): (theory.get_absolute_url(), f"{theory.get_absolute_url()}follow/"),
        ("tag", tag.pk): ("/theories/?tag=rooney", "/theories/tags/rooney/follow/"),
        ("page", page.pk): ("/lore/ruska-roma/", "/lore/ruska-roma/follow/"),
        ("fan", author.pk): ("/fans/author/", "/fans/author/follow/"),
    }
    for address, action in buttons.values():
        assert f'action="{action}"' in mine.get(address).content.decode()
        answer = mine.post(action, {"follow": "1"})
        assert (answer.status_code, answer.url) == (303, address)
        assert "Follow no more" in mine.get(address).content.decode()
        mine.post(action, {"follow": "1"})
    assert {(row.kind, row.object_id) for row in Follow.objects.all()} == set(buttons)
    listed = mine.get("/settings/following/").content.decode()
    assert all(name in listed for name in (theory.claim, "Rooney", page.title, "author"))
    for _, action in buttons.values():
        fragment = mine.post(action, {"follow": "0"}, headers={"HX-Request": "true"})
        assert fragment.content.decode().startswith("<form")
        assert ">Follow<" in fragment.content.decode()
    assert not Follow.objects.exists()


def test_guests_are_led_to_sign_in_without_a_form(guest, author):
    tag = make_tag()
    theory = make_theory(author, tags=[tag])
    make_page()
    for address in (theory.get_absolute_url(), "/lore/ruska-roma/", "/fans/author/", "/theories/?tag=rooney"):
        page = guest.get(address).content.decode()
        assert "Follow" in page
        assert "/follow/" not in page


def test_what_cannot_be_followed(sign_in, fan, author, theory):
    mine = sign_in(fan)
    assert mine.post("/fans/fan/follow/", {"follow": "1"}).status_code == 422
    assert mine.post("/fans/nobody/follow/", {"follow": "1"}).status_code == 404
    assert mine.post("/fans/author/follow/", {"follow": "7"}).status_code == 422
    mute(author, "fan", fan.pk, is_block=True)
    assert mine.post("/fans/author/follow/", {"follow": "1"}).status_code == 403
    make_tag("secret", scope=make_work().mask)
    assert mine.post("/theories/tags/secret/follow/", {"follow": "1"}).status_code == 404
    assert not Follow.objects.exists()


def test_the_list_lets_go_of_what_is_gone_and_names_nothing_shielded(sign_in, fan, author):
    theory = make_theory(author, claim="Everybody dies.", scope=make_work().mask)
    page = make_page("dead", scope=theory.scope)
    for kind, pk in (("theory", theory.pk), ("page", page.pk), ("tag", 999)):
        follow(fan, kind, pk)
    mine = sign_in(fan)
    listed = mine.get("/settings/following/").content.decode()
    assert "Everybody" not in listed
    assert "Dead" not in listed
    assert "a page that gives away Chapter-3" in listed
    assert "This is not there any more." in listed
    assert mine.post("/settings/following/", {"kind": "tag", "id": "999"}).status_code == 303
    assert mine.post("/settings/following/", {"kind": "tag", "id": "x"}).status_code == 422
    assert fan.follows.count() == 2


def test_a_revealed_theory_is_followed_where_it_was_revealed(sign_in, fan, author):
    theory = make_theory(author, scope=make_work().mask)
    mine = sign_in(fan)
    address = f"/theories/{theory.pk}/{theory.slug}/?reveal=theory-{theory.pk}"
    action = f"/theories/{theory.pk}/{theory.slug}/follow/?reveal=theory-{theory.pk}"
    assert f'action="{action}"' in mine.get(address).content.decode()
    assert mine.post(action, {"follow": "1"}).url == address


# What followers hear


def test_a_new_theory_is_told_once_to_those_who_follow_its_author_or_tag(committed, author, fan, other):
    tag = make_tag()
    follow(fan, "fan", author.pk)
    follow(fan, "tag", tag.pk)
    follow(other, "tag", tag.pk)
    follow(make_fan("third"), "tag", make_tag("else").pk)
    with committed():
        theory = make_theory(author, tags=[tag])
    assert set(Notice.objects.values_list("fan", "kind", "object_id")) == {
        (pk, "posted", theory.pk) for pk in (fan.pk, other.pk)
    }


def test_of_a_theory_behind_the_shield_those_who_have_not_seen_hear_nothing(committed, author, fan, other):
    work = make_work()
    for somebody in (fan, other):
        follow(somebody, "fan", author.pk)
    mark_seen(other, work)
    with committed():
        make_theory(author, scope=work.mask)
    assert (told(fan), len(told(other))) == ([], 1)


def test_who_has_muted_a_tag_hears_of_no_theory_with_it(committed, author, fan):
    tag = make_tag()
    follow(fan, "fan", author.pk)
    mute(fan, "tag", tag.pk)
    with committed():
        make_theory(author, tags=[tag])
    assert told(fan) == []


def test_a_comment_is_told_to_followers_once_and_not_to_its_writer(committed, author, fan, other, theory):
    for somebody in (author, fan, other):
        follow(somebody, "theory", theory.pk)
    with committed():
        said = make_comment(other, theory)
    assert (told(author), told(fan), told(other)) == ([("reply", said.pk)], [("talk", said.pk)], [])


def test_followers_of_a_theory_hear_what_its_backers_hear(author, fan, other, theory):
    follow(fan, "theory", theory.pk)
    make_vote(other, theory)
    clarify(author, theory, "I mean the academy.")
    assert [kind for kind, _ in told(fan)] == ["clarified"]


def test_a_changed_page_is_told_to_those_who_have_seen_what_changed(committed, sign_in, editor, fan, other):
    work = make_work()
    page = make_page(body="Text.")
    for somebody in (fan, other):
        follow(somebody, "page", page.pk)
    mark_seen(other, work)
    for body in ("More text.", "::: gives-away chapter-3\nShe dies.\n:::"):
        with committed():
            save_revision(Page.objects.get(), Prose(page.title, page.summary, body), editor=editor)
    assert (len(told(fan)), len(told(other))) == (1, 2)
    assert "“Ruska Roma” has changed" in sign_in(fan).get("/inbox/").content.decode()
    assert "2 changes of “Ruska Roma”" in sign_in(other).get("/inbox/").content.decode()


def test_round_numbers_of_votes_and_forecasts_are_told_to_the_author_once(sign_in, author, fan, theory):
    for number in range(10):
        make_vote(make_fan(f"voter-{number}"), theory)
    make_vote(fan, theory)
    make_vote(fan, theory, 0)
    make_forecast(fan, theory)
    tell_of_milestone(theory, "votes", 8, 11)
    tell_of_milestone(theory, "forecasts", 999, 1000)
    assert sorted(author.notices.filter(kind="milestone").values_list("key", flat=True)) == [
        "forecasts-1000",
        "votes-10",
    ]
    page = sign_in(author).get("/inbox/").content.decode()
    assert f"Your theory “{theory.claim}” has 10 votes" in page
    assert f"Your theory “{theory.claim}” has 1,000 forecasts" in page
