"""A lore page as it is read, in front of the curtain."""

import re
from datetime import date

import pytest
from django.urls import reverse

from lore import hooks
from lore.addressing import rename, set_aliases
from lore.claiming import save_claim, supersede
from lore.drafting import keep_draft
from lore.models import Category, Source, Tie
from lore.prose import Prose
from tests.factories import make_claim, make_page, make_work
from tests.lore.pictures import make_image, store

pytestmark = pytest.mark.django_db


class TestPage:
    def test_holds_all_its_parts(self, guest):
        page = make_page(
            lead="The **lead**.",
            hatnote="Not to be mixed up with [[Rooney]].",
            facts="Home: The academy\nRules: None",
            body="## Who they are\n\nA syndicate.\n\n### Smaller\n\n## What they do\n\nThey dance.",
        )
        set_aliases(page, ["The academy"])
        page.categories.add(Category.objects.create(slug="houses", name="Houses"))
        page.see_also.add(make_page("see-me"))
        text = guest.get("/lore/ruska-roma/").text
        for part in [
            "<h1>Ruska Roma</h1>",
            "The <strong>lead</strong>.",
            "Not to be mixed up with",
            "<dt>Home</dt><dd>The academy</dd>",
            "<dt>Also called</dt><dd>The academy</dd>",
            '<dd><a href="/lore/?category=houses">Houses</a></dd>',
            '<a href="#s-who-they-are">Who they are</a>',
            '<h2 id="s-what-they-do" dir="auto">What they do</h2>',
            '<a href="/lore/see-me/">See Me</a>',
            "Revision 1",
        ]:
            assert part in text, part
        assert '<a href="#s-smaller">' not in text

    def test_says_what_it_is_to_machines(self, guest, settings):
        settings.SITE_URL = "https://archive.example"
        make_page(lead="A **syndicate** “&” school.")
        text = guest.get("/lore/ruska-roma/").text
        assert "<title>Ruska Roma · " in text
        assert '<meta name="description" content="A syndicate “&amp;” school.">' in text
        assert '<link rel="canonical" href="https://archive.example/lore/ruska-roma/">' in text
        assert '<meta property="og:title" content="Ruska Roma">' in text
        assert "noindex" not in text

    def test_a_guests_page_holds_no_form_token_and_sets_no_cookie(self, guest):
        make_page(body="Text.")
        answer = guest.get("/lore/ruska-roma/")
        assert "csrfmiddlewaretoken" not in answer.text
        assert not answer.cookies

    def test_only_an_editor_is_offered_the_pen(self, guest, sign_in, fan, editor):
        page = make_page()
        edit, suggest = reverse("lore:edit", args=[page.slug]), reverse("lore:suggest", args=[page.slug])
        assert edit in sign_in(editor).get("/lore/ruska-roma/").text
        for reader in (guest, sign_in(fan)):
            text = reader.get("/lore/ruska-roma/").text
            assert edit not in text
            assert suggest in text

    def test_pages_that_link_here_are_named(self, guest):
        make_page()
        make_page("rooney", lead="Raised by the [[Ruska Roma]].")
        text = guest.get("/lore/ruska-roma/").text
        assert "Pages that link here" in text
        assert '<a href="/lore/rooney/">Rooney</a>' in text

    def test_a_draft_is_not_there(self, guest):
        make_page(is_published=False)
        assert guest.get("/lore/ruska-roma/").status_code == 404

    def test_only_reading_is_allowed(self, guest):
        make_page()
        assert guest.head("/lore/ruska-roma/").status_code == 200
        assert guest.post("/lore/ruska-roma/").status_code == 405
        assert guest.delete("/lore/ruska-roma/").status_code == 405


