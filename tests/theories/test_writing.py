"""The author's screens: new, edit, drafts, withdraw, preview."""

import io

import pytest
from django.urls import reverse
from PIL import Image as Pillow

from accounts.models import User
from lore.models import Image
from tests.factories import make_claim, make_page, make_work, mark_seen
from tests.factories_theories import make_draft, make_tag, make_theory, make_vote, writing
from theories import posting
from theories.models import Citation, Leaning, Theory
from theories.posting import Cited

pytestmark = pytest.mark.django_db
NEW = "/theories/new/"
FIELDS = {
    "claim": "Rooney returns.",
    "case": "She has reasons.\r\nTwo of them.",
    "criteria": "A film shows it.",
    "due": "2100-01-01",
    "action": "publish",
}


def png(name="a.png", size=(40, 30)) -> io.BytesIO:
    file = io.BytesIO()
    Pillow.new("RGB", size, "red").save(file, "PNG")
    file.seek(0)
    file.name = name
    return file


def address(name, theory):
    return reverse(f"theories:{name}", args=[theory.pk, theory.slug])


# New


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
        ({"due_work": "chapter-3"}, "Choose one"),
        ({"due_work": "no-such-work"}, "valid choice"),
        ({"scope": ["no-such-work"]}, "valid choice"),
        ({"tags": ["no-such-tag"]}, "valid choice"),
        ({"citations": "A999"}, "Nothing in the lore is called"),
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
    sign_in(fan).post(NEW, FIELDS | {"state": "confirmed", "author": "1", "believe_count": "99", "is_locked": "on"})
    theory = Theory.objects.get()
    assert (theory.state, theory.believe_count, theory.is_locked) == ("open", 0, False)


def test_too_fast_is_429_and_keeps_the_text(settings, sign_in, fan):
    settings.RATE_LIMITS = True
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


# Pictures


