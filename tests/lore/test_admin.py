"""The admin as an editor uses it for pages and claims."""

import html
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from lore.addressing import set_aliases
from lore.claiming import set_status
from lore.editing import save_revision
from lore.models import Claim, Page
from lore.prose import Prose
from tests.factories import make_claim, make_page, make_source
from tests.lore.admin_forms import ADD, CHANGE, Editing, add_page, errors_of, fields_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(sign_in, editor):
    return sign_in(editor)


class TestAddingAPage:
    def test_with_aliases_and_a_claim(self, client, editor, three):
        claim = {
            "text": "They dance.",
            "status": "confirmed",
            "sources": make_source().pk,
            "as_of": "2025-06-01",
            "precision": "month",
            "position": "0",
        }
        inline = {f"claims-0-{name}": value for name, value in (claim | {"scope": "chapter-3"}).items()}
        answer = add_page(client, aliases="The academy\nRoma", **inline, **{"claims-TOTAL_FORMS": "1"})
        assert answer.status_code == 302, errors_of(answer)
        page = Page.objects.get()
        assert (page.current.number, page.current.editor, page.current.comment) == (1, editor, "Begun")
        assert set(page.addresses.values_list("slug", flat=True)) == {"ruska-roma", "the-academy", "roma"}
        assert (page.claims.get().text, page.claims.get().scope) == ("They dance.", three.mask)
        assert page.changes.get(kind="claim_added").reason == "Begun"
        assert client.get("/lore/ruska-roma/").status_code == 200

    def test_with_what_stands_around_it(self, client, three, four):
        other = make_page("other")
        add_page(
            client,
            see_also=[other.pk],
            scope=["chapter-3", "chapter-4"],
            facts="Home: [[Other]]",
            hatnote="See [[Other]].",
        )
        page = Page.objects.get(slug="ruska-roma")
        assert page.scope == three.mask | four.mask
        assert list(page.see_also.all()) == [other]
        assert page.current.compiled["facts"][0][0] == "Home"

    @pytest.mark.parametrize(
        "field, value, said",
        [
            ("slug", "timeline", "cannot be the address"),
            ("slug", "taken", "already"),
            ("slug", "taken-too", "already leads to"),
            ("slug", "a b", "valid “slug”"),
            ("aliases", "Taken", "already leads to"),
            ("aliases", "Fine\nTimeline", "cannot be the address"),
            ("aliases", "n" * 130, "at most 80"),
            ("body", "fine\n\n::: gives-away chapter-99\nx\n:::", "chapter-99"),
            ("body", "b" * 100_001, "at most 100000"),
            ("lead", "", "required"),
            ("lead", "l" * 1001, "at most 1000"),
            ("facts", "No colon", "Label: value"),
            ("comment", "", "required"),
            ("kind", "nonsense", "not one of"),
            ("scope", "chapter-99", "not one of"),
        ],
    )
    def test_a_mistake_is_told_at_its_field_and_nothing_is_lost(self, client, three, field, value, said):
        set_aliases(make_page("taken"), ["Taken too"])
        answer = add_page(client, **{"lead": "Typed with care."} | {field: value})
        assert answer.status_code == 200
        assert said in html.unescape(" ".join(errors_of(answer)[field]))
        assert field == "lead" or "Typed with care." in answer.text
        assert Page.objects.count() == 1

    def test_a_mistake_in_the_markup_names_the_line(self, client, three):
        answer = add_page(client, body="fine\n\n::: gives-away chapter-99\nx\n:::")
        assert "3" in errors_of(answer)["body"][0]