class TestClaims:
    def test_stand_with_status_source_and_date(self, guest):
        claim = make_claim(text="She was **trained** here.", status="reported")
        claim.sources.add(
            Source.objects.create(key="s", title="The article", kind="article", published_on="2025-06-01")
        )
        text = guest.get(claim.page.get_absolute_url()).text
        assert 'id="claim-A1" data-status="reported"' in text
        assert "She was <strong>trained</strong> here." in text
        assert "The article · as of June 2025" in text

    @pytest.mark.parametrize("precision, said", [("day", "1 June 2025"), ("month", "June 2025"), ("year", "2025")])
    def test_dates_are_no_closer_than_known(self, guest, precision, said):
        claim = make_claim(precision=precision)
        assert f"as of {said} ·" in guest.get(claim.page.get_absolute_url()).text

    def test_an_old_rumour_is_stale(self, guest):
        claim = make_claim(status="rumour", as_of=date(2025, 6, 1))
        assert "is-stale" in guest.get(claim.page.get_absolute_url()).text
        claim.status = "reported"
        save_claim(claim)
        assert "is-stale" not in guest.get(claim.page.get_absolute_url()).text

    def test_a_superseded_one_stays_and_leads_to_the_newer(self, guest):
        old = make_claim("A1", text="June.")
        new = make_claim("A2", text="July.", page=make_page("release"))
        supersede(old, new)
        text = guest.get(old.page.get_absolute_url()).text
        assert "June." in text
        assert "superseded" in text
        assert '<a href="/lore/release/#claim-A2">what replaced it</a>' in text

    def test_one_from_elsewhere_names_its_home(self, guest):
        claim = make_claim(page=make_page("rooney"))
        claim.also_on.add(make_page("ana-de-armas"))
        text = guest.get("/lore/ana-de-armas/").text
        assert 'id="claim-A1"' in text
        assert 'from <a href="/lore/rooney/#claim-A1">Rooney</a>' in text
        assert "from <a" not in guest.get("/lore/rooney/").text

    def test_own_ones_come_first(self, guest):
        here, there = make_page("here"), make_page("there")
        make_claim("T1", page=there).also_on.add(here)
        make_claim("H1", page=here)
        assert re.findall(r'id="claim-(\w\d)"', guest.get("/lore/here/").text) == ["H1", "T1"]

    def test_one_of_a_draft_is_not_shown_elsewhere(self, guest):
        claim = make_claim(page=make_page("draft", is_published=False))
        claim.also_on.add(make_page("open"))
        assert "claim-A1" not in guest.get("/lore/open/").text


class TestAddresses:
    def test_an_alias_leads_on_for_good(self, guest):
        set_aliases(make_page("the-bowery-king"), ["Bowery King"])
        answer = guest.get("/lore/bowery-king/")
        assert (answer.status_code, answer["Location"]) == (301, "/lore/the-bowery-king/")

    def test_so_does_an_old_slug_and_the_number(self, guest):
        page = make_page("old")
        rename(page, "newer")
        for address in ["/lore/old/", f"/lore/page-{page.pk}/"]:
            assert guest.get(address)["Location"] == "/lore/newer/", address

    def test_the_way_keeps_what_is_asked(self, guest):
        page = make_page("the-bowery-king")
        set_aliases(page, ["Bowery King"])
        answer = guest.get(f"/lore/bowery-king/?reveal=section-{page.pk}-1&x=%C3%A9")
        assert answer["Location"] == f"/lore/the-bowery-king/?reveal=section-{page.pk}-1&x=%C3%A9"

    @pytest.mark.parametrize(
        "slug", ["nobody", "page-0", "page-99999999999999999999", "page-x", "Ruska-Roma", "-", "x" * 300]
    )
    def test_what_is_not_there_is_not_found(self, guest, slug):
        make_page()
        assert guest.get(f"/lore/{slug}/").status_code == 404

    def test_near_names_are_offered(self, guest):
        make_page("ruska-roma")
        make_page("rome", title="Rome")
        for wrong in ["ruskaya-roma", "Ruska-Roma"]:
            text = guest.get(f"/lore/{wrong}/").text
            assert '<a href="/lore/ruska-roma/">Ruska Roma</a>' in text, wrong

    @pytest.mark.parametrize("typed", ["rosko-roma", "RUSKAROMA", "roma-academy"])
    def test_a_slip_of_the_pen_is_forgiven(self, guest, typed):
        make_page("ruska-roma")
        assert 'href="/lore/ruska-roma/"' in guest.get(f"/lore/{typed}/").text

    def test_near_names_stay_inside_the_shield(self, guest, having_seen, three):
        make_page("ruska-roma", scope=three.mask)
        make_page("ruska-drafts", is_published=False)
        make_page("rules", kind="house")
        answer = guest.get("/lore/ruska-rules/")
        assert "Did you mean" not in answer.text
        assert "Ruska Roma" in having_seen(three).get("/lore/ruska-rules/").text


