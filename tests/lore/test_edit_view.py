"""An editor writes a page on the site."""

import pytest
from django.urls import reverse

from ballerina_site.ratelimit import LIMITS
from lore.addressing import set_aliases
from lore.arranging import arrange
from lore.editing import delete_page
from lore.models import Change
from tests.factories import make_claim, make_page
from tests.lore.pictures import make_row
from tests.lore.writing import bench, edit_address, errors_of, fields_of, now

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(sign_in, editor):
    return sign_in(editor)


class TestTheForm:
    def test_holds_the_page_as_it_is(self, client):
        page = make_page(lead="A lead.", body="A body.", facts="Home: Rome", hatnote="Not [[Roma]].")
        answer = client.get(edit_address(page))
        assert answer.status_code == 200
        for words in ("A lead.", "A body.", "Home: Rome", "Not [[Roma]]."):
            assert words in answer.text

    def test_sends_back_what_it_showed(self, client, three):
        page = make_page(body="Two\n\nlines", scope=three.mask)
        set_aliases(page, ["Roma", "The academy"])
        editing = bench(client, page, f"?reveal=source-{page.pk}")
        assert editing.send().status_code == 302
        assert page.revisions.count() == 1, "nothing was different"
        assert (now(page).scope, now(page).is_published) == (three.mask, True)

    def test_has_the_claims_beside_it(self, client, three):
        page = make_page()
        make_claim("A1", page=page, text="They dance.")
        make_claim("A2", page=page, text="A secret.", scope=three.mask)
        text = " ".join(client.get(edit_address(page)).text.split())
        assert "They dance." in text
        assert reverse("lore:claim_edit", args=["A1"]) in text
        assert "A secret." not in text
        assert "Behind the curtain: a claim that gives away <b>Chapter 3</b>" in text
        assert reverse("lore:claim_new", args=[page.slug]) in text

    def test_leaves_superseded_claims_to_the_page(self, client):
        page = make_page()
        old, new = make_claim("A1", page=page, text="Long ago."), make_claim("A2", page=page, text="By now.")
        old.superseded_by = new
        old.save()
        assert "Long ago." not in client.get(edit_address(page)).text

    def test_asks_before_it_shows_what_its_editor_has_not_seen(self, client, three):
        page = make_page(body="::: gives-away chapter-3\nThe secret.\n:::")
        asked = client.get(edit_address(page))
        assert "The secret." not in asked.text
        assert "Chapter 3" in asked.text
        shown = client.get(f"{edit_address(page)}?reveal=source-{page.pk}")
        assert "The secret." in shown.text
        assert f'action="{edit_address(page)}?reveal=source-{page.pk}"' in shown.text

    def test_shows_no_name_of_a_neighbour_behind_the_curtain_and_keeps_it(self, client, three):
        page, covered, seen = make_page(), make_page("telling", scope=three.mask), make_page("plain")
        page.see_also.set([covered, seen])
        editing = bench(client, page)
        assert "Telling" not in editing.opened.text
        assert editing.send(see_also="").status_code == 302
        assert list(page.see_also.all()) == [covered]


class TestSaving:
    def test_makes_a_revision(self, client, editor):
        page = make_page(body="Old body.", facts="Home: Rome")
        answer = bench(client, page).send(lead="New lead.", comment="Clearer")
        assert (answer.status_code, answer["Location"]) == (302, page.get_absolute_url())
        current = now(page).current
        assert (current.number, current.lead, current.body) == (2, "New lead.", "Old body.")
        assert (current.editor, current.comment, current.based_on.number) == (editor, "Clearer", 1)

    def test_says_so(self, client):
        page = make_page()
        bench(client, page).send(lead="New lead.")
        assert "Saved as revision 2." in client.get(page.get_absolute_url()).text

    def test_needs_a_reason_and_keeps_what_was_typed(self, client):
        page = make_page()
        answer = bench(client, page).send(lead="New lead.", comment="")
        assert "comment" in errors_of(answer)
        assert "New lead." in answer.text
        assert page.revisions.count() == 1

    @pytest.mark.parametrize(
        ("field", "text", "told"),
        [
            ("body", "One\n\n::: gives-away chapter-9\nx\n:::", "Line 3: "),
            ("lead", "It >!ends.", "Line 1: "),
            ("facts", "No label", "Label: value"),
            ("title", "", "required"),
            ("title", "t" * 121, "at most 120"),
        ],
    )
    def test_a_mistake_is_told_at_its_field(self, client, field, text, told):
        page = make_page()
        answer = bench(client, page).send(**{field: text})
        assert told in str(errors_of(answer)[field])
        assert page.revisions.count() == 1

    def test_an_empty_form_saves_nothing(self, client):
        page = make_page()
        assert client.post(edit_address(page)).status_code == 422
        assert page.revisions.count() == 1

    def test_no_other_act_than_those_on_the_buttons(self, client):
        assert bench(client, make_page()).send("burn").status_code == 422

    def test_the_stored_text_has_one_kind_of_line_end(self, client):
        page = make_page()
        bench(client, page).send(body="One\r\n\r\nTwo")
        assert now(page).current.body == "One\n\nTwo"