class TestChangingAPage:
    def test_is_a_revision_each_time(self, client, editor):
        page = make_page(lead="Old lead.", body="Old body.", facts="Home: Rome")
        assert Editing(client, page).save(lead="New lead.", comment="Clearer").status_code == 302
        page.refresh_from_db()
        assert (page.current.number, page.current.lead, page.current.body) == (2, "New lead.", "Old body.")
        assert (page.current.editor, page.current.comment, page.current.facts) == (editor, "Clearer", "Home: Rome")
        assert page.current.based_on.number == 1

    def test_needs_a_reason(self, client):
        page = make_page()
        assert "comment" in errors_of(Editing(client, page).save(comment=""))
        assert page.revisions.count() == 1

    def test_renames_it(self, client):
        page = make_page("old")
        Editing(client, page).save(slug="newer")
        answer = client.get("/lore/old/")
        assert answer["Location"] == "/lore/newer/"

    def test_takes_it_from_the_readers_and_back(self, client, guest):
        linker, page = make_page("linker", lead="[[Ruska Roma]]"), make_page()
        Editing(client, page).save(is_published=None)
        assert guest.get("/lore/ruska-roma/").status_code == 404
        assert "wanted" in guest.get(linker.get_absolute_url()).text
        Editing(client, page).save(is_published="on")
        assert guest.get("/lore/ruska-roma/").status_code == 200
        assert "wanted" not in guest.get(linker.get_absolute_url()).text

    def test_with_a_new_scope_pages_that_link_to_it_no_longer_name_its_slug(self, client, guest, three):
        page = make_page("telling-slug", title="Neutral", body="")
        set_aliases(page, ["A Plain Name"])
        make_page("linker", body="See [[A Plain Name]].")
        assert "/lore/telling-slug/" in guest.get("/lore/linker/").text
        Editing(client, page).save(scope=[three.slug])
        assert "/lore/telling-slug/" not in guest.get("/lore/linker/").text

    def test_a_new_scope_shields_its_claims_in_search_too(self, client, guest, three):
        make_claim(text="A kikimora.", page=make_page())
        assert "<mark>kikimora</mark>" in guest.get("/search/?q=kikimora").text
        Editing(client, Page.objects.get()).save(scope=["chapter-3"])
        assert "<mark>kikimora</mark>" not in guest.get("/search/?q=kikimora").text

    def test_without_its_scope_its_claims_are_found(self, client, guest, three):
        page = make_page(scope=three.mask)
        make_claim(text="A kikimora.", page=page)
        Editing(client, page).save(scope=None)
        assert "<mark>kikimora</mark>" in guest.get("/search/?q=kikimora").text


class TestConflict:
    @pytest.fixture
    def page(self, db):
        return make_page()

    @pytest.fixture
    def editing(self, client, page, author):
        """Edith has the form open while somebody else saves."""
        editing = Editing(client, page)
        save_revision(page, Prose("Ruska Roma", "Theirs."), editor=author)
        return editing

    def test_is_told_and_what_was_typed_is_kept(self, editing, page):
        answer = editing.save(lead="Mine.", body="My long body.")
        assert "Somebody else saved this page" in answer.text
        assert "My long body." in answer.text
        assert page.revisions.count() == 2

    def test_the_second_save_goes_through(self, editing, page):
        again = editing.save(lead="Mine.")
        based_on = re.search(r'name="based_on" value="(\d+)"', again.text)[1]
        assert editing.save(lead="Both.", based_on=based_on).status_code == 302
        page.refresh_from_db()
        assert (page.current.lead, page.current.number) == ("Both.", 3)

    def test_a_form_without_its_base_is_a_conflict(self, editing, page):
        assert "Somebody else saved this page" in editing.save(based_on=None).text
        assert page.revisions.count() == 2


