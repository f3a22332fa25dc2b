"""The map of ties as it is read, and the page on which editors keep a page's ties."""

import html

import pytest

from ballerina_site.ratelimit import LIMITS
from lore.layout import lay_out
from lore.models import Change, Tie
from lore.tying import add_tie
from tests.factories import make_claim, make_page, mark_seen

pytestmark = pytest.mark.django_db
MAP = "/lore/ties/"
DESK = "/lore/rooney/ties/"


@pytest.fixture
def cast(editor):
    rooney = make_page("rooney", kind="character", title="Rooney")
    actress = make_page("ana-de-armas", kind="person", title="Ana de Armas")
    film = make_page("ballerina", kind="work", title="Ballerina")
    claim = make_claim("D3", page=rooney)
    add_tie(rooney, "played_by", actress, claim=claim, editor=editor, reason="So it says.")
    add_tie(rooney, "appears_in", film, editor=editor, reason="So it says.")
    return rooney, actress, film


@pytest.fixture
def client(sign_in, editor):
    return sign_in(editor)


def hide(page, work):
    type(page).objects.filter(pk=page.pk).update(scope=work.mask)


class TestMap:
    def test_draws_and_lists_the_same(self, guest, cast):
        lay_out()
        text = guest.get(MAP).text
        assert 'aria-label="Rooney: appears in Ballerina, is played by Ana de Armas"' in text
        assert "<title>Rooney is played by Ana de Armas</title>" in text
        assert '<th scope="row"><a href="/lore/rooney/">Rooney</a></th><td>is played by</td>' in text
        assert 'href="/lore/claims/D3/"' in text
        assert "2 ties between 3 pages" in text
        assert "style=" not in text

    def test_a_guests_map_holds_no_form_token_and_sets_no_cookie(self, guest, cast):
        answer = guest.get(MAP)
        assert "csrfmiddlewaretoken" not in answer.text
        assert not answer.cookies

    def test_nothing_is_tied_yet(self, guest):
        answer = guest.get(MAP)
        assert answer.status_code == 200
        assert "Loose ends" in answer.text

    def test_filters_that_meet_in_nothing_lead_back(self, guest, cast):
        text = guest.get(f"{MAP}?kind=person&relation=appears_in").text
        assert "Nobody here knows anybody" in text
        assert "Show all ties" in text

    def test_one_page_has_the_way_to_it_and_back(self, guest, cast):
        text = guest.get(f"{MAP}?page=ballerina&zoom=2").text
        assert "<h1>Ties of Ballerina" in text
        assert "Ana de Armas" not in text
        assert 'href="/lore/ballerina/">Read Ballerina</a>' in text

    def test_links_keep_the_other_filters(self, guest, cast):
        text = html.unescape(guest.get(f"{MAP}?kind=person&zoom=3").text)
        assert f'href="{MAP}?kind=person&relation=played_by#sift"' in text
        assert f'href="{MAP}?kind=person&zoom=2#centre"' in text

    @pytest.mark.parametrize("zoom", ["", "0", "4", "-1", "x", "²", "1e9", "9" * 400])
    def test_an_odd_size_is_the_first(self, guest, cast, zoom):
        answer = guest.get(MAP, {"zoom": zoom})
        assert answer.context["zoom"] == 1

    @pytest.mark.parametrize("name", ["kind", "relation", "page"])
    @pytest.mark.parametrize("value", ["nobody", "\0", "<script>", "x" * 3000])
    def test_unknown_values_show_all(self, guest, cast, name, value):
        answer = guest.get(MAP, {name: value})
        assert answer.status_code == 200
        assert "2 ties between" in answer.text
        assert "<script>" not in answer.text.partition("<main")[2]

    def test_a_shielded_page_is_like_one_nobody_knows(self, guest, having_seen, cast, three):
        hide(cast[2], three)
        shielded, unknown = (guest.get(f"{MAP}?page={slug}").text for slug in ("ballerina", "nobody"))
        assert shielded.replace("page=ballerina", "") == unknown.replace("page=nobody", "")
        assert "1 tie between 2 pages" in shielded
        assert "Ballerina" not in shielded.partition("<main")[2].partition("</main>")[0]
        assert "<h1>Ties of Ballerina" in having_seen(three).get(f"{MAP}?page=ballerina").text

    def test_only_reading_is_allowed(self, guest):
        assert guest.head(MAP).status_code == 200
        assert guest.post(MAP).status_code == 405

    def test_query_budget(self, guest, sign_in, fan, cast, django_assert_max_num_queries):
        # the ties with their pages, places and claims
        with django_assert_max_num_queries(1):
            guest.get(MAP)
        client = sign_in(fan)
        # and: session · user · what they have seen · what they keep
        with django_assert_max_num_queries(5):
            client.get(MAP)


