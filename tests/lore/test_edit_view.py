"""An editor writes a page on the site."""

import re

import pytest
from django.urls import reverse

from lore import gallery
from lore.addressing import set_aliases
from lore.arranging import arrange
from lore.editing import delete_page, save_revision
from lore.models import Change, Draft, Image, Page
from lore.prose import Prose
from tests.factories import make_claim, make_page
from tests.lore.writing import Bench, edit_address, fields_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(sign_in, editor):
    return sign_in(editor)


def make_image(**fields):
    about = {"alt": "A shoe", "credit": "Us", "licence": "own", "width": 480, "height": 320, "widths": [480]}
    return Image.objects.create(digest=f"{Image.objects.count():064}", making="ready", **about | fields)


def bench(client, page, query=""):
    return Bench(client, edit_address(page), query)


def errors_of(answer):
    assert answer.status_code == 422
    return dict(answer.context["form"].errors)


def now(page):
    return Page.objects.get(pk=page.pk)


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

    def test_names_no_picture_behind_the_curtain_and_keeps_it(self, client, three):
        page = make_page()
        Page.objects.filter(pk=page.pk).update(lead_image=make_image(alt="The heroine falls", scope=three.mask))
        editing = bench(client, page)
        assert "The heroine falls" not in editing.opened.text
        editing.send(lead="New.")
        assert now(page).lead_image is not None


class TestChoosingAPicture:
    def test_offers_crops_of_what_is_chosen_then_what_shows_the_page_then_a_few_more(self, client, monkeypatch):
        monkeypatch.setattr(gallery, "OFFERED", 3)
        page = make_page()
        lead, shown, _older, newest = (make_image(alt=f"A shoe, {word}") for word in ("one", "two", "three", "four"))
        Page.objects.filter(pk=page.pk).update(lead_image=lead)
        page.pictures.add(shown)
        text = bench(client, page).opened.text
        radios = re.findall(r'<input type="radio" name="lead_image" value="(\d*)"[^>]*?( checked)?>', text)
        assert radios == [("", ""), (str(lead.pk), " checked"), (str(shown.pk), ""), (str(newest.pk), "")]
        assert shown.card_fallback in text

    def test_looks_for_others_by_words_and_keeps_all_that_was_typed(self, client, three, monkeypatch):
        monkeypatch.setattr(gallery, "OFFERED", 3)
        page = make_page()
        wanted, chosen = make_image(alt="A red shoe", credit="Vera"), make_image(alt="A hat")
        make_image(alt="The red secret", credit="Vera", scope=three.mask)
        others = [make_image(alt=f"A red glove, {number}") for number in range(3)]
        sent = {"action": "seek", "picture_words": "RED vera", "lead_image": chosen.pk, "comment": "Typed"}
        answer = bench(client, page).send(**sent)
        assert answer.status_code == 200
        fields = fields_of(answer)
        assert (fields["comment"], fields["lead_image"]) == (["Typed"], [str(chosen.pk)])
        assert wanted.card_fallback in answer.text
        assert "The red secret" not in answer.text
        assert not any(other.card_fallback in answer.text for other in others)
        assert page.revisions.count() == 1

    def test_a_choice_survives_a_mistake_elsewhere(self, client, monkeypatch):
        monkeypatch.setattr(gallery, "OFFERED", 2)
        page = make_page()
        chosen, *_ = [make_image(alt=f"A shoe, {number}") for number in range(4)]
        editing = bench(client, page)
        answer = editing.send(lead_image=chosen.pk, lead="")
        assert answer.status_code == 422
        editing.fields = fields_of(answer)
        assert editing.send(lead="New.", comment="Now").status_code == 302
        assert now(page).lead_image == chosen


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
        page, other, image = make_page(), make_page("high-table"), make_image()
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

    def test_a_picture_that_is_not_public_is_not_on_offer(self, client):
        page = make_page()
        assert "lead_image" in errors_of(bench(client, page).send(lead_image=make_image(is_public=False).pk))


