"""The forms in which editors write claims."""

import html
import re
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from ballerina_site.ratelimit import LIMITS
from lore.claiming import set_status, supersede
from lore.models import Change, Claim, Source
from tests.factories import make_claim, make_page, make_source, mark_seen

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


def address(claim):
    return reverse("lore:claim", args=[claim.key])


def fields(**more):
    given = {"text": "It opens in July.", "status": "confirmed", "as_of": "2025-07-01", "precision": "month"}
    return given | {"scope": [], "also_on": "", "reason": "It was announced."} | more


class TestANewOne:
    @pytest.fixture
    def client(self, sign_in, editor):
        return sign_in(editor)

    @pytest.fixture
    def page(self, db):
        return make_page("rooney")

    @pytest.fixture
    def form(self, page):
        return reverse("lore:claim_new", args=[page.slug])

    def test_is_written_with_all_that_belongs_to_it(self, client, form, editor, three):
        make_page("plot", title="The plot so far")
        sent = fields(
            sources=[make_source().pk],
            scope=["chapter-3"],
            also_on="The plot so far\r\nrooney\r\n",
            story_position="40",
        )
        answer = client.post(form, sent)
        claim = Claim.objects.get()
        assert (answer.status_code, answer["Location"]) == (303, f"/lore/rooney/#claim-{claim.key}")
        assert (claim.text, claim.status, claim.scope) == ("It opens in July.", "confirmed", three.mask)
        assert (claim.story_position, claim.as_of) == (40, date(2025, 7, 1))
        assert [page.slug for page in claim.also_on.all()] == ["plot"]
        change = Change.objects.get(claim=claim)
        assert (change.kind, change.actor, change.reason) == ("claim_added", editor, "It was announced.")

    def test_leads_back_to_its_place_on_the_page(self, client, form):
        answer = client.post(form, fields(sources=[make_source().pk]), follow=True)
        assert answer.redirect_chain == [(f"/lore/rooney/#claim-{Claim.objects.get().key}", 303)]
        assert "is saved" in answer.text

    def test_can_bring_its_own_source(self, client, form):
        source = {"title": "A talk", "kind": "interview", "url": "https://example.org/t", "published_on": "2025-05-04"}
        sent = fields() | {f"source-{name}": value for name, value in (source | {"precision": "day"}).items()}
        assert client.post(form, sent).status_code == 303
        made = Claim.objects.get().sources.get()
        assert (made.title, made.kind, made.url) == ("A talk", "interview", "https://example.org/t")

    @pytest.mark.parametrize(
        "field, value, said",
        [
            ("text", "", "required"),
            ("text", "t" * 601, "at most 600"),
            ("text", ">!chapter-99: x!< and more", "chapter-99"),
            ("status", "certain", "not one of"),
            ("sources", [], "at least one source"),
            ("sources", ["999"], "not one of"),
            ("as_of", "soon", "valid date"),
            ("as_of", (timezone.now() + timedelta(days=2)).date().isoformat(), "still to come"),
            ("scope", ["chapter-99"], "not one of"),
            ("also_on", "Nowhere at all", "No page is called"),
            ("story_position", "99999", "less than or equal"),
            ("reason", "r" * 301, "at most 300"),
            ("source-title", "Half a source", "required"),
            ("source-url", "javascript:alert(1)", "valid URL"),
            ("source-url", "ftp://example.org/", "begins with https://"),
            ("source-url", "https://user:pw@example.org/", "before the “@”"),
            ("source-url", "https://example.org/\u202egpj.x", "cannot be seen"),
            ("source-url", "https://example.org/a\nb", "cannot be seen"),
        ],
    )
    def test_a_mistake_is_told_and_nothing_typed_is_lost(self, client, form, three, field, value, said):
        sent = fields(sources=[make_source().pk], also_on="Rooney") | {field: value}
        answer = client.post(form, sent)
        assert answer.status_code == 422
        assert said in html.unescape(answer.text)
        assert field == "reason" or "It was announced." in answer.text
        assert not Claim.objects.exists()
        assert Source.objects.count() == 1

    def test_too_fast_keeps_the_form(self, client, form, limits):
        for _ in range(LIMITS["edit"].regular + 1):
            answer = client.post(form, fields(reason="r" * 301))
        assert answer.status_code == 429
        assert "too fast" in answer.text
        assert "It opens in July." in answer.text
        assert int(answer["Retry-After"]) > 0

    def test_inside_the_editor_htmx_gets_the_form_and_then_the_line(self, client, form):
        opened = client.get(form, headers=HTMX)
        assert "<html" not in opened.text
        assert f'hx-post="{form}"' in opened.text
        refused = client.post(form, fields(), headers=HTMX)
        assert refused.status_code == 422
        assert refused.text.lstrip().startswith("<form")
        saved = client.post(form, fields(sources=[make_source().pk]), headers=HTMX)
        assert saved.text.lstrip().startswith("<li")
        assert "It opens in July." in saved.text
        assert (saved["HX-Retarget"], saved["HX-Reswap"]) == ("closest li", "outerHTML")

    def test_inside_the_editor_it_can_be_left(self, client, form):
        assert client.get(f"{form}?line=1", headers=HTMX).text.strip() == ""

    @pytest.mark.parametrize("role", ["fan", "moderator"])
    def test_is_for_editors_alone(self, request, sign_in, guest, form, role):
        client = sign_in(request.getfixturevalue(role))
        assert client.get(form).status_code == 403
        assert client.post(form, fields(sources=[make_source().pk])).status_code == 403
        assert "/accounts/login/" in guest.get(form)["Location"]
        assert not Claim.objects.exists()

    def test_on_no_page_is_not_found(self, client):
        assert client.get(reverse("lore:claim_new", args=["nowhere"])).status_code == 404

    def test_on_a_page_not_seen_asks_first(self, client, three):
        make_page("secret", title="A kikimora", scope=three.mask)
        answer = client.get(reverse("lore:claim_new", args=["secret"]))
        assert answer.status_code == 200
        assert "kikimora" not in answer.text
        assert "Chapter 3" in answer.text