def fields(**more):
    return {"direction": "to", "kind": "appears_in", "other": "Ballerina", "reason": "It was announced."} | more


class TestDesk:
    def test_is_the_editors(self, guest, sign_in, fan, client, cast):
        assert guest.get(DESK)["Location"].startswith("/accounts/login/")
        assert sign_in(fan).get(DESK).status_code == 403
        assert sign_in(fan).post(DESK, {"remove": Tie.objects.first().pk, "reason": "x"}).status_code == 403
        assert client.get(DESK).status_code == 200
        assert client.get("/lore/nobody/ties/").status_code == 404
        assert client.put(DESK).status_code == 405

    def test_lists_what_there_is(self, client, cast):
        text = client.get(DESK).text
        assert "Rooney is played by Ana de Armas" in text
        assert 'href="/lore/claims/D3/"' in text

    def test_adds_a_tie(self, client, editor, cast, three):
        make_page("chapter-3", title="John Wick: Chapter 3", kind="work")
        sent = fields(other="john wick: chapter 3", claim="D3", scope=["chapter-3"])
        answer = client.post(DESK, sent)
        assert (answer.status_code, answer["Location"]) == (303, DESK)
        tie = Tie.objects.latest("pk")
        assert (tie.source, tie.target.slug, tie.claim.key, tie.scope) == (cast[0], "chapter-3", "D3", three.mask)
        assert Change.objects.filter(kind="ties", reason="It was announced.", actor=editor).exists()
        assert "Tied: Rooney appears in" in client.get(DESK).text

    def test_offers_claims_by_their_words_and_finds_others(self, client, cast, three):
        """No key is typed: the page's own claims stand there, the rest is found by words or by the other page."""
        make_claim("X1", page=cast[1], text="She **dances** at night.", status="reported")
        make_claim("X2", page=cast[1], text="Covered dances.", scope=three.mask)
        make_claim("X3", page=cast[2], text="It opens in June.")
        text = client.get(DESK).text
        assert 'type="radio" name="claim" value="D3"' in text
        assert "X1" not in text
        answer = client.post(DESK, fields(other="", kind="leads", words="dances", reason="So.", find="1"))
        assert answer.status_code == 200
        assert 'name="claim" value="X1"' in answer.text
        assert "She dances at night. (X1, reported)" in answer.text
        for kept in ('value="leads" selected', 'value="dances"', 'value="So."', 'value="D3"'):
            assert kept in answer.text
        for not_told in ("Covered", "X2", "X3", "is-error", "has-error"):
            assert not_told not in answer.text
        assert 'value="X3"' in client.post(DESK, fields(find="1")).text
        assert client.post(DESK, fields(claim="X1", kind="part_of", find="1")).text.count('value="X1"') == 1
        assert Tie.objects.count() == 2

    def test_adds_one_that_leads_here(self, client, cast):
        client.post("/lore/ballerina/ties/", fields(direction="from", other="ana-de-armas"))
        assert Tie.objects.filter(source=cast[1], kind="appears_in", target=cast[2]).exists()

    @pytest.mark.parametrize(
        ("field", "value", "said"),
        [
            ("direction", "sideways", "not one of"),
            ("kind", "", "required"),
            ("kind", "married_to", "not one of"),
            ("kind", "directs", "leads from a person to a work"),
            ("other", "", "required"),
            ("other", "Nowhere", "No page is called"),
            ("other", "Rooney", "not tied to itself"),
            ("other", "Ballerina", "already"),
            ("claim", "Z9", "Choose one of the claims that are listed"),
            ("scope", ["chapter-99"], "not one of"),
            ("reason", "", "required"),
            ("reason", "r" * 301, "at most 300"),
        ],
    )
    def test_a_mistake_is_told_and_nothing_typed_is_lost(self, client, cast, field, value, said):
        make_page("the-film", title="The film", kind="work")
        answer = client.post(DESK, fields(other="The film", claim="D3") | {field: value})
        text = html.unescape(answer.text)
        assert answer.status_code == 422
        assert said in text
        assert field == "reason" or "It was announced." in text
        assert field == "claim" or 'value="D3"' in text
        assert Tie.objects.count() == 2

    def test_removes_a_tie(self, client, cast):
        tie = Tie.objects.get(kind="played_by")
        answer = client.post(DESK, {"remove": tie.pk, "reason": "It was wrong."})
        assert answer.status_code == 303
        assert not Tie.objects.filter(pk=tie.pk).exists()
        assert Change.objects.filter(kind="ties").first().reason == "It was wrong."

    def test_removing_needs_a_reason_and_keeps_what_was_typed(self, client, cast):
        tie = Tie.objects.get(kind="played_by")
        answer = client.post(DESK, {"remove": tie.pk, "reason": "r" * 301})
        assert answer.status_code == 422
        assert "at most 300" in answer.text
        assert "r" * 301 in answer.text
        assert Tie.objects.count() == 2

    @pytest.mark.parametrize(("key", "status"), [("999", 409), ("x", 422), ("", 422), ("9" * 30, 409), ("-1", 422)])
    def test_what_is_gone_cannot_be_removed(self, client, cast, key, status):
        answer = client.post(DESK, {"remove": key, "reason": "It was wrong."})
        assert answer.status_code == status
        assert "It was wrong." in answer.text
        assert Tie.objects.count() == 2

    def test_a_tie_of_other_pages_is_not_removed_here(self, client, cast):
        tie = Tie.objects.get(kind="appears_in")
        assert client.post("/lore/ana-de-armas/ties/", {"remove": tie.pk, "reason": "No."}).status_code == 409
        assert Tie.objects.filter(pk=tie.pk).exists()

    def test_one_removed_in_the_same_moment_is_a_conflict(self, client, cast, monkeypatch):
        tie = Tie.objects.get(kind="played_by")
        monkeypatch.setattr("lore.views.ties.spend", lambda request, what: Tie.objects.filter(pk=tie.pk).delete())
        answer = client.post(DESK, {"remove": tie.pk, "reason": "It was wrong."})
        assert answer.status_code == 409
        assert "Somebody else has removed this tie" in answer.text
        assert "It was wrong." in answer.text

    def test_too_fast_keeps_the_form(self, client, cast, limits):
        for _ in range(LIMITS["edit"].regular + 1):
            answer = client.post(DESK, fields(other="Nowhere"))
        assert answer.status_code == 429
        assert "too fast" in answer.text
        assert "It was announced." in answer.text
        assert int(answer["Retry-After"]) > 0