class TestConflict:
    BODY = "One.\n\nTwo.\n\nThree."

    @pytest.fixture
    def page(self, db):
        return make_page(lead="A lead.", body=self.BODY)

    @pytest.fixture
    def editing(self, client, page, author):
        """Edith has the form open while somebody else saves."""
        editing = bench(client, page)
        prose = Prose("Ruska Roma", "A lead.", "One by another.\n\nTwo.\n\nThree.")
        save_revision(page, prose, editor=author, comment="Their reason")
        return editing

    def test_shows_both_versions_and_why_the_other_was_saved(self, editing):
        answer = editing.send(body="One.\n\nTwo.\n\nThree by me.")
        assert answer.status_code == 409
        for words in ("<ins>by another", "<ins>by me", "Their reason", "Revision 2 by author"):
            assert words.replace("<ins>", "") in re.sub(r"</?(ins|del)>", "", answer.text), words

    def test_where_both_fit_the_form_holds_both_and_the_second_save_goes_through(self, client, editing, page):
        answer = editing.send(body="One.\n\nTwo.\n\nThree by me.", comment="Mine")
        assert answer.context["merged"].is_clean
        again = answer.context["form"]
        assert again["body"].value() == "One by another.\n\nTwo.\n\nThree by me."
        assert again["comment"].value() == "Mine"
        assert client.post(edit_address(page), dict(again.data.lists())).status_code == 302
        assert now(page).current.body == "One by another.\n\nTwo.\n\nThree by me."
        assert now(page).current.number == 3

    def test_where_they_do_not_it_says_in_which_field_and_loses_no_word(self, editing, page):
        answer = editing.send(body="One by me.\n\nTwo.\n\nThree.")
        assert answer.context["conflicts"] == ["Text"]
        assert "You both changed the same place in: Text." in answer.text
        assert "One by another." in re.sub(r"</?(ins|del)>", "", answer.text)
        assert answer.context["form"]["body"].value().startswith("One by me.")
        assert page.revisions.count() == 2

    def test_what_was_typed_is_there_to_copy_exactly_and_kept_as_a_draft(self, editing, editor):
        typed = "One by me.\r\n\r\n  Odd   spaces, and <b>signs</b>."
        answer = editing.send(body=typed)
        assert ("Text", typed) in answer.context["typed"]
        assert "&lt;b&gt;signs&lt;/b&gt;" in answer.text
        assert Draft.objects.get(fan=editor).fields["body"] == [typed.replace("\r\n", "\n")]

    def test_around_the_text_the_editors_own_changes_are_kept_and_others_taken_over(self, client, editing, page):
        arrange(page, {"aliases": ["Theirs"], "kind": "place"}, editor=None)
        answer = editing.send(lead="Mine.", aliases="Mine")
        form = answer.context["form"]
        assert (form["aliases"].value(), form["kind"].value()) == ("Mine", "place")
        assert answer.context["clashes"] == ["Aliases"]
        client.post(edit_address(page), dict(form.data.lists()))
        assert (now(page).kind, now(page).current.lead) == ("place", "Mine.")

    def test_with_a_mistake_at_once_nothing_is_lost_either(self, client, editing, page):
        answer = editing.send(body="Mine >!unclosed", comment="")
        assert answer.status_code == 422
        assert "Mine &gt;!unclosed" in answer.text
        fields = dict(answer.context["form"].data.lists()) | {"body": "One.\n\nTwo.\n\nMine.", "comment": "Why"}
        assert client.post(edit_address(page), fields).status_code == 409

    @pytest.mark.parametrize("base", [None, "", "0", "999999999999999999999"])
    def test_a_form_without_a_base_of_this_page_is_a_conflict(self, client, page, base):
        answer = bench(client, page).send(lead="Mine.", based_on=base)
        assert answer.status_code == 409
        assert "Mine." in answer.text
        assert page.revisions.count() == 1

    def test_a_base_from_another_page_is_none(self, client, page):
        assert bench(client, page).send(lead="Mine.", based_on=make_page("other").current_id).status_code == 409

    def test_a_page_deleted_meanwhile_says_so_and_keeps_the_text(self, client, editor, page):
        editing = bench(client, page)
        delete_page(now(page), editor=editor, reason="A double.")
        answer = editing.send(lead="Mine.")
        assert answer.status_code == 409
        for words in ("Mine.", "A double.", reverse("lore:undelete", args=[page.slug])):
            assert words in answer.text

    def test_a_page_that_is_no_more_leaves_the_text_for_a_new_one(self, client, page):
        editing = bench(client, page)
        Page.objects.all().delete()
        answer = editing.send(lead="Mine.")
        assert answer.status_code == 409
        assert "Mine." in answer.text
        assert client.post("/lore/new/", fields_of(answer) | {"title": "Again", "action": "save"}).status_code == 302
        assert Page.objects.get().current.lead == "Mine."

    def test_from_another_window_of_ones_own_it_says_so(self, client, page):
        first, second = bench(client, page), bench(client, page)
        first.send(lead="First.")
        assert "You saved Ruska Roma elsewhere while you wrote here" in second.send(lead="Second.").text

    def test_a_new_text_that_gives_something_away_is_not_shown_before_its_editor_asks(self, client, three, page):
        editing = bench(client, page)
        save_revision(page, Prose("Ruska Roma", "Theirs.", "::: gives-away chapter-3\nSecret.\n:::"), editor=None)
        answer = editing.send(lead="Mine.")
        assert answer.status_code == 409
        assert "Mine." in answer.text
        assert "Secret." not in answer.text
        through = client.post(f"{edit_address(page)}?reveal=source-{page.pk}", answer.wsgi_request.POST.dict())
        assert (through.status_code, "Secret." in through.text) == (409, True)


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
    def test_the_form_comes_back_with_all_that_was_typed(self, client, settings):
        page = make_page()
        editing = bench(client, page)
        settings.RATE_LIMITS = True
        answers = [editing.send(lead=f"Lead {number}.", based_on=None) for number in range(61)]
        assert answers[-1].status_code == 429
        assert "Lead 60." in answers[-1].text
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