class TestClaims:
    def test_an_inline_claims_words_stay_whatever_is_sent(self, client):
        claim = make_claim(text="As it was said.")
        answer = Editing(client, claim.page).save(**{"claims-0-text": "As I wish.", "claims-0-status": "rumour"})
        assert answer.status_code == 302
        claim.refresh_from_db()
        assert (claim.text, claim.status) == ("As it was said.", "rumour")
        assert claim.changes.get().reason == "A reason"

    def test_so_do_they_in_the_claims_own_form(self, client):
        claim = make_claim(text="As it was said.")
        address = reverse(CHANGE.format("claim"), args=[claim.pk])
        fields = fields_of(client.get(address)) | {"text": "As I wish.", "key": "Z9", "status": "contradicted"}
        assert client.post(address, fields | {"reason": "It was denied."}).status_code == 302
        claim.refresh_from_db()
        assert (claim.key, claim.text, claim.status) == ("A1", "As it was said.", "contradicted")
        assert claim.changes.get().reason == "It was denied."

    def test_a_new_status_needs_a_reason(self, client):
        address = reverse(CHANGE.format("claim"), args=[make_claim().pk])
        answer = client.post(address, fields_of(client.get(address)) | {"status": "contradicted"})
        assert "reason" in errors_of(answer)
        assert Claim.objects.get().status == "confirmed"

    def test_of_two_editors_the_second_is_told(self, client, editor):
        claim = make_claim(status="rumour")
        address = reverse(CHANGE.format("claim"), args=[claim.pk])
        fields = fields_of(client.get(address)) | {"status": "contradicted", "reason": "It was denied."}
        set_status(claim, "reported", editor=editor, reason="It was printed.")
        answer = client.post(address, fields)
        assert "Somebody else changed this claim" in answer.text
        assert "It was denied." in answer.text
        assert Claim.objects.get().status == "reported"
        again = re.search(r'name="based_on" value="([^"]+)"', answer.text)[1]
        assert client.post(address, fields | {"based_on": html.unescape(again)}).status_code == 302
        assert Claim.objects.get().status == "contradicted"

    def test_its_sources_and_pages_change_too(self, client, editor):
        claim, source = make_claim(), make_source()
        elsewhere = make_page("rooney")
        address = reverse(CHANGE.format("claim"), args=[claim.pk])
        fields = fields_of(client.get(address)) | {"sources": source.pk, "also_on": [elsewhere.pk, claim.page.pk]}
        assert client.post(address, fields).status_code == 302
        assert (claim.sources.get(), claim.also_on.get()) == (source, elsewhere)
        assert claim.changes.get().kind == "claim_revised"

    def claim_fields(self, **fields):
        page = Page.objects.first() or make_page()
        given = {"page": page.pk, "text": "It opens in July.", "status": "confirmed", "position": "0"}
        return given | {"as_of": "2025-07-01", "precision": "month", "sources": make_source().pk} | fields

    def test_a_new_one_takes_the_place_of_the_old(self, client, editor):
        old = make_claim(text="It opens in June.")
        fields = self.claim_fields(supersedes=old.pk)
        assert "reason" in errors_of(client.post(reverse(ADD.format("claim")), fields))
        answer = client.post(reverse(ADD.format("claim")), fields | {"reason": "It was put off."})
        assert answer.status_code == 302, errors_of(answer)
        old.refresh_from_db()
        assert old.superseded_by == Claim.objects.get(text="It opens in July.")
        change = old.changes.get()
        assert (change.kind, change.actor, change.reason) == ("claim_superseded", editor, "It was put off.")

    def test_a_new_one_needs_a_source(self, client):
        assert "sources" in errors_of(client.post(reverse(ADD.format("claim")), self.claim_fields(sources="")))

    def test_a_superseded_one_takes_nobodys_place(self, client):
        old, new = make_claim("A1"), make_claim("A2")
        old.superseded_by = new
        old.save()
        address = reverse(CHANGE.format("claim"), args=[old.pk])
        answer = client.post(address, self.claim_fields(supersedes=new.pk))
        assert "supersedes" in errors_of(answer)

    @pytest.mark.parametrize(
        "field, value",
        [("text", ""), ("text", "t" * 601), ("status", "certain"), ("as_of", "soon"), ("key", "A1"), ("key", "a 1")],
    )
    def test_a_mistake_is_told_at_its_field(self, client, field, value):
        make_claim("A1")
        answer = client.post(reverse(ADD.format("claim")), self.claim_fields(**{field: value}))
        assert field in errors_of(answer)
        assert Claim.objects.count() == 1

    def test_a_source_with_another_address_is_asked_anew(self, client):
        source = make_source(url="https://example.org/old", fault="404 Not Found", checked_at=timezone.now())
        address = reverse(CHANGE.format("source"), args=[source.pk])
        client.post(address, fields_of(client.get(address)) | {"url": "https://example.org/new"})
        source.refresh_from_db()
        assert (source.url, source.fault, source.checked_at) == ("https://example.org/new", "", None)
