"""A page as a whole: renamed, deleted, brought back."""

import pytest
from django.urls import reverse

from ballerina_site.ratelimit import LIMITS
from lore.editing import delete_page
from lore.models import Change, Event, Page, Question, Tie, Work
from lore.seeing import set_seen
from lore.spoilers import EVERYTHING, Viewer
from lore.uses import uses_of
from tests.factories import make_claim, make_page
from tests.factories_theories import make_theory
from theories.posting import Cited

pytestmark = pytest.mark.django_db
ACTS = ["rename", "delete", "undelete"]


@pytest.fixture
def client(sign_in, editor):
    return sign_in(editor)


def address(act, page):
    return reverse(f"lore:{act}", args=[page.slug])


def deleted(editor, **fields):
    page = make_page(**fields)
    delete_page(page, editor=editor, reason="A double of another.")
    return page


class TestRenaming:
    def test_the_old_address_leads_to_the_new(self, client, guest, editor):
        page = make_page("old", title="It")
        answer = client.post(address("rename", page), {"slug": "newer", "reason": "As it is called"})
        assert answer["Location"] == "/lore/newer/"
        assert guest.get("/lore/old/")["Location"] == "/lore/newer/"
        change = Change.objects.get(kind="renamed")
        assert (change.actor, change.reason) == (editor, "As it is called")

    @pytest.mark.parametrize(
        ("field", "typed"),
        [
            ("slug", {"slug": ""}),
            ("slug", {"slug": "no slug"}),
            ("slug", {"slug": "timeline"}),
            ("slug", {"slug": "taken"}),
            ("slug", {"slug": "old"}),
            ("reason", {"reason": ""}),
            ("reason", {"reason": "r" * 301}),
        ],
    )
    def test_a_mistake_is_told_at_its_field(self, client, field, typed):
        page = make_page("old")
        make_page("taken")
        answer = client.post(address("rename", page), {"slug": "newer", "reason": "So"} | typed)
        assert answer.status_code == 422
        assert field in answer.context["form"].errors
        page.refresh_from_db()
        assert page.slug == "old"

    def test_a_draft_page_is_led_back_to_its_form(self, client):
        page = make_page("old", is_published=False)
        answer = client.post(address("rename", page), {"slug": "newer", "reason": "So"})
        assert answer["Location"] == "/lore/newer/edit/"


class TestDeleting:
    def test_takes_the_page_from_the_readers_and_offers_the_way_back(self, client, guest):
        page, linker = make_page(), make_page("linker", lead="[[Ruska Roma]]")
        answer = client.post(address("delete", page), {"reason": "A double"}, follow=True)
        assert f'href="{address("undelete", page)}"' in answer.text
        assert guest.get(page.get_absolute_url()).status_code == 404
        assert "wanted" in guest.get(linker.get_absolute_url()).text

    def test_wants_a_reason(self, client):
        page = make_page()
        answer = client.post(address("delete", page), {"reason": " "})
        assert answer.status_code == 422
        assert Page.objects.get().deleted_at is None

    def test_of_two_at_once_the_second_is_told(self, client, editor, monkeypatch):
        page = make_page()
        held = Page.objects.get()
        delete_page(page, editor=editor, reason="First")
        monkeypatch.setattr("lore.views.keeping.find_page", lambda request, slug: held)
        answer = client.post(address("delete", page), {"reason": "Second"})
        assert answer.status_code == 409
        assert "deleted this page already" in answer.text
        assert 'value="Second"' in answer.text

    def test_first_shows_what_leans_on_it(self, client, author, three):
        page = make_page()
        make_page("linker", title="The linker", lead="[[Ruska Roma]]")
        advising = make_page("advising", title="An adviser")
        advising.see_also.add(page)
        claim = make_claim("A1", page=page, text="They dance.")
        claim.also_on.add(advising)
        make_claim("A2", page=page, text="They fight.")
        Tie.objects.create(source=page, kind="leads", target=advising)
        Event.objects.create(key="e", title="The founding", track="story", page=page)
        Question.objects.create(key="P1", question="Who are they?", answer="They.").claims.add(claim)
        Work.objects.filter(pk=three.pk).update(page=page)
        make_theory(author, claim="They win.", citations=[Cited(page)])
        text = client.get(address("delete", page)).text
        told = ["The linker", "An adviser", "They dance.", "They fight.", "leads", "The founding", "Who are they?"]
        for words in [*told, "John Wick: Chapter 3", "They win."]:
            assert words in text, words

    def test_says_so_when_nothing_does(self, client):
        assert "Nothing else leans on it." in client.get(address("delete", make_page())).text

    def test_of_what_is_shielded_it_names_the_works_alone(self, client, author, three):
        page = make_page()
        make_page("linker", title="A telling title", lead="[[Ruska Roma]]", scope=three.mask)
        make_claim("A1", page=page, text="A telling claim.", scope=three.mask)
        make_claim("A2", page=page, text="Open, >!chapter-3: telling!<.")
        make_theory(author, claim="A telling theory.", citations=[Cited(page)], scope=three.mask)
        text = client.get(address("delete", page)).text
        assert "telling" not in text
        assert "gives away <b>Chapter 3</b>" in text
        assert "Open, …" in text

    def test_a_part_that_links_to_it_is_as_shielded_as_it_stands(self, three):
        page = make_page()
        make_page("linker", body="::: gives-away chapter-3\n[[Ruska Roma]]\n:::")
        [links] = uses_of(Viewer(), page)
        assert links.entries[0].is_shield
        [links] = uses_of(Viewer(seen=EVERYTHING), page)
        assert links.entries[0].words == "Linker"