class TestWhatReplacesAnother:
    @pytest.fixture
    def client(self, sign_in, editor):
        return sign_in(editor)

    @pytest.fixture
    def old(self, db):
        claim = make_claim("A1", page=make_page("rooney"), text="It opens in June.", story_position=30)
        claim.also_on.set([make_page("plot")])
        return claim

    @pytest.fixture
    def form(self, old):
        return f"{reverse('lore:claim_new', args=['rooney'])}?supersedes=A1"

    def test_begins_with_what_the_old_one_said(self, client, form):
        text = client.get(form).text
        assert "What replaces A1" in text
        assert text.count("It opens in June.") == 2
        assert 'name="story_position" value="30"' in text
        assert "\nPlot</textarea>" in text

    def test_takes_its_place(self, client, form, old):
        assert client.post(form, fields(sources=[make_source().pk], supersedes="A1")).status_code == 303
        old.refresh_from_db()
        assert old.superseded_by.text == "It opens in July."
        assert old.changes.get().reason == "It was announced."

    def test_needs_a_reason(self, client, form, old):
        answer = client.post(form, fields(sources=[make_source().pk], reason=""))
        assert answer.status_code == 422
        assert Claim.objects.get() == old

    def test_of_two_at_once_the_second_is_told_and_may_go_on(self, client, form, old, editor):
        quicker = make_claim("A2", page=old.page, text="It opens in May.")
        supersede(old, quicker, editor=editor, reason="Sooner")
        answer = client.post(form, fields(sources=[make_source().pk]))
        assert answer.status_code == 409
        assert "It opens in July." in answer.text
        assert "takes the place of A2" in answer.text
        assert 'name="supersedes" value="A2"' in answer.text
        again = client.post(form, fields(sources=[make_source().pk], supersedes="A2"))
        assert again.status_code == 303
        assert Claim.objects.get(key="A2").superseded_by.text == "It opens in July."

    @pytest.mark.parametrize("key", ["Z9", "\0", "A1' OR 1"])
    def test_an_unknown_one_is_not_found(self, client, form, key):
        assert client.post(form, fields(supersedes=key)).status_code == 404


