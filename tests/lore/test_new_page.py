"""An editor begins a page."""

import pytest
from django.db import IntegrityError
from django.urls import reverse

from lore.arranging import begin_page
from lore.models import Draft, Page
from lore.prose import Prose
from tests.factories import make_page
from tests.lore.writing import Bench

pytestmark = pytest.mark.django_db
NEW = "/lore/new/"
TYPED = {"title": "High Table", "lead": "Twelve seats.", "comment": "Begun"}


@pytest.fixture
def client(sign_in, editor):
    return sign_in(editor)


def begin(client, action="save", **typed):
    return Bench(client, NEW).send(action, **TYPED | typed)


class TestBeginning:
    def test_a_page_is_written_with_its_first_revision(self, client, editor, guest):
        answer = begin(client, kind="organisation", aliases="The Table")
        assert (answer.status_code, answer["Location"]) == (302, "/lore/high-table/")
        page = Page.objects.get()
        assert (page.kind, page.current.editor, page.current.comment) == ("organisation", editor, "Begun")
        assert guest.get("/lore/the-table/", follow=True).redirect_chain[-1][0] == "/lore/high-table/"
        assert "Twelve seats." in guest.get("/lore/high-table/").text

    def test_links_to_it_turn_live(self, client, guest):
        make_page("linker", lead="[[High Table]]")
        begin(client)
        assert "wanted" not in guest.get("/lore/linker/").text

    def test_the_address_may_be_another_than_the_title(self, client):
        assert begin(client, slug="neutral")["Location"] == "/lore/neutral/"

    def test_it_may_be_a_draft_page_at_first(self, client, guest):
        assert begin(client, is_published=None)["Location"] == "/lore/high-table/edit/"
        assert guest.get("/lore/high-table/").status_code == 404

    def test_it_may_be_shielded_as_a_whole(self, client, guest, three):
        begin(client, slug="neutral", scope=["chapter-3"])
        assert Page.objects.get().scope == three.mask
        assert "Twelve seats." not in guest.get("/lore/neutral/").text

    def test_a_title_in_the_address_is_put_in(self, client):
        form = client.get(f"{NEW}?title=High+Table").context["form"]
        assert (form["title"].value(), form["slug"].value()) == ("High Table", "high-table")

    @pytest.mark.parametrize(
        ("field", "typed"),
        [
            ("slug", {"slug": "timeline"}),
            ("slug", {"slug": "page-7"}),
            ("slug", {"slug": "ruska-roma"}),
            ("slug", {"slug": "no slug"}),
            ("slug", {"title": "Ruska Roma"}),
            ("slug", {"title": "Стол"}),
            ("kind", {"kind": "house"}),
            ("lead", {"lead": ""}),
            ("comment", {"comment": ""}),
            ("aliases", {"aliases": "Ruska Roma"}),
        ],
    )
    def test_a_mistake_is_told_at_its_field_and_nothing_is_written(self, client, field, typed):
        make_page("ruska-roma")
        answer = begin(client, body="Long typed.", **typed)
        assert answer.status_code == 422
        assert field in answer.context["form"].errors
        assert "Long typed." in answer.text
        assert Page.objects.count() == 1

    def test_an_empty_form_writes_nothing(self, client):
        assert client.post(NEW).status_code == 422

    def test_of_two_at_once_the_second_is_told(self, client, monkeypatch, editor):
        def taken(*args, **kwargs):
            raise IntegrityError

        monkeypatch.setattr("lore.arranging.add_whole_page", taken)
        answer = begin(client)
        assert answer.status_code == 422
        assert "slug" in answer.context["form"].errors
        assert "Twelve seats." in answer.text

    def test_the_draft_of_it_goes_once_it_is_written(self, client, editor):
        begin(client, "draft")
        assert Draft.objects.get().page is None
        begin(client)
        assert not Draft.objects.exists()

    def test_a_preview_writes_nothing(self, client):
        answer = begin(client, "preview", body="**Now**", comment="")
        assert (answer.status_code, "<strong>Now</strong>" in answer.text) == (200, True)
        assert not Page.objects.exists()


class TestWhoMayBegin:
    @pytest.mark.parametrize("role", ["fan", "moderator"])
    def test_others_are_told_who_does(self, request, sign_in, role):
        client = sign_in(request.getfixturevalue(role))
        assert "Only editors begin pages." in client.get(NEW).text
        assert client.get(NEW).status_code == client.post(NEW, TYPED).status_code == 403
        assert not Page.objects.exists()

    def test_a_guest_signs_in(self, guest):
        assert guest.get(NEW)["Location"].startswith("/accounts/login/")


class TestTheWayThere:
    """An address without a page leads editors to write it."""

    def test_an_editor_is_offered_to_write_what_is_missing(self, client):
        answer = client.get("/lore/high-table/")
        assert answer.status_code == 404
        assert f"{NEW}?title=High+table" in answer.text  # nobody has written its name yet
        make_page("linker", lead="[[High Table]]")
        assert f"{NEW}?title=High+Table" in client.get("/lore/high-table/").text

    def test_nobody_else_is(self, guest, sign_in, fan):
        for reader in (guest, sign_in(fan)):
            assert NEW not in reader.get("/lore/high-table/").text

    @pytest.mark.parametrize("slug", ["page-999", "page-x", "suggestions", "works"])
    def test_an_address_that_no_page_can_have_is_not_offered(self, client, slug):
        answer = client.get(f"/lore/{slug}/")
        assert answer.status_code == 404
        assert NEW not in answer.text

    def test_a_page_that_is_not_published_is_offered_to_be_edited(self, client, guest):
        make_page("high-table", is_published=False)
        answer = client.get("/lore/high-table/")
        assert answer.status_code == 404
        assert reverse("lore:edit", args=["high-table"]) in answer.text
        assert "High Table" not in guest.get("/lore/high-table/").text


def test_the_verb_leaves_no_half_of_a_page(editor):
    make_page("ruska-roma")
    with pytest.raises(Exception, match="already leads"):
        begin_page(Prose("T", "L"), {"kind": "topic", "aliases": ["Ruska Roma"]}, slug="t", editor=editor, comment="")
    assert Page.objects.count() == 1