class TestLinks:
    def test_name_the_pages_that_link_here(self, guest):
        make_page()
        make_page("rooney", lead="Of the [[Ruska Roma]].")
        text = guest.get("/lore/ruska-roma/links/").text
        assert '<a href="/lore/rooney/">Rooney</a>' in text

    def test_of_a_page_that_nobody_wrote_yet(self, guest):
        make_page("rooney", lead="[[Wanted page]]")
        assert "Rooney" in guest.get("/lore/wanted-page/links/").text
        assert guest.get("/lore/nobody-wants-this/links/").status_code == 404

    def test_of_a_wanted_page_stay_inside_the_shield(self, guest, three):
        make_page("one", title="Telling one", lead="[[Wanted page]]", scope=three.mask)
        make_page("two", title="Telling two", body="::: gives-away chapter-3\n[[Wanted page]]\n:::")
        make_page("three", title="Telling three", lead="[[Wanted page]]", is_published=False)
        answer = guest.get("/lore/wanted-page/links/")
        assert answer.status_code == 404
        assert "Telling" not in answer.text

    def test_there_are_none(self, guest):
        make_page(lead="I link to myself: [[Ruska Roma]].")
        assert "Nothing links here yet" in guest.get("/lore/ruska-roma/links/").text


def big_page():
    """20 claims, 10 links in, 10 out, and something shielded."""
    works = [make_work(f"w{number}") for number in range(3)]
    page = make_page(body=" ".join(f"[[Page {number}x]]" for number in range(10)))
    article = Source.objects.create(key="s", title="The article", kind="article", published_on="2025-06-01")
    for number in range(10):
        other = make_page(f"n{number}", lead="[[Ruska Roma]]")
        page.see_also.add(other)
        Tie.objects.create(source=page, kind="part_of", target=other)
        for home, key in [(page, f"H{number}"), (other, f"T{number}")]:
            claim = make_claim(key, page=home, scope=works[number % 3].mask if number % 2 else 0)
            claim.sources.add(article)
            claim.also_on.add(page)
    supersede(page.claims.get(key="H0"), page.claims.get(key="H2"))
    return page


def test_tells_a_fan_of_their_draft(guest, sign_in, fan, author, editor):
    page = make_page("rooney")
    keep_draft(fan, page, {"lead": ["Half a sen"]})
    keep_draft(editor, page, {name: [text] for name, text in Prose.of(page.current).fields.items()})  # as it stands
    client = sign_in(fan)
    text = client.get("/lore/rooney/").text
    assert "You have a draft of this page" in text
    assert 'href="/lore/rooney/suggest/?draft=1"' in text
    assert all("a draft" not in other.get("/lore/rooney/").text for other in (guest, sign_in(author), sign_in(editor)))
    answer = client.post("/lore/rooney/edit/draft/", {"action": "drop", "next": "/lore/rooney/"})
    assert answer["Location"] == "/lore/rooney/"
    assert "You have a draft" not in client.get("/lore/rooney/").text


def test_shows_what_else_shows_it_as_far_as_the_reader_may_see(
    guest, having_seen, three, settings, tmp_path, django_assert_max_num_queries
):
    settings.MEDIA_ROOT = tmp_path
    lead, shown, waiting = make_image(alt="The lead"), make_image(alt="A shoe"), store(alt="A hat")
    secret, private = make_image(alt="The secret", scope=three.mask), make_image(alt="Mine", is_public=False)
    page = make_page(lead_image=lead)
    assert "More pictures" not in guest.get(page.get_absolute_url()).text
    page.pictures.set([lead, shown, waiting, secret, private])
    with django_assert_max_num_queries(7):  # what a short page asks, and once more: which pictures
        text = guest.get(page.get_absolute_url()).text
    strip = text[text.index('id="more-pictures"') :]
    assert strip.index("A hat (being prepared)") < strip.index(f'alt="{shown.alt}"')
    assert f'<a href="{shown.get_absolute_url()}"' in strip
    assert shown.card_fallback in strip
    for hidden in (f'"{lead.alt}"', secret.alt, f"/{secret.pk}/", private.alt):
        assert hidden not in strip
    assert secret.alt in having_seen(three).get(page.get_absolute_url()).text
    address = secret.card_fallback
    assert f"{address}?reveal=image-{secret.pk}" in guest.get(f"/lore/ruska-roma/?reveal=image-{secret.pk}").text


def test_query_budget(guest, django_assert_max_num_queries):
    address = big_page().get_absolute_url()
    assert hooks.page_panels
    guest.get(address)
    # page with its revision · aliases and categories · see-also and backlinks · claims with their homes · their sources
    # works, for the words on the shields · ties · what the panels of other apps ask: theories that lean on the page
    with django_assert_max_num_queries(8):
        text = guest.get(address).text
    assert text.count('data-status="') == 10
    assert text.count('<a href="/lore/n') >= 20


def test_query_budget_for_a_fan(sign_in, fan, django_assert_max_num_queries):
    address = big_page().get_absolute_url()
    client = sign_in(fan)
    client.get(address)
    # as for a guest, and: session · user · what they have seen · what they keep · whether they are an editor
    with django_assert_max_num_queries(13):
        client.get(address)