class TestChangingOne:
    @pytest.fixture
    def client(self, sign_in, editor):
        return sign_in(editor)

    @pytest.fixture
    def claim(self, db):
        claim = make_claim("A1", page=make_page("rooney"), text="It opens in June.", status="rumour")
        claim.sources.set([make_source()])
        return claim

    @pytest.fixture
    def form(self, claim):
        return reverse("lore:claim_edit", args=[claim.key])

    def sent(self, client, form, **changes):
        """What a browser sends of the form as it stands, with these changes."""
        shown = client.get(form).context["form"]
        names = ("status", "as_of", "precision", "page", "also_on", "position", "story_position", "based_on")
        given = {name: shown[name].value() or "" for name in names}
        return given | {"sources": shown["sources"].value(), "reason": "It was announced."} | changes

    def test_gives_it_a_new_status(self, client, form, claim, editor):
        answer = client.post(form, self.sent(client, form, status="confirmed", as_of="2025-07-01", precision="day"))
        assert (answer.status_code, answer["Location"]) == (303, "/lore/rooney/#claim-A1")
        claim.refresh_from_db()
        assert (claim.status, claim.as_of) == ("confirmed", date(2025, 7, 1))
        assert claim.changes.get().reason == "It was announced."

    def test_a_new_status_with_the_old_source_and_date_is_asked_about_once(self, client, form, claim):
        sent = self.sent(client, form, status="confirmed")
        asked = client.post(form, sent)
        assert asked.status_code == 422
        assert "The status changes, but its source and its date stay. Is that right?" in asked.text
        assert 'type="checkbox" name="stays"' in asked.text
        assert "It was announced." in asked.text
        assert Claim.objects.get().status == "rumour"
        assert client.post(form, sent | {"stays": "on"}).status_code == 303
        assert Claim.objects.get().status == "confirmed"

    @pytest.mark.parametrize("change", [{"as_of": "2025-06-02"}, {"precision": "day"}, {"sources": "another"}, {}])
    def test_with_a_new_source_or_date_or_the_old_status_nobody_is_asked(self, client, form, claim, change):
        if "sources" in change:
            change = {"sources": [make_source("talk", title="A talk").pk]}
        sent = self.sent(client, form, **({"status": "confirmed"} | change if change else {"position": "3"}))
        assert 'name="stays"' not in client.get(form).text
        assert client.post(form, sent).status_code == 303

    def test_says_beforehand_what_a_new_source_needs(self, client, form):
        assert "It needs a kind, a title and the date it was published." in client.get(form).text

    def test_moves_it_to_another_page(self, client, form, claim):
        plot = make_page("plot")
        answer = client.post(form, self.sent(client, form, page="Plot", also_on="Rooney", story_position=""))
        assert answer["Location"] == "/lore/plot/#claim-A1"
        claim.refresh_from_db()
        assert (claim.page, claim.also_on.get().slug) == (plot, "rooney")

    def test_never_its_words(self, client, form, claim):
        answer = client.get(form)
        assert "words never change" in answer.text
        assert 'name="text"' not in answer.text
        assert "?supersedes=A1" in answer.text
        client.post(form, self.sent(client, form, text="As I wish.", status="reported", stays="on"))
        claim.refresh_from_db()
        assert (claim.text, claim.status) == ("It opens in June.", "reported")

    @pytest.mark.parametrize(
        "field, value, said",
        [
            ("reason", "", "required"),
            ("status", "", "required"),
            ("sources", [], "at least one source"),
            ("page", "Nowhere", "No page is called"),
            ("page", "about", "No page is called"),
        ],
    )
    def test_a_mistake_is_told_and_nothing_is_saved(self, client, form, claim, field, value, said):
        make_page("about", kind="house")
        answer = client.post(form, self.sent(client, form, **({"position": "7"} | {field: value})))
        assert answer.status_code == 422
        assert said in answer.text
        assert Claim.objects.get().position == 0

    def test_of_two_editors_the_second_is_shown_what_changed(self, client, form, claim, editor):
        mine = self.sent(client, form, status="contradicted", reason="It was denied.")
        set_status(claim, "reported", editor=editor, reason="It was printed.")
        answer = client.post(form, mine)
        assert answer.status_code == 409
        assert "It was denied." in answer.text
        assert "is-reported" in answer.text
        again = html.unescape(re.search(r'name="based_on" value="([^"]+)"', answer.text)[1])
        assert client.post(form, mine | {"based_on": again, "stays": "on"}).status_code == 303
        assert Claim.objects.get().status == "contradicted"

    @pytest.mark.parametrize("based_on", ["", "yesterday", "2025-06-01"])
    def test_a_form_that_stands_on_nothing_is_a_conflict(self, client, form, claim, based_on):
        answer = client.post(form, self.sent(client, form, status="confirmed", based_on=based_on))
        assert answer.status_code == 409
        assert Claim.objects.get().status == "rumour"

    def test_inside_the_editor_htmx_gets_the_form_and_then_the_line(self, client, form):
        sent = self.sent(client, form, status="confirmed", stays="on")
        assert client.get(form, headers=HTMX).text.lstrip().startswith("<form")
        saved = client.post(form, sent, headers=HTMX)
        assert saved.text.lstrip().startswith(("<li", "{#"))
        assert "confirmed" in saved.text
        assert "It opens in June." in client.get(f"{form}?line=1", headers=HTMX).text

    @pytest.mark.parametrize("role", ["fan", "moderator"])
    def test_is_for_editors_alone(self, request, sign_in, guest, form, role):
        client = sign_in(request.getfixturevalue(role))
        assert client.get(form).status_code == 403
        assert client.post(form, {"status": "confirmed", "reason": "So"}).status_code == 403
        assert "/accounts/login/" in guest.get(form)["Location"]

    def test_what_was_typed_before_signing_in_is_still_there(self, guest, sign_in, form, editor):
        guest.post(form, {"status": "confirmed", "reason": "Typed with care."})
        guest.force_login(editor)
        assert "Typed with care." in guest.get(form).text

    def test_one_that_gives_away_what_its_editor_has_not_seen_asks_first(self, client, editor, three):
        claim = make_claim("C1", text="A kikimora.", scope=three.mask)
        form = reverse("lore:claim_edit", args=[claim.key])
        for headers in ({}, HTMX):
            answer = client.get(form, headers=headers)
            assert answer.status_code == 200
            assert "kikimora" not in answer.text
        assert "kikimora" in client.get(f"{form}?reveal=source-{claim.page_id}").text
        inside = HTMX | {"HX-Current-URL": f"http://testserver/lore/x/edit/?reveal=source-{claim.page_id}"}
        assert "Save the claim" in client.get(form, headers=inside).text
        mark_seen(editor, three)
        assert "kikimora" in client.get(form).text

    def test_names_no_page_that_its_editor_has_not_seen_and_finds_none(self, client, form, claim, three):
        """Those it is shown on already stay, by a number."""
        secret = make_page("secret", title="The kikimora", scope=three.mask)
        unsaid = make_page("unsaid", title="The kelpie", scope=three.mask)
        claim.also_on.set([secret])
        text = client.get(form).text
        assert "kikimora" not in text
        assert f"page-{secret.pk}</textarea>" in text
        for name in ("The kikimora", "secret", "The kelpie", "unsaid", f"page-{unsaid.pk}"):
            for field in ("page", "also_on"):
                answer = client.post(form, self.sent(client, form, **{field: name}))
                assert (answer.status_code, f"No page is called “{name}”." in answer.text) == (422, True)
        plot = make_page("plot")
        assert client.post(form, self.sent(client, form, also_on=f"page-{secret.pk}\nPlot")).status_code == 303
        assert set(claim.also_on.all()) == {secret, plot}
