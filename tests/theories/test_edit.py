"""Changing a theory: whose it is, what stands for good, who was quicker."""

import pytest
from django.urls import reverse

from accounts.models import User
from lore.models import Page
from tests.factories import make_claim, make_fan, make_page, make_work, mark_seen
from tests.factories_theories import make_draft, make_tag, make_theory, make_vote, writing
from tests.theories.authoring import FIELDS, address
from theories import posting
from theories.models import Leaning, Theory
from theories.posting import Cited
from theories.registrations import rescope_theory

pytestmark = pytest.mark.django_db


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


def test_what_its_author_no_longer_sees_is_not_named_and_stays_cited(sign_in, author):
    """In the form, in what is saved from it, in a successor’s form. One whose title is not its address is found too."""
    work, beyond = make_work(), make_page("the-traitor", title="The traitor")
    things = [make_claim("A1", page=beyond), beyond, make_page("e", title="A longer title"), make_page("gone")]
    theory = make_theory(author, citations=[Cited(thing) for thing in things])
    Page.objects.filter(pk=beyond.pk).update(scope=work.mask)
    Page.objects.filter(slug="gone").update(is_published=False)
    client, cited = sign_in(author), set(theory.citations.values_list("claim", "page"))
    lines = f"A1\npage-{beyond.pk}\ne\npage-{things[3].pk}"
    for at in (address("edit", theory), f"/theories/new/?succeeds={theory.pk}"):
        page = client.get(at).content.decode()
        assert lines in page
        assert "traitor" not in page
    assert client.post(address("edit", theory), FIELDS | {"citations": lines}).status_code == 303
    assert set(theory.citations.values_list("claim", "page")) == cited
    assert client.post("/theories/new/", FIELDS | {"citations": lines, "succeeds": theory.pk}).status_code == 303
    assert set(theory.successors.get().citations.values_list("claim", "page")) == cited
    # To nobody else, and on no other theory, is there such a page.
    assert client.post("/theories/new/", FIELDS | {"citations": f"page-{beyond.pk}"}).status_code == 422
    stranger = sign_in(make_fan(username="olga"))
    asked = FIELDS | {"citations": f"page-{beyond.pk}", "succeeds": theory.pk}
    assert stranger.post("/theories/new/", asked).status_code == 422


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
    posting.file_under(theory, [secret])
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
    rescope_theory(theory, 0)
    assert b"butler did" in client.get(address("edit", theory)).content


@pytest.mark.parametrize("name", ["edit", "withdraw"])
def test_guests_go_to_sign_in(guest, theory, name):
    assert reverse("account_login") in guest.get(address(name, theory)).url


def test_what_was_typed_before_the_session_ended_is_back(sign_in, author, theory):
    client = sign_in(author)
    session = client.session
    typed = {"claim": ["A lost thought"], "case": ["Because"]}
    session["kept_fields"] = {"path": address("edit", theory), "until": 2**40, "fields": typed}
    session.save()
    page = client.get(address("edit", theory)).content.decode()
    assert "A lost thought" in page
    assert "Because" in page


@pytest.mark.parametrize("name", ["edit", "withdraw"])
def test_wrong_method_on_a_theory(sign_in, author, theory, name):
    assert sign_in(author).delete(address(name, theory)).status_code == 405
