"""Posting a theory: the form, its preview, what it refuses."""

import pytest
from django.urls import reverse

from tests.factories import make_claim, make_page, make_work, mark_seen
from tests.factories_theories import make_tag
from tests.theories.authoring import FIELDS, NEW, address
from theories.models import Citation, Leaning, Theory

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
        ({"due_work": "no-such-work"}, "valid choice"),
        ({"scope": ["no-such-work"]}, "valid choice"),
        ({"tags": ["no-such-tag"]}, "valid choice"),
        ({"citations": "A999"}, "Nothing in the lore is called"),
        ({"citations": "http://[::1"}, "Nothing in the lore is called"),
        ({"due": "9999-12-31", "action": "draft"}, "hundred years"),
        ({"due_work": "chapter-3", "action": "draft"}, "Choose one"),
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
    for _ in range(10):
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


def test_all_that_is_missing_is_said_at_once(sign_in, fan):
    answer = sign_in(fan).post(NEW, {"claim": "Rooney returns.", "action": "publish"})
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"case", "criteria", "due"}


def test_a_date_that_is_none_has_one_complaint(sign_in, fan):
    answer = sign_in(fan).post(NEW, {"claim": "Rooney returns.", "due": "soon", "action": "publish"})
    assert len(answer.context["form"].errors["due"]) == 1
