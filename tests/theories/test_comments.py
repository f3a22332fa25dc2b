"""The screens of a comment: say, edit, delete."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from ballerina_site.ratelimit import LIMITS
from lore.models import Work
from tests.factories import make_work
from tests.factories_theories import make_comment, make_draft, make_theory, make_vote
from theories import discussing
from theories.models import Comment, CommentVersion, Theory

pytestmark = pytest.mark.django_db
FORM = {"text": "I wonder.\r\nStill.", "scope_asked": "True"}


def address(theory, comment=None, act=""):
    if comment is None:
        return reverse("theories:comment", args=[theory.pk, theory.slug])
    return reverse(f"theories:comment_{act}", args=[theory.pk, theory.slug, comment.pk])


@pytest.fixture
def said(theory, fan) -> Comment:
    return make_comment(fan, theory, "My words.")


def test_saying_something(sign_in, fan, theory):
    answer = sign_in(fan).post(address(theory), FORM)
    comment = Comment.objects.get()
    assert (answer.status_code, answer.url) == (
        303,
        f"{theory.get_absolute_url()}?comment={comment.pk}#comment-{comment.pk}",
    )
    assert (comment.author, comment.text, comment.stance) == (fan, "I wonder.\nStill.", None)
    assert "I wonder." in sign_in(fan).get(answer.url).content.decode()


def test_a_comment_that_is_sent_twice_is_one(sign_in, fan, other, theory, said):
    client = sign_in(fan)
    sent = [client.post(address(theory), FORM).url for _ in range(3)]
    assert len(set(sent)) == 1
    # In another place, by somebody else, with another scope or a little later it is another.
    make_work("a", bit=0)
    client.post(address(theory), FORM | {"parent": said.pk})
    client.post(address(theory), FORM | {"scope": ["a"]})
    sign_in(other).post(address(theory), FORM)
    assert theory.comments.count() == 5
    Comment.objects.update(created_at=timezone.now() - discussing.SAME_MOMENT)
    client.post(address(theory), FORM)
    assert theory.comments.count() == 6


def test_answering_with_ones_stance(sign_in, fan, theory, said):
    make_vote(fan, theory, -1)
    sign_in(fan).post(address(theory), FORM | {"parent": said.pk, "shows_stance": "on"})
    answer = Comment.objects.latest("pk")
    assert (answer.parent, answer.stance) == (said, -1)
    assert "doubts" in sign_in(fan).get(theory.get_absolute_url()).content.decode()


def test_an_answer_is_written_below_what_it_answers(sign_in, fan, other, theory, said):
    make_comment(other, theory, "The last word.")
    client = sign_in(other)
    place = f"{theory.get_absolute_url()}?comment={said.pk}&reply={said.pk}"
    html = client.get(place).content.decode()
    assert html.index("My words.") < html.index("Your answer to fan") < html.index("The last word.")
    assert f'name="parent" value="{said.pk}"' in html
    assert html.count('id="reply"') == 1
    html = client.get(f"{theory.get_absolute_url()}?reply=999").content.decode()
    assert html.index("The last word.") < html.index('id="reply"')
    discussing.take_back(fan, said)
    assert "Your answer to" not in client.get(place).content.decode()


def test_only_who_may_have_a_vote_is_asked_whether_to_show_it(sign_in, fan, author, theory):
    assert "Show my vote" not in sign_in(author).get(theory.get_absolute_url()).content.decode()
    assert "Show my vote" in sign_in(fan).get(theory.get_absolute_url()).content.decode()
    Theory.objects.update(closes_at=timezone.now() - timedelta(days=1))
    assert "Show my vote" not in sign_in(fan).get(theory.get_absolute_url()).content.decode()


def test_below_ones_own_comment_nothing_stands_before_its_links(sign_in, fan, other, theory, said):
    assert 'class="nods"' not in sign_in(fan).get(theory.get_absolute_url()).content.decode()
    assert 'class="nods"' in sign_in(other).get(theory.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    ("fields", "scope"), [({}, 1), ({"scope_asked": "True"}, 0), ({"scope": ["b"]}, 2), ({"scope": ""}, 1)]
)
def test_scope_is_the_default_unless_it_was_asked(sign_in, fan, author, fields, scope):
    make_work("a", bit=0)
    make_work("b", bit=1)
    theory = make_theory(author, scope=1)
    sign_in(fan).post(address(theory), {"text": "Hm."} | fields)
    assert Comment.objects.get().scope == scope


def test_the_box_for_the_scope_holds_the_default(sign_in, fan, author):
    make_work("a", bit=0)
    theory = make_theory(author, scope=1)
    page = sign_in(fan).get(f"{theory.get_absolute_url()}?reveal=theory-{theory.pk}")
    assert page.context["form"]["scope"].value() == ["a"]


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"text": ""}, "required"),
        ({"text": "   "}, "required"),
        ({"text": "x" * 10_001}, "at most 10000"),
        ({"text": ">!nowhere: x!<"}, "Line 1"),
        ({"parent": "999"}, "not part of this discussion"),
        ({"parent": "x"}, "whole number"),
        ({"parent": "9" * 40}, "less than or equal"),
        ({"scope": ["nowhere"]}, "valid choice"),
    ],
)
def test_bad_input_is_422_with_the_text(sign_in, fan, theory, change, complaint):
    answer = sign_in(fan).post(address(theory), FORM | change)
    assert answer.status_code == 422
    assert complaint in answer.content.decode()
    assert "<h1>Your comment is not posted yet</h1>" in answer.content.decode()
    assert ">Post comment</button>" in answer.content.decode()
    assert "Show my vote" not in answer.content.decode()  # there is none
    make_vote(fan, theory)
    assert "Show my vote" in sign_in(fan).post(address(theory), FORM | change).content.decode()
    assert ("Still." in answer.content.decode()) == ("text" not in change)
    assert not Comment.objects.exists()


@pytest.mark.parametrize("method", ["get", "put", "delete"])
def test_wrong_method(sign_in, fan, theory, said, method):
    client = sign_in(fan)
    assert getattr(client, method)(address(theory)).status_code == 405
    if method != "get":
        assert getattr(client, method)(address(theory, said, "edit")).status_code == 405
        assert getattr(client, method)(address(theory, said, "delete")).status_code == 405


def test_guests_go_to_sign_in_and_keep_their_words(guest, theory):
    assert reverse("account_login") in guest.post(address(theory), FORM).url
    assert guest.session["kept_fields"]["path"] == address(theory)
    assert not Comment.objects.exists()


def test_locked_meanwhile_is_409_with_the_text(sign_in, fan, author):
    theory = make_theory(author, set_to={"is_locked": True})
    answer = sign_in(fan).post(address(theory), FORM)
    assert answer.status_code == 409
    assert "Still." in answer.content.decode()


def test_drafts_and_hidden_theories_are_404(sign_in, fan, author):
    for theory in (make_draft(author), make_theory(author, set_to={"is_hidden": True})):
        assert sign_in(fan).post(address(theory), FORM).status_code == 404


def test_on_a_shielded_theory_nothing_of_it_comes_back(sign_in, fan, author):
    theory = make_theory(author, claim="The butler did it.", scope=make_work().mask)
    path = reverse("theories:comment", args=[theory.pk, "x"])
    for fields in (FORM, {}):
        answer = sign_in(fan).post(path, fields)
        assert "butler" not in answer.content.decode() + answer.headers.get("Location", "")


def test_in_slow_mode_one_waits_and_keeps_ones_words(sign_in, fan, other, theory):
    Theory.objects.update(slow_minutes=10)
    client = sign_in(fan)
    assert client.post(address(theory), FORM).status_code == 303
    assert "one comment every 10 minutes" in client.get(theory.get_absolute_url()).content.decode()
    answer = client.post(address(theory), {"text": "The second of these."})
    assert (answer.status_code, 590 <= int(answer.headers["Retry-After"]) <= 600) == (429, True)
    assert "The second of these." in answer.content.decode()
    assert "about 10 minutes" in answer.content.decode()
    assert "<h1>Your comment is not posted yet</h1>" in answer.content.decode()
    page = client.get(theory.get_absolute_url()).content.decode()
    assert "You can say more from <time" in page
    assert 'name="text"' not in page
    assert sign_in(other).post(address(theory), FORM).status_code == 303
    Comment.objects.filter(author=fan).update(created_at=timezone.now() - timedelta(minutes=11))
    assert client.post(address(theory), FORM).status_code == 303


def test_too_fast_is_429_with_the_text(limits, sign_in, fan, theory):
    client = sign_in(fan)
    for _ in range(LIMITS["comment"].new):
        assert client.post(address(theory), FORM).status_code == 303
    answer = client.post(address(theory), FORM | {"text": "One more of these, which is too many."})
    assert answer.status_code == 429
    assert "One more of these, which is too many." in answer.content.decode()


# Changing and deleting


def test_an_edit_typed_before_the_session_ended_is_back(sign_in, fan, theory, said):
    client = sign_in(fan)
    session = client.session
    place = address(theory, said, "edit")
    session["kept_fields"] = {"path": place, "until": 2**40, "fields": {"text": ["Lost words"]}}
    session.save()
    assert "Lost words" in client.get(place).content.decode()


def test_editing(sign_in, fan, theory, said):
    make_work("a", bit=0)
    client = sign_in(fan)
    page = client.get(address(theory, said, "edit")).content.decode()
    assert "My words." in page
    assert ">Save it</button>" in page
    answer = client.post(address(theory, said, "edit"), {"text": "Better words.", "scope": ["a"]})
    assert answer.status_code == 303
    assert (Comment.objects.get().text, Comment.objects.get().scope) == (
        "Better words.",
        Work.objects.get().mask,
    )
    assert client.post(address(theory, said, "edit"), {"text": ""}).status_code == 422
    assert client.post(address(theory, said, "edit"), {"text": ">!nowhere: x!<"}).status_code == 422


def test_deleting_asks_first(sign_in, fan, theory, said):
    client = sign_in(fan)
    assert "Delete your comment?" in client.get(address(theory, said, "delete")).content.decode()
    assert not Comment.objects.get().is_gone
    assert client.post(address(theory, said, "delete")).status_code == 303
    assert Comment.objects.get().is_gone
    assert client.post(address(theory, said, "delete")).status_code == 409


@pytest.mark.parametrize("act", ["edit", "delete"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_not_yours_is_403(sign_in, other, moderator, theory, said, act, method):
    for somebody in (other, moderator):
        answer = getattr(sign_in(somebody), method)(address(theory, said, act), {"text": "Mine."})
        assert answer.status_code == 403
        assert "My words." not in answer.content.decode()


@pytest.mark.parametrize("act", ["edit", "delete"])
def test_elsewhere_missing_and_hidden_are_404(sign_in, fan, author, theory, said, act):
    client = sign_in(fan)
    assert client.get(address(make_theory(author), said, act)).status_code == 404
    assert client.get(f"/theories/{theory.pk}/x/comment/999/{act}/").status_code == 404
    Comment.objects.update(is_hidden=True)
    assert client.get(address(theory, said, act)).status_code == 404


def test_editing_under_a_lock_is_409_with_the_text(sign_in, fan, theory, said):
    Theory.objects.update(is_locked=True)
    answer = sign_in(fan).post(address(theory, said, "edit"), {"text": "Words to keep."})
    assert answer.status_code == 409
    assert "Words to keep." in answer.content.decode()


def test_editing_what_was_taken_back_is_409(sign_in, fan, theory, said):
    discussing.take_back(fan, said)
    assert sign_in(fan).post(address(theory, said, "edit"), {"text": "More."}).status_code == 409


# How it read before


def test_every_edit_leaves_the_words_before_it(guest, sign_in, fan, theory, said):
    client = sign_in(fan)
    for words in ("My better words.", "My better words.", "My best words."):
        client.post(address(theory, said, "edit"), {"text": words})
    assert list(said.versions.values_list("number", "text")) == [(2, "My better words."), (1, "My words.")]
    page = guest.get(theory.get_absolute_url()).content.decode()
    assert f'href="{address(theory, said, "history")}">edited</a>' in page
    past = guest.get(address(theory, said, "history")).content.decode()
    assert "<del>better</del>" in past
    assert "<ins>best</ins>" in past
    assert past.index("Version 3") < past.index("Version 2") < past.index("Version 1")


def test_the_past_goes_when_the_comment_does(guest, sign_in, fan, other, theory, said):
    discussing.revise(fan, said, "Second thoughts.", scope=0)
    past = address(theory, said, "history")
    Comment.objects.update(is_hidden=True)
    assert (guest.get(past).status_code, sign_in(fan).get(past).status_code) == (404, 200)
    Comment.objects.update(is_hidden=False)
    discussing.take_back(fan, Comment.objects.get())
    assert sign_in(fan).get(past).status_code == 404
    assert not CommentVersion.objects.exists()


def test_the_past_of_a_comment_asks_first(guest, sign_in, fan, theory):
    make_work("chapter-4", short_title="Chapter 4")
    said = make_comment(fan, theory, "Look: >!chapter-4: the duel!<")
    discussing.revise(fan, said, "Nothing to see.", scope=0)
    past = address(theory, said, "history")
    asked = guest.get(past).content.decode()
    assert "This history gives away" in asked
    assert "duel" not in asked
    assert "duel" in guest.get(f"{past}?reveal=comment-{said.pk}").content.decode()
    assert "duel" in sign_in(fan).get(past).content.decode()
