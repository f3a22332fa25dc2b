"""Posting a theory: the form, its preview, what it refuses."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from ballerina_site.ratelimit import LIMITS
from lore.models import Work
from tests.factories import make_claim, make_page, make_work, mark_seen
from tests.factories_theories import make_tag, make_theory, make_vote
from tests.theories.authoring import FIELDS, NEW, address, png
from theories.manuscripts import LATE
from theories.models import Citation, Leaning, Manuscript, Theory

pytestmark = pytest.mark.django_db


def test_posting(sign_in, fan):
    work = make_work()
    make_tag()
    page = make_page("ruska-roma", title="Ruska Roma")
    claim = make_claim("A1", page=page)
    fields = FIELDS | {
        "scope": [work.slug],
        "tags": ["rooney"],
        "citations": "A1\r\nagainst: ruska roma\r\n\r\n",
    }
    answer = sign_in(fan).post(NEW, fields)
    theory = Theory.objects.get()
    assert (answer.status_code, answer.url) == (303, theory.get_absolute_url())
    assert (theory.author, theory.state, theory.scope, theory.case) == (
        fan,
        "open",
        work.mask,
        "She has reasons.\nTwo of them.",
    )
    assert [tag.slug for tag in theory.tags.all()] == ["rooney"]
    assert list(theory.citations.values_list("claim", "page", "leaning")) == [
        (claim.pk, None, Leaning.SUPPORT),
        (None, page.pk, Leaning.CONTRADICT),
    ]


def test_waiting_for_a_work(sign_in, fan):
    work = make_work()
    sign_in(fan).post(NEW, FIELDS | {"due": "", "due_work": work.slug})
    assert Theory.objects.get().due_work == work


@pytest.mark.parametrize("action", ["draft", ""])
def test_keeping_a_draft(sign_in, fan, action):
    answer = sign_in(fan).post(NEW, {"claim": "One day.", "action": action})
    draft = Theory.objects.get()
    assert (draft.state, answer.url) == ("draft", address("edit", draft))


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"claim": ""}, "required"),
        ({"claim": "x" * 201}, "at most 200"),
        ({"claim": "It >!ends!<"}, "cannot be covered"),
        ({"case": ""}, "needs a case"),
        ({"case": "x" * 20_001}, "at most 20000"),
        ({"case": ">!nowhere: x!<"}, "Line 1"),
        ({"criteria": ""}, "way to tell"),
        ({"criteria": "x" * 1001}, "at most 1000"),
        ({"due": ""}, "by when"),
        ({"due": "2001-01-01"}, "future"),
        ({"due": "9999-12-31"}, "hundred years"),
        ({"due": "soon"}, "valid date"),
        ({"due": "２０３０-01-01"}, "valid date"),
        ({"due_work": "chapter-3"}, "Choose one"),
        ({"due_work": "no-such-work"}, "still awaited"),
        ({"scope": ["no-such-work"]}, "valid choice"),
        ({"tags": ["no-such-tag"]}, "valid choice"),
        ({"citations": "A999"}, "Nothing in the lore is called"),
        ({"citations": "http://[::1"}, "Nothing in the lore is called"),
        ({"citations": "\n".join(f"A{number}" for number in range(31))}, "30 things"),
        ({"action": "burn"}, "whether to post"),
    ],
)
def test_bad_input_is_422_with_everything_typed(sign_in, fan, change, complaint):
    make_work("chapter-3")
    answer = sign_in(fan).post(NEW, FIELDS | {"picture_alt": "A tower at night"} | change)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert complaint in page
    assert "A tower at night" in page
    assert ("Two of them." in page) == ("case" not in change)
    assert not Theory.objects.exists()


def test_citations_find_only_what_one_may_see(sign_in, fan):
    work = make_work()
    make_claim("A1", page=make_page(), scope=work.mask)
    client = sign_in(fan)
    assert client.post(NEW, FIELDS | {"citations": "A1"}).status_code == 422
    mark_seen(fan, work)
    assert client.post(NEW, FIELDS | {"citations": "A1"}).status_code == 303


@pytest.mark.parametrize(
    "line",
    [
        "a1",
        "claim-A1",
        "/lore/ruska-roma/#claim-A1",
        "http://testserver/lore/ruska-roma/#claim-A1",
        "Against:A1",
    ],
)
def test_ways_to_name_a_claim(sign_in, fan, line):
    claim = make_claim("A1", page=make_page("ruska-roma"))
    sign_in(fan).post(NEW, FIELDS | {"citations": line})
    assert Citation.objects.get().claim == claim


@pytest.mark.parametrize(
    "line",
    [
        "Ruska Roma",
        "ruska-roma",
        "/lore/ruska-roma/",
        "http://testserver/lore/ruska-roma",
        "against: ruska roma",
    ],
)
def test_ways_to_name_a_page(sign_in, fan, line):
    page = make_page("ruska-roma")
    sign_in(fan).post(NEW, FIELDS | {"citations": line})
    assert Citation.objects.get().page == page


def test_cite_prefills(sign_in, fan):
    page = sign_in(fan).get(f"{NEW}?cite=A1").content.decode()
    assert ">\nA1</textarea>" in page


def test_tags_offered_are_those_one_may_see(sign_in, fan):
    make_tag("rooney")
    make_tag("traitor", scope=make_work().mask)
    page = sign_in(fan).get(NEW).content.decode()
    assert 'value="rooney"' in page
    assert "traitor" not in page.lower()


def test_what_was_typed_before_sign_in_is_back(sign_in, fan):
    client = sign_in(fan)
    session = client.session
    session["kept_fields"] = {
        "path": NEW,
        "until": 2**40,
        "fields": {"claim": ["A lost thought"], "case": ["Because"]},
    }
    session.save()
    page = client.get(NEW).content.decode()
    assert "A lost thought" in page
    assert "Because" in page


def test_guests_go_to_sign_in_with_what_they_typed(guest):
    answer = guest.post(NEW, FIELDS)
    assert answer.status_code == 302
    assert reverse("account_login") in answer.url
    assert guest.session["kept_fields"]["fields"]["claim"] == ["Rooney returns."]


@pytest.mark.parametrize(("who", "author"), [("editor", "archive"), ("fan", "fan")])
def test_staff_may_post_as_the_archive(request, sign_in, who, author):
    client = sign_in(request.getfixturevalue(who))
    assert ("as_archive" in client.get(NEW).content.decode()) == (who == "editor")
    client.post(NEW, FIELDS | {"as_archive": "on"})
    assert Theory.objects.get().author.username == author


def test_extra_fields_are_ignored(sign_in, fan):
    sign_in(fan).post(
        "/theories/new/", FIELDS | {"state": "confirmed", "author": "1", "believe_count": "99", "is_locked": "on"}
    )
    theory = Theory.objects.get()
    assert (theory.state, theory.believe_count, theory.is_locked) == ("open", 0, False)


def test_too_fast_is_429_and_keeps_the_text(limits, sign_in, fan):
    client = sign_in(fan)
    for _ in range(LIMITS["post"].new):
        assert client.post(NEW, FIELDS).status_code == 303
    answer = client.post(NEW, FIELDS)
    assert answer.status_code == 429
    assert answer.headers["Retry-After"]
    assert "She has reasons." in answer.content.decode()


@pytest.mark.parametrize("path", [NEW, "/theories/drafts/"])
def test_wrong_method(sign_in, fan, path):
    assert sign_in(fan).delete(path).status_code == 405


# Preview


def test_preview(sign_in, fan, guest):
    client = sign_in(fan)
    assert b"<strong>bold</strong>" in client.post("/theories/preview/", {"case": "**bold**"}).content
    assert b"<script" not in client.post("/theories/preview/", {"case": "<script>1</script>"}).content
    assert client.post("/theories/preview/", {"case": ">!nowhere: x!<"}).status_code == 422
    assert client.get("/theories/preview/").status_code == 405
    assert guest.post("/theories/preview/", {"case": "x"}).status_code == 302


def test_all_that_is_wrong_is_said_at_once_and_first_with_the_way_to_it(sign_in, fan):
    client = sign_in(fan)
    answer = client.post(NEW, {"claim": "Rooney returns.", "action": "publish"})
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"case", "criteria", "due"}
    wrong = FIELDS | {"claim": "", "case": ">!nowhere: x!<", "criteria": "**a** >!none: y!<", "due": "2001-01-01"}
    wrong |= {"tag_words": "no-such", "citations": "Nobody"}
    answer = client.post(NEW, wrong | {"picture": png()})
    errors = answer.context["form"].errors
    assert set(errors) == {*wrong, "picture", "picture_alt"} - {"action"}
    assert "Choose the picture again" in errors["picture"][0]
    page = answer.text
    summary = page[page.index('<div class="notice is-error summary"') : page.index('id="hints"')]
    assert "autofocus" in summary and "It is not posted yet." in summary
    in_order = [name for name in answer.context["form"].fields if name in errors]
    assert re.findall(r'<a href="#id_(\w+)">', summary) == in_order
    assert all(f'id="id_{name}"' in page for name in errors)
    # A theory that stands is refused in the same words.
    theory = make_theory(fan)
    answer = client.post(address("edit", theory), FIELDS | {"case": ">!nowhere: x!<", "claim": "", "due": "2001-01-01"})
    assert set(answer.context["form"].errors) == {"case", "claim", "due"}
    assert "It is not saved yet." in answer.text


def test_a_picture_needs_words_and_says_so_beforehand(sign_in, fan):
    page = sign_in(fan).get(NEW).text
    field = page[page.index('<label for="id_picture_alt"') : page.index('<input type="text" name="picture_alt"')]
    assert "Needed once there is a picture" in field and "optional" not in field


DRAFT = FIELDS | {"action": "draft"}


def test_a_draft_keeps_anything_and_says_what_is_unresolved(sign_in, fan, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    make_work("chapter-3")
    client = sign_in(fan)
    wrong = {"tag_words": "no-such", "citations": "Nobody", "due": "9999-12-31", "due_work": "chapter-3"}
    answer = client.post(NEW, DRAFT | wrong | {"window": "w" * 16, "picture": png()})
    assert (answer.status_code, answer.url) == (303, f"{NEW}?draft={'w' * 16}")
    page = client.get(answer.url).text
    assert "The draft is kept as you typed it." in page and "Its picture is not kept" in page
    for piece in ("Before you can post it:", "No tag is called “no-such”", "“Nobody”", "Choose one", 'value="no-such"'):
        assert piece in page, piece
    assert not Theory.objects.exists()
    assert answer.url in client.get("/theories/drafts/").text
    # What is only missing is no complaint; with nothing wrong it is a draft like any.
    assert "Before you can post it" not in client.get(client.post(NEW, {"case": "So.", "action": "draft"}).url).text
    mark = f"{'w' * 16}.1"
    answer = client.post(NEW, DRAFT | {"window": "v" * 16, "continues": mark})
    draft = Theory.objects.get()
    assert answer.url == address("edit", draft)
    assert mark.partition(".")[0] not in client.get("/theories/drafts/").text
    # Pressed again at once, in the same window, with what was typed since.
    answer = client.post(answer.url, DRAFT | {"window": "v" * 16, "tag_words": "no-such"})
    assert answer.url == f"{address('edit', draft)}?draft={'v' * 16}"
    assert "No tag is called “no-such”" in client.get(answer.url).text


def test_without_a_word_there_is_no_draft(sign_in, fan):
    answer = sign_in(fan).post(NEW, {"due": "soon", "action": "draft"})
    assert answer.status_code == 422
    assert "The draft is not kept yet." in answer.text


def test_the_check_tells_all_that_stands_in_the_way(sign_in, fan):
    client = sign_in(fan)
    wrong = {"claim": "Rooney returns.", "tag_words": "no-such", "action": "check"}
    for page in (client.post("/theories/hints/", wrong).text, client.post(NEW, wrong).text):
        assert "Before you can post it:" in page
        assert "No tag is called “no-such”" in page
        for name in ("tag_words", "case", "criteria", "due"):
            assert f'<a href="#id_{name}">' in page
    assert "Before you can post it" not in client.post("/theories/hints/", wrong | {"action": ""}).text


def test_what_is_posted_word_for_word_is_asked_about_once(sign_in, fan, other):
    there = make_theory(other, claim="Rooney returns at last!")
    same = FIELDS | {"claim": "rooney returns, at last."}
    client = sign_in(fan)
    answer = client.post(NEW, same)
    assert answer.status_code == 422
    page = answer.text
    assert there.get_absolute_url() in page and "Post it anyway" in page and "Two of them." in page
    assert Theory.objects.count() == 1
    assert "Post it anyway" not in client.get(NEW).text
    asked = {"anyway": str(there.pk)}
    assert f'name="anyway" value="{there.pk}"' in page
    assert client.post(NEW, same | asked).status_code == 303
    # Nearly the same is posted, and so is a successor of the very same words; their writer’s own counts too.
    assert client.post(NEW, same | {"claim": "Rooney returns at last, in Rome."}).status_code == 303
    mine = Theory.objects.get(claim="Rooney returns at last, in Rome.")
    again = FIELDS | {"claim": mine.claim, "case": "Other reasons."}
    assert "you have posted the same" in client.post(NEW, again).text
    make_vote(other, mine)
    assert client.post(NEW, again | {"succeeds": mine.pk}).status_code == 303


def test_a_form_without_a_window_is_posted_once(sign_in, fan):
    client = sign_in(fan)
    answers = [client.post(NEW, FIELDS) for _ in range(2)]
    assert [answer.url for answer in answers] == [Theory.objects.get().get_absolute_url()] * 2
    Manuscript.objects.update(sent_at=timezone.now() - LATE - timedelta(seconds=1))
    assert "you have posted the same" in client.post(NEW, FIELDS).text
    assert Theory.objects.count() == 1


def test_only_works_still_awaited_are_offered(sign_in, author):
    today = timezone.now().date()
    make_work("long-out", release_order=1)
    make_work("out-by-words", release_order=2, release_words="June 2025")
    assert 'name="due_work"' not in sign_in(author).get(NEW).text
    make_work("dated", release_order=3, released_on=today + timedelta(days=9))
    make_work("announced", release_order=4, release_words="Spring 2090")
    waiting = make_theory(author, due_work=make_work("chosen", release_order=0))
    Work.objects.filter(slug="chosen").update(released_on=today - timedelta(days=1))
    client = sign_in(author)

    def offered(at):
        return [str(pk) for pk, _ in client.get(at).context["form"].fields["due_work"].choices if pk]

    assert offered(NEW) == ["dated", "announced"]
    assert offered(address("edit", waiting)) == ["chosen", "dated", "announced"]


def test_a_date_that_is_none_has_one_complaint(sign_in, fan):
    answer = sign_in(fan).post(NEW, {"claim": "Rooney returns.", "due": "soon", "action": "publish"})
    assert len(answer.context["form"].errors["due"]) == 1
