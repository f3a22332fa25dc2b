"""What new accounts write is marked for a look where it smells of advertising; nothing is refused for that."""

import pytest
from django.core import signing
from django.core.exceptions import ValidationError
from django.urls import reverse

from accounts import baiting
from accounts.models import User
from accounts.trust import Level
from lore.models import Suggestion
from lore.prose import Prose
from lore.suggesting import suggest
from moderation import hooks
from moderation.models import Report
from moderation.spam import links_away
from tests.factories import make_fan, make_page
from tests.factories_theories import make_comment, make_theory
from theories.models import Comment

pytestmark = pytest.mark.django_db
LINK = "Buy at [this shop](https://shop.example/) now."
LONG = "The very best watches in town, half price until Sunday, write to me."


@pytest.fixture
def theory(author):
    User.objects.filter(pk=author.pk).update(level=Level.FAN)
    author.refresh_from_db()
    return make_theory(author)


@pytest.fixture
def page():
    return make_page("the-house", lead="It stands.")


def marked():
    return [(made.kind, made.words, made.is_machine, made.reporter) for made in Report.objects.order_by("pk")]


def test_a_link_by_a_new_account_is_marked_once_and_stands(fan, theory):
    said = make_comment(fan, theory, LINK)
    assert marked() == [("comment", "A new account links to another site.", True, None)]
    assert Comment.objects.get(pk=said.pk).is_hidden is False
    post = make_theory(fan, claim="Another.", case=LINK)
    assert Report.objects.filter(kind="theory", object_id=post.pk, is_machine=True).exists()


def test_who_is_known_is_not_marked(author, theory, moderator):
    make_comment(author, theory, LINK)
    make_comment(moderator, theory, LINK)
    assert marked() == []


def test_the_same_words_by_several_new_accounts_are_marked(fan, theory):
    make_comment(fan, theory, LONG)
    make_comment(fan, theory, "I agree.")
    make_comment(make_fan("nina"), theory, "I agree.")
    assert marked() == []
    make_comment(make_fan("nora"), theory, LONG.upper().replace(",", " -"))
    assert [words for _, words, *_ in marked()] == ["The same text was posted by new accounts within a day."]


def test_a_service_may_join(fan, theory, monkeypatch):
    assert hooks.spam_checks == []
    monkeypatch.setattr(hooks, "spam_checks", [lambda author, text: "The service says so."])
    make_comment(fan, theory, "Hello.")
    assert [words for _, words, *_ in marked()] == ["The service says so."]


def test_links_are_bounded_by_level(fan, theory, sign_in):
    many = " ".join(f"https://shop.example/{n}" for n in range(4))
    with pytest.raises(ValidationError, match="At most 3 links"):
        make_comment(fan, theory, many)
    answer = sign_in(fan).post(reverse("theories:comment", args=[theory.pk, theory.slug]), {"text": many, "scope": []})
    assert (answer.status_code, "https://shop.example/3" in answer.content.decode()) == (422, True)
    fan.level = Level.FAN
    make_comment(fan, theory, many)


def test_what_is_a_link_away(settings):
    settings.SITE_URL = "https://archive.example"
    text = "https://archive.example/lore/ HTTPS://Shop.example [a](http://b.example/c) //d.example/ e/f"
    assert links_away(text) == ["Shop.example", "b.example", "d.example"]


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({}, "did not come from the form"),
        ({"began": signing.dumps(1_000, salt="sign-up")}, ""),
        ({"began": signing.dumps(1_000, salt="other")}, "did not come from the form"),
        ({"began": signing.dumps(1_000, salt="sign-up"), "homepage": "http://x"}, "do not see"),
    ],
)
def test_sign_ups_by_machines_are_marked_and_let_in(guest, fields, why):
    sent = {"username": "newby", "email": "newby@example.org", "password1": "correct-horse-42"}
    assert guest.post(reverse("account_signup"), sent | fields).status_code == 302
    assert User.objects.filter(username="newby").exists()
    assert [why in words for _, words, *_ in marked()] == ([True] if why else [])


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({}, "The post did not come from the form."),
        ({"began": signing.dumps(1_000, salt="sign-up")}, None),
        ({"began": signing.dumps(1_000, salt="sign-up"), "homepage": "x"}, "The post filled in a field"),
    ],
)
def test_first_posts_by_machines_are_marked_and_stand(sign_in, fan, theory, page, fields, why):
    client, address = sign_in(fan), reverse("theories:comment", args=[theory.pk, theory.slug])
    assert 'name="began"' in client.get(theory.get_absolute_url()).text
    assert client.post(address, {"text": "Well, yes.", "scope": []} | fields).status_code == 303
    said = {"lead": "Told anew.", "title": page.title, "body": "", "comment": "Better", "based_on": page.current_id}
    suggesting = reverse("lore:suggest", args=[page.slug])
    assert 'name="began"' in client.get(suggesting).text
    answer = client.post(suggesting, said | {"action": "save"} | fields)
    assert (answer.status_code, Suggestion.objects.count()) == (303, 1)
    assert Comment.objects.count() == 1
    assert [kind for kind, *_ in marked()] == (["comment", "suggestion"] if why else [])
    assert all(words.startswith(why) for _, words, *_ in marked())


def test_known_fans_forms_hold_no_bait(sign_in, author, fan, theory):
    User.objects.filter(pk=fan.pk).update(level=Level.FAN)
    client, address = sign_in(fan), reverse("theories:comment", args=[theory.pk, theory.slug])
    assert 'name="began"' not in client.get(theory.get_absolute_url()).text
    assert client.post(address, {"text": "Well, yes.", "scope": []}).status_code == 303
    assert marked() == []


def test_a_suggestion_that_advertises_is_a_case_with_what_it_adds(sign_in, fan, moderator, page):
    suggest(fan, page, Prose(title=page.title, lead=LINK), comment="Better", based_on=page.current)
    assert marked() == [("suggestion", "A new account links to another site.", True, None)]
    screen = sign_in(moderator).get(f"/moderation/suggestion/{Suggestion.objects.get().pk}/").text
    assert "Buy at [this shop]" in screen


def test_who_is_too_quick_is_marked():
    assert [*baiting.marks({"began": baiting.began()})] == ["The sign-up took less than 3 seconds."]
