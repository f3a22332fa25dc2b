"""A claim's own page, and the forms in which editors write claims."""

import html
import re
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from lore.claiming import revise, set_status, supersede
from lore.models import Change, Claim, Page, Source
from tests.factories import make_claim, make_page, make_source, mark_seen

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


def address(claim):
    return reverse("lore:claim", args=[claim.key])


class TestItsOwnPage:
    @pytest.fixture
    def claim(self, db):
        claim = make_claim("D1", page=make_page("rooney"), text="She **dances**.", status="rumour")
        source = make_source("interview", title="A talk", kind="interview", url="https://example.org/talk")
        claim.sources.set([make_source(), source])
        claim.also_on.set([make_page("plot")])
        return claim

    def test_says_all_that_the_ledger_knows(self, guest, claim):
        answer = guest.get(address(claim))
        assert answer.status_code == 200
        for said in (
            *("She <strong>dances</strong>.", "rumour", "stale", "June 2025", "The article", "Interview: ", "A talk"),
            *('href="https://example.org/talk"', 'href="/lore/rooney/#claim-D1"', 'href="/lore/plot/#claim-D1"'),
            *("Nothing about it has changed", "<title>Rooney: claim D1 ·"),
        ):
            assert said in answer.text, said

    def test_tells_its_trail_in_order_with_reasons(self, guest, claim, editor):
        set_status(claim, "reported", editor=editor, reason="It was printed.")
        set_status(claim, "confirmed", editor=editor, reason="It was announced.")
        text = guest.get(address(claim)).text
        assert text.index("It was printed.") < text.index("from reported to <b>confirmed</b>")
        assert text.index("It was printed.") < text.index("It was announced.")
        assert f'href="{editor.get_absolute_url()}"' in text

    def test_names_what_it_replaced_and_what_replaced_it(self, guest, claim, editor):
        newer = make_claim("D2", text="She skates.")
        supersede(claim, newer, editor=editor, reason="A better look.")
        old, new = guest.get(address(claim)).text, guest.get(address(newer)).text
        assert "What replaced it" in old
        assert "She skates." in old
        assert "superseded by" in old
        assert "What it replaced" in new
        assert "<strong>dances</strong>" in new
        assert "took the place of" in new
        assert old.count("A better look.") == new.count("A better look.") == 1

    def test_htmx_gets_the_part_that_is_read_in_place(self, guest, claim):
        answer = guest.get(address(claim), headers=HTMX)
        assert "<html" not in answer.text
        assert answer.text.lstrip().startswith("<details open>")
        assert "A talk" in answer.text
        assert answer["Cache-Control"] == "private, no-store"

    def test_a_lore_page_leads_to_it(self, guest, claim):
        text = guest.get("/lore/rooney/").text
        assert '<a href="/lore/claims/D1/" hx-get="/lore/claims/D1/" hx-swap="outerHTML">trail' in text

    @pytest.mark.parametrize("key", ["Z9", "d1", "D1x"])
    def test_an_unknown_key_is_not_found(self, guest, claim, key):
        assert guest.get(f"/lore/claims/{key}/").status_code == 404

    def test_is_not_there_while_its_page_is_not_read(self, guest, claim, sign_in, fan, editor):
        Page.objects.filter(slug="rooney").update(is_published=False)
        assert guest.get(address(claim)).status_code == 404
        assert sign_in(fan).get(address(claim)).status_code == 404
        assert sign_in(editor).get(address(claim)).status_code == 200

    @pytest.mark.parametrize("method", ["post", "put", "delete"])
    def test_is_read_only(self, guest, claim, method):
        assert getattr(guest, method)(address(claim)).status_code == 405

    def test_says_to_editors_alone_that_a_source_is_silent(self, guest, claim, sign_in, editor):
        Source.objects.filter(key="interview").update(fault="404 Not Found", checked_at=timezone.now())
        assert "404 Not Found" in sign_in(editor).get(address(claim)).text
        assert "404 Not Found" not in guest.get(address(claim)).text

    def test_query_budget(self, guest, claim, editor, django_assert_max_num_queries):
        set_status(claim, "reported", editor=editor, reason="It was printed.")
        supersede(claim, make_claim("D2"), editor=editor, reason="A better look.")
        # the claim with its page and successor · its sources · where else it stands · what it replaced · its trail
        with django_assert_max_num_queries(5):
            guest.get(address(claim))