class TestBringingBack:
    def test_shows_who_deleted_it_and_why_and_brings_it_back(self, client, editor, guest):
        page = deleted(editor)
        text = client.get(address("undelete", page)).text
        assert "A double of another." in text
        assert "edith" in text
        assert client.post(address("undelete", page))["Location"] == page.get_absolute_url()
        assert guest.get(page.get_absolute_url()).status_code == 200

    def test_looking_brings_nothing_back(self, client, editor):
        client.get(address("undelete", deleted(editor)))
        assert Page.objects.get().deleted_at is not None

    def test_twice_is_told(self, client, editor):
        page = make_page()
        assert client.get(address("undelete", page))["Location"] == page.shield_href
        answer = client.post(address("undelete", page))
        assert (answer.status_code, "brought back already" in answer.text) == (409, True)

    @pytest.mark.parametrize("act", ["rename", "delete"])
    def test_other_acts_on_a_deleted_page_lead_here(self, client, editor, act):
        page = deleted(editor)
        assert client.get(address(act, page))["Location"] == address("undelete", page)


class TestInTheAdmin:
    def change(self, page):
        return reverse("admin:lore_page_change", args=[page.pk])

    def test_a_deleted_page_is_not_published_from_there(self, client, editor):
        page = deleted(editor)
        answer = client.post(self.change(page), {"title": "T", "is_published": "on"})
        assert "is_published" in answer.context["adminform"].form.errors
        assert Page.objects.get().deleted_at is not None

    def test_the_way_to_the_editor_on_the_site_stands_there(self, client):
        page = make_page()
        assert reverse("lore:edit", args=[page.slug]) in client.get(self.change(page)).text
        assert reverse("lore:new") in client.get(reverse("admin:lore_page_add")).text

    def test_claims_of_a_page_taken_from_the_readers_leave_the_search(self, client, guest):
        page = make_page()
        make_claim(page=page, text="A kikimora.")
        fields = {"title": "T", "slug": page.slug, "kind": "topic", "lead": "L", "comment": "Why"}
        counts = {"claims-TOTAL_FORMS": "0", "claims-INITIAL_FORMS": "0"}
        assert client.post(self.change(page), fields | counts | {"based_on": page.current_id}).status_code == 302
        assert "<mark>kikimora</mark>" not in guest.get("/search/?q=kikimora").text


class TestTheAddressOfADeletedPage:
    def test_tells_editors_who_deleted_it_and_why(self, client, editor):
        page = deleted(editor)
        answer = client.get(page.get_absolute_url())
        assert answer.status_code == 404
        for words in ("A double of another.", "edith", address("undelete", page)):
            assert words in answer.text

    def test_tells_nobody_else(self, guest, sign_in, fan, editor):
        page = deleted(editor)
        for reader in (guest, sign_in(fan)):
            answer = reader.get(page.get_absolute_url())
            assert answer.status_code == 404
            assert "A double of another." not in answer.text

    def test_tells_an_editor_outside_its_scope_neither_title_nor_reason(self, client, editor, three):
        page = deleted(editor, slug="neutral", title="A telling title", scope=three.mask)
        text = client.get("/lore/neutral/").text
        assert "telling" not in text
        assert "A double of another." not in text
        set_seen(editor, EVERYTHING)
        assert page.title in client.get("/lore/neutral/").text


class TestWhoMay:
    @pytest.mark.parametrize("act", ACTS)
    @pytest.mark.parametrize("role", ["fan", "moderator"])
    def test_editors_alone(self, request, sign_in, role, act):
        page = make_page()
        client = sign_in(request.getfixturevalue(role))
        fields = {"slug": "newer", "reason": "So"}
        assert client.get(address(act, page)).status_code == client.post(address(act, page), fields).status_code == 403
        assert Page.objects.get(slug="ruska-roma").deleted_at is None

    @pytest.mark.parametrize("act", ACTS)
    def test_a_guest_signs_in(self, guest, act):
        assert guest.get(address(act, make_page()))["Location"].startswith("/accounts/login/")

    @pytest.mark.parametrize("act", ACTS)
    def test_the_houses_pages_stay(self, sign_in, admin, act):
        page = make_page("about", kind="house")
        assert sign_in(admin).post(address(act, page), {"slug": "x", "reason": "So"}).status_code == 403

    @pytest.mark.parametrize("act", ["rename", "delete"])
    def test_outside_the_pages_scope_it_asks_first(self, client, three, act):
        page = make_page("neutral", title="A telling title", scope=three.mask)
        assert "telling" not in client.get(address(act, page)).text
        assert "telling" in client.get(f"{address(act, page)}?reveal=source-{page.pk}").text

    @pytest.mark.parametrize("act", ACTS)
    def test_too_fast_keeps_what_was_typed(self, client, editor, limits, act):
        page = deleted(editor) if act == "undelete" else make_page()
        fields = {"slug": "no slug", "reason": "r" * 301}
        answers = [client.post(address(act, page), fields) for _ in range(LIMITS["edit"].regular + 1)]
        assert answers[-1].status_code == 429
        assert "r" * 301 in answers[-1].text