def test_a_picture_is_public_only_with_its_theory(sign_in, fan, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    client = sign_in(fan)
    client.post(NEW, FIELDS | {"action": "draft", "picture": png(), "picture_alt": "A red wall"})
    draft = Theory.objects.get()
    assert (draft.picture.is_public, draft.picture.alt) == (False, "A red wall")
    work = make_work()
    client.post(address("edit", draft), FIELDS | {"scope": [work.slug], "picture_alt": "A very red wall"})
    picture = Image.objects.get()
    assert (picture.is_public, picture.scope, picture.alt) == (True, work.mask, "A very red wall")
    assert "A very red wall" in client.get(Theory.objects.get().get_absolute_url()).content.decode()


def test_a_picture_can_be_taken_off(sign_in, fan, settings, tmp_path, django_capture_on_commit_callbacks):
    settings.MEDIA_ROOT = tmp_path
    client = sign_in(fan)
    client.post(NEW, FIELDS | {"picture": png(), "picture_alt": "A red wall"})
    with django_capture_on_commit_callbacks(execute=True):
        client.post(address("edit", Theory.objects.get()), FIELDS | {"without_picture": "on"})
    assert Theory.objects.get().picture is None
    assert not Image.objects.exists()
    assert not [file for file in tmp_path.rglob("*") if file.is_file()]


@pytest.mark.parametrize(("content", "alt"), [(b"<svg/>", "A wall"), (b"", "A wall"), (None, "")])
def test_bad_pictures_are_refused_and_nothing_is_stored(sign_in, fan, settings, tmp_path, content, alt):
    settings.MEDIA_ROOT = tmp_path
    file = png() if content is None else io.BytesIO(content)
    file.name = "a.png"
    answer = sign_in(fan).post(NEW, FIELDS | {"picture": file, "picture_alt": alt})
    assert answer.status_code == 422
    assert not Image.objects.exists()
    assert not Theory.objects.exists()


def test_a_picture_goes_when_the_theory_is_refused(sign_in, fan, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    answer = sign_in(fan).post(NEW, FIELDS | {"due": "", "picture": png(), "picture_alt": "A red wall"})
    assert answer.status_code == 422
    assert not Image.objects.exists()


# Edit


def test_a_draft_is_posted(sign_in, author):
    draft = make_draft(author)
    sign_in(author).post(address("edit", draft), FIELDS)
    assert Theory.objects.get().state == "open"


def test_the_form_holds_what_is_written(sign_in, author):
    claim = make_claim("A1", page=make_page("ruska-roma", title="Ruska Roma"))
    theory = make_theory(author, tags=[make_tag()], citations=[Cited(claim), Cited(claim.page, Leaning.CONTRADICT)])
    page = sign_in(author).get(address("edit", theory)).content.decode()
    for piece in (
        "Rooney returns.",
        "She has reasons.",
        'value="2100-01-01"',
        "A1\nagainst: Ruska Roma",
        theory.edition,
    ):
        assert piece in page, piece


def test_saving_without_a_change_changes_nothing(sign_in, author, theory):
    client = sign_in(author)
    form = client.get(address("edit", theory)).context["form"]
    fields = {name: form[name].value() or "" for name in form.fields if name != "picture"}
    assert client.post(address("edit", theory), fields).status_code == 303
    assert theory.versions.count() == 1


def test_a_frozen_theory_asks_for_the_rest_alone(sign_in, author, fan, theory):
    make_vote(fan, theory)
    client = sign_in(author)
    page = client.get(address("edit", theory)).content.decode()
    assert 'name="claim"' not in page
    assert 'name="case"' in page
    assert client.post(address("edit", theory), {"case": "Better."}).status_code == 303
    assert (Theory.objects.get().case, Theory.objects.get().claim) == ("Better.", theory.claim)


def test_a_form_from_before_the_first_vote_is_409_and_keeps_the_text(sign_in, author, fan, theory):
    make_vote(fan, theory)
    answer = sign_in(author).post(
        address("edit", theory), FIELDS | {"claim": "Something else.", "case": "My new case."}
    )
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Somebody has voted" in page
    assert "Something else." in page
    assert "My new case." in page
    assert Theory.objects.get().claim == theory.claim


def test_edited_meanwhile_is_409_and_keeps_the_text(sign_in, author, theory):
    posting.edit(author, theory, writing(case="From the other window."))
    answer = sign_in(author).post(address("edit", theory), FIELDS | {"case": "Mine.", "based_on": theory.edition})
    assert answer.status_code == 409
    assert "Mine." in answer.content.decode()


def test_locked_meanwhile_is_409(sign_in, author):
    theory = make_theory(author, set_to={"is_locked": True})
    client = sign_in(author)
    assert client.get(address("edit", theory)).status_code == 409
    answer = client.post(address("edit", theory), FIELDS | {"case": "Mine."})
    assert answer.status_code == 409
    assert "Mine." in answer.content.decode()


def test_tags_the_author_cannot_see_stay(sign_in, author, theory):
    secret = make_tag("traitor", scope=make_work().mask)
    posting.classify(theory, scope=0, tags=[secret])
    sign_in(author).post(address("edit", theory), FIELDS)
    assert list(theory.tags.all()) == [secret]


@pytest.mark.parametrize("name", ["edit", "withdraw"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_not_yours_is_403_and_anothers_draft_404(sign_in, fan, author, theory, name, method):
    client = sign_in(fan)
    refused = getattr(client, method)(address(name, theory))
    assert refused.status_code == 403
    assert "Only its author" in refused.content.decode()
    assert getattr(client, method)(address(name, make_draft(author))).status_code == 404


def test_editing_a_shielded_theory_says_nothing_of_it(sign_in, fan, author):
    theory = make_theory(author, claim="The butler did it.", scope=make_work().mask)
    answer = sign_in(fan).get(address("edit", theory))
    assert answer.status_code == 403
    assert b"butler did" not in answer.content


def test_staff_edit_what_the_archive_posted_inside_the_shield(sign_in, editor):
    theory = make_theory(User.objects.archive(), claim="The butler did it.", scope=make_work().mask)
    client = sign_in(editor)
    assert b"butler did" not in client.get(address("edit", theory)).content
    mark_seen(editor, *[make_work("other")])
    posting.classify(theory, scope=0, tags=[])
    assert b"butler did" in client.get(address("edit", theory)).content


@pytest.mark.parametrize("name", ["edit", "withdraw"])
def test_guests_go_to_sign_in(guest, theory, name):
    assert reverse("account_login") in guest.get(address(name, theory)).url


@pytest.mark.parametrize("name", ["edit", "withdraw"])
def test_wrong_method_on_a_theory(sign_in, author, theory, name):
    assert sign_in(author).delete(address(name, theory)).status_code == 405


# Withdraw and drafts


def test_withdrawing_asks_first(sign_in, author, theory):
    client = sign_in(author)
    assert "simply ends here" in client.get(address("withdraw", theory)).content.decode()
    assert Theory.objects.get().state == "open"
    answer = client.post(address("withdraw", theory), follow=True)
    assert "withdrawn" in answer.content.decode()
    assert Theory.objects.get().state == "withdrawn"


def test_withdrawing_what_others_voted_on(sign_in, author, fan, theory):
    make_vote(fan, theory)
    client = sign_in(author)
    assert "it stays open" in client.get(address("withdraw", theory)).content.decode()
    assert "no longer back" in client.post(address("withdraw", theory), follow=True).content.decode()
    assert client.post(address("withdraw", theory)).status_code == 409


def test_throwing_a_draft_away(sign_in, author):
    answer = sign_in(author).post(address("withdraw", make_draft(author)), follow=True)
    assert answer.redirect_chain[0][0] == "/theories/drafts/"
    assert not Theory.objects.exists()


def test_drafts_are_listed_for_their_author(sign_in, author, fan, editor):
    make_draft(author, claim="My secret plan.")
    make_draft(User.objects.archive(), claim="The house’s plan.")
    assert "My secret plan." in sign_in(author).get("/theories/drafts/").content.decode()
    assert "No drafts" in sign_in(fan).get("/theories/drafts/").content.decode()
    assert "The house’s plan." in sign_in(editor).get("/theories/drafts/").content.decode()


# Preview


def test_preview(sign_in, fan, guest):
    client = sign_in(fan)
    assert b"<strong>bold</strong>" in client.post("/theories/preview/", {"case": "**bold**"}).content
    assert b"<script" not in client.post("/theories/preview/", {"case": "<script>1</script>"}).content
    assert client.post("/theories/preview/", {"case": ">!nowhere: x!<"}).status_code == 422
    assert client.get("/theories/preview/").status_code == 405
    assert guest.post("/theories/preview/", {"case": "x"}).status_code == 302