class TestItsShield:
    @pytest.fixture
    def claim(self, three, editor):
        claim = make_claim("C1", page=make_page("origin"), text="A kikimora dances.", scope=three.mask)
        set_status(claim, "reported", editor=editor, reason="The kobold said so.")
        return Claim.objects.get()

    @pytest.mark.parametrize("headers", [{}, HTMX])
    def test_stands_in_its_place(self, guest, claim, headers):
        answer = guest.get(address(claim), headers=headers)
        assert answer.status_code == 200
        assert "gives away" in answer.text
        assert "kikimora" not in answer.text
        assert "kobold" not in answer.text

    def test_is_lifted_once_by_a_reveal(self, guest, claim):
        answer = guest.get(f"{address(claim)}?reveal=claim-{claim.pk}")
        assert "kikimora" in answer.text
        assert "kobold" in answer.text
        assert answer["Cache-Control"] == "private, no-store"
        assert 'content="noindex"' in answer.text

    def test_is_away_for_who_has_seen_the_work(self, having_seen, claim, three):
        assert "kobold" in having_seen(three).get(address(claim)).text

    def test_keeps_its_homes_name_when_that_gives_away_more(self, guest, claim, four):
        Page.objects.filter(slug="origin").update(scope=four.mask, title="The kelpie")
        answer = guest.get(f"{address(claim)}?reveal=claim-{claim.pk}")
        assert "kikimora" in answer.text
        assert "kelpie" not in answer.text
        assert "/lore/origin/" not in answer.text

    def test_a_reveal_leaves_what_the_trail_gives_away_beyond_the_claim(self, guest, claim, four, editor):
        revise(claim, editor=editor, reason="The kelpie knew of it.", also_on=[], scope=claim.scope | four.mask)
        revise(claim, editor=editor, reason="A word for all.", scope=0)
        answer = guest.get(address(claim))
        assert "kikimora" in answer.text
        assert "kelpie" not in answer.text
        assert "A word for all." not in answer.text

    def test_covers_a_successor_without_its_words(self, guest, three, editor):
        old, new = make_claim("A1"), make_claim("A2", text="A kikimora.", scope=three.mask)
        supersede(old, new, editor=editor, reason="The kobold said so.")
        answer = guest.get(address(old))
        assert "stands behind the curtain" in answer.text
        assert "kikimora" not in answer.text
        assert "kobold" not in answer.text

    def test_a_revealed_line_leads_to_a_revealed_trail(self, guest, claim):
        text = guest.get(f"/lore/origin/?reveal=claim-{claim.pk}").text
        assert f'href="/lore/claims/C1/?reveal=claim-{claim.pk}" rel="nofollow"' in text


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
            ("source-url", "ftp://example.org/", "valid URL"),
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

    def test_too_fast_keeps_the_form(self, client, form, settings):
        settings.RATE_LIMITS = True
        for _ in range(61):
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
        client.post(form, self.sent(client, form, text="As I wish.", status="reported"))
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
        assert client.post(form, mine | {"based_on": again}).status_code == 303
        assert Claim.objects.get().status == "contradicted"

    @pytest.mark.parametrize("based_on", ["", "yesterday", "2025-06-01"])
    def test_a_form_that_stands_on_nothing_is_a_conflict(self, client, form, claim, based_on):
        answer = client.post(form, self.sent(client, form, status="confirmed", based_on=based_on))
        assert answer.status_code == 409
        assert Claim.objects.get().status == "rumour"

    def test_inside_the_editor_htmx_gets_the_form_and_then_the_line(self, client, form):
        sent = self.sent(client, form, status="confirmed")
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

    def test_so_does_one_that_is_shown_on_a_page_with_a_telling_title(self, client, form, claim, three):
        claim.also_on.set([make_page("secret", title="The kikimora", scope=three.mask)])
        assert "kikimora" not in client.get(form).text