class TestAroundTheText:
    def test_all_of_it_is_saved_with_the_text(self, client, three):
        page, other, image = make_page(), make_page("high-table"), make_row()
        typed = {
            "aliases": "Roma\nThe academy",
            "categories": "Story\nSchools",
            "see_also": "High Table",
            "kind": "organisation",
            "lead_image": image.pk,
            "scope": ["chapter-3"],
        }
        answer = bench(client, page).send(**typed)
        assert answer.status_code == 302, answer.context
        found = now(page)
        assert (found.kind, found.lead_image, found.scope) == ("organisation", image, three.mask)
        assert sorted(found.categories.values_list("name", flat=True)) == ["Schools", "Story"]
        assert list(found.see_also.all()) == [other]
        assert set(found.addresses.exclude(name="").values_list("name", flat=True)) == {"Roma", "The academy"}
        assert set(Change.objects.filter(page=page).values_list("kind", flat=True)) >= {"edited", "rescoped", "picture"}

    def test_what_another_changed_meanwhile_stays_where_one_changed_nothing(self, client, editor):
        page = make_page()
        editing = bench(client, page)
        arrange(page, {"aliases": ["Roma"], "kind": "place"}, editor=editor)
        assert editing.send(lead="New.").status_code == 302
        assert now(page).kind == "place"
        assert page.addresses.filter(name="Roma").exists()

    def test_a_page_is_taken_from_the_readers_and_given_back(self, client, guest):
        page = make_page()
        answer = bench(client, page).send(is_published=None)
        assert answer["Location"] == edit_address(page)
        assert guest.get(page.get_absolute_url()).status_code == 404
        bench(client, page).send(is_published="on")
        assert guest.get(page.get_absolute_url()).status_code == 200

    def test_its_claims_leave_the_search_with_it(self, client, guest):
        page = make_page()
        make_claim(page=page, text="A kikimora.")
        bench(client, page).send(is_published=None)
        assert "<mark>kikimora</mark>" not in guest.get("/search/?q=kikimora").text

    @pytest.mark.parametrize(
        ("field", "text"),
        [
            ("aliases", "High Table"),
            ("aliases", "Timeline"),
            ("aliases", "page-1"),
            ("aliases", "Русская"),
            ("aliases", "a" * 121),
            ("categories", "!!!"),
            ("categories", "c" * 61),
            ("see_also", "Nobody"),
            ("kind", "house"),
            ("lead_image", "999"),
            ("scope", "chapter-9"),
        ],
    )
    def test_a_mistake_is_told_at_its_field(self, client, field, text):
        page = make_page()
        make_page("high-table")
        answer = bench(client, page).send(**{field: text})
        assert field in errors_of(answer)
        assert text in answer.text or field in {"kind", "lead_image", "scope"}
        assert page.revisions.count() == 1

    def test_a_tick_survives_a_mistake_elsewhere(self, client, three):
        page = make_page()
        editing = bench(client, page)
        editing.fields = fields_of(editing.send(scope="chapter-3", lead=""))
        assert editing.send(lead="New.", comment="Now").status_code == 302
        assert now(page).scope == three.mask


class TestPreview:
    def test_without_script_the_form_comes_again_with_it(self, client):
        page = make_page()
        answer = bench(client, page).send("preview", body="She **dances**.", comment="")
        assert answer.status_code == 200
        assert "She <strong>dances</strong>." in answer.text
        assert "She **dances**." in answer.text
        assert "This field is required" not in answer.text
        assert page.revisions.count() == 1


class TestTooFast:
    def test_the_form_comes_back_with_all_that_was_typed(self, client, limits):
        page = make_page()
        editing = bench(client, page)
        answers = [editing.send(lead=f"Lead {number}.", based_on=None) for number in range(LIMITS["edit"].regular + 1)]
        assert answers[-1].status_code == 429
        assert f"Lead {LIMITS['edit'].regular}." in answers[-1].text
        assert int(answers[-1]["Retry-After"]) > 0


class TestSignedOut:
    @pytest.fixture
    def page_of_theirs(self, db):
        return make_page()

    def test_the_form_holds_what_was_kept(self, client, editor, page_of_theirs):
        editing = bench(client, page_of_theirs)
        session = client.session
        fields = editing.fields | {"lead": ["Typed long."]}
        session["kept_fields"] = {"path": edit_address(page_of_theirs), "until": 2**40, "fields": fields}
        session.save()
        answer = client.get(edit_address(page_of_theirs))
        assert "Typed long." in answer.text
        assert "You were signed out" in answer.text


class TestWhoMayCome:
    def test_a_fan_is_led_to_suggest_instead(self, sign_in, fan):
        page = make_page()
        answer = sign_in(fan).get(edit_address(page))
        assert answer.status_code == 403
        assert reverse("lore:suggest", args=[page.slug]) in answer.text

    def test_a_fan_outside_the_scope_learns_no_slug(self, sign_in, fan, three):
        page = make_page("telling-slug", scope=three.mask)
        answer = sign_in(fan).get(f"/lore/page-{page.pk}/edit/")
        assert answer.status_code == 403
        assert "telling" not in answer.text.lower()

    @pytest.mark.parametrize("role", ["fan", "moderator"])
    def test_others_save_nothing(self, request, sign_in, role):
        page = make_page()
        client = sign_in(request.getfixturevalue(role))
        assert client.post(edit_address(page), {"lead": "Mine."}).status_code == 403
        assert page.revisions.count() == 1

    def test_the_houses_pages_are_the_admins(self, client, sign_in, admin):
        page = make_page("about", kind="house")
        assert client.get(edit_address(page)).status_code == 404
        editing = bench(sign_in(admin), page)
        assert editing.opened.status_code == 200
        assert editing.send(lead="New.")["Location"] == "/about/"

    def test_a_draft_page_is_the_editors(self, client, sign_in, fan):
        page = make_page(is_published=False)
        assert client.get(edit_address(page)).status_code == 200
        assert sign_in(fan).get(edit_address(page)).status_code == 404

    def test_a_deleted_page_is_brought_back_first(self, client, editor):
        page = make_page()
        delete_page(page, editor=editor, reason="A double.")
        assert client.get(edit_address(page))["Location"] == reverse("lore:undelete", args=[page.slug])