class TestShield:
    def test_asks_before_it_gives_a_tie_away(self, client, cast, three):
        hide(cast[2], three)
        asked = client.get(DESK).text
        assert "Show it once" in asked
        assert "Ballerina" not in asked.partition("<main")[2].partition("</main>")[0]
        assert "Ballerina" in client.get(f"{DESK}?reveal=source-{cast[0].pk}").text.partition("<main")[2]

    def test_once_inside_it_asks_no_more(self, client, editor, cast, three):
        hide(cast[2], three)
        mark_seen(editor, three)
        assert "appears in Ballerina" in client.get(DESK).text

    def test_a_form_sent_past_the_door_lists_only_what_is_seen(self, client, cast, three):
        hide(cast[2], three)
        answer = client.post(DESK, {"reason": "No."})
        assert answer.status_code == 422
        assert "Ballerina" not in answer.text.partition("<main")[2].partition("</main>")[0]

    def test_pages_and_claims_behind_the_shield_cannot_be_named(self, client, cast, three):
        make_page("secret", title="Secret film", kind="work", scope=three.mask)
        make_claim("S1", page=cast[0], scope=three.mask)
        text = client.post(DESK, fields(other="Secret film", claim="S1")).text
        assert "No page is called “Secret film”." in text
        assert "Choose one of the claims that are listed" in text


class TestAdmin:
    ADD = "/admin/lore/tie/add/"

    def sent(self, cast, **more):
        return {"source": cast[1].pk, "kind": "appears_in", "target": cast[2].pk, "reason": "Cast."} | more

    def test_goes_through_the_verbs(self, client, editor, cast):
        assert client.get(self.ADD).status_code == 200
        assert client.post(self.ADD, self.sent(cast)).status_code == 302
        tie = Tie.objects.get(source=cast[1])
        assert Change.objects.filter(kind="ties", reason="Cast.", actor=editor).exists()
        assert client.post(f"/admin/lore/tie/{tie.pk}/delete/", {"post": "yes"}).status_code == 302
        assert not Tie.objects.filter(pk=tie.pk).exists()
        assert Change.objects.filter(kind="ties").count() == 4
        chosen = {"action": "delete_selected", "_selected_action": [Tie.objects.first().pk], "post": "yes"}
        assert client.post("/admin/lore/tie/", chosen).status_code == 302
        assert Change.objects.filter(kind="ties").count() == 5

    @pytest.mark.parametrize(("more", "said"), [({"kind": "directs"}, "already"), ({"kind": "leads"}, "leads from")])
    def test_tells_what_is_wrong(self, client, cast, more, said):
        Tie.objects.create(source=cast[1], kind="directs", target=cast[2])
        answer = client.post(self.ADD, self.sent(cast, **more))
        assert answer.status_code == 200
        assert said in answer.text

    def test_shows_a_tie_and_changes_none(self, client, cast):
        address = f"/admin/lore/tie/{Tie.objects.first().pk}/change/"
        assert client.get(address).status_code == 200
        assert client.post(address, self.sent(cast)).status_code == 403
        assert client.get("/admin/lore/tie/").status_code == 200
