"""A lore page behind the curtain: shielded, revealed, in part."""

import re

import pytest

from lore.addressing import set_aliases
from lore.claiming import supersede
from tests.factories import make_claim, make_page
from tests.lore.reading import ids_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def secret(three):
    """A page that gives away Chapter 3, with an alias."""
    page = make_page(
        "telling-slug", title="Telling title", lead="Telling lead.", body="Telling body.", scope=three.mask
    )
    set_aliases(page, ["Telling alias"])
    return page


class TestShieldedPage:
    @pytest.mark.parametrize("slug", ["telling-slug", "telling-alias", "page-{}"])
    def test_is_a_shield_that_names_the_work_and_nothing_else(self, guest, secret, slug):
        address = f"/lore/{slug.format(secret.pk)}/"
        answer = guest.get(address)
        said = answer.text.replace(address, "")
        assert answer.status_code == 200
        assert "<b>Chapter 3</b>" in said
        assert f'href="?reveal=page-{secret.pk}#' in said
        assert "noindex" in said
        assert "elling" not in said
        assert "elling" not in str(answer.headers)

    @pytest.mark.parametrize("slug", ["telling-slug", "telling-alias", "page-{}"])
    def test_the_ways_out_of_it_name_nothing_either(self, guest, secret, slug):
        text = guest.get(f"/lore/{slug.format(secret.pk)}/").text
        assert "elling" not in text

    def test_all_of_its_addresses_answer_alike(self, guest, secret):
        answers = {guest.get(f"/lore/{slug}/").text for slug in ["telling-slug", "telling-alias", f"page-{secret.pk}"]}
        assert len(answers) == 1

    def test_is_open_to_those_who_saw_the_work(self, having_seen, secret, three):
        assert "Telling body." in having_seen(three).get("/lore/telling-slug/").text

    def test_its_old_addresses_lead_on_only_for_now(self, having_seen, secret, three):
        assert having_seen(three).get("/lore/telling-alias/").status_code == 302

    def test_stays_shut_for_staff(self, sign_in, editor, secret):
        assert "elling" not in sign_in(editor).get(f"/lore/page-{secret.pk}/").text

    def test_what_links_to_it_is_behind_it_too(self, guest, secret):
        make_page("open", lead="[[Telling alias]]")
        answer = guest.get(f"/lore/page-{secret.pk}/links/")
        assert answer.status_code == 200
        assert "Open" not in answer.text
        assert "elling" not in answer.text


class TestRevealedPage:
    def test_shows_it_in_this_one_answer(self, guest, secret):
        answer = guest.get(f"/lore/telling-slug/?reveal=page-{secret.pk}")
        assert "Telling body." in answer.text
        assert "elling" not in guest.get(f"/lore/page-{secret.pk}/").text

    def test_is_private_and_found_by_no_search_engine(self, guest, secret):
        answer = guest.get(f"/lore/telling-slug/?reveal=page-{secret.pk}")
        assert {"private", "no-store"} <= set(answer["Cache-Control"].split(", "))
        assert answer["X-Robots-Tag"] == "noindex"
        assert '<meta name="robots" content="noindex">' in answer.text
        assert not answer.cookies

    def test_is_shown_at_the_address_that_was_asked(self, guest, secret):
        answer = guest.get(f"/lore/page-{secret.pk}/?reveal=page-{secret.pk}")
        assert answer.status_code == 200
        assert "Telling body." in answer.text

    def test_shows_nothing_with_a_scope_of_its_own(self, guest, secret, three):
        make_claim("A1", text="Comes along.", page=secret)
        make_claim("A2", text="Stays behind.", page=secret, scope=three.mask)
        make_claim("A3", text="Lives elsewhere.", page=make_page("other", title="Other", scope=three.mask)).also_on.add(
            secret
        )
        text = guest.get(f"/lore/telling-slug/?reveal=page-{secret.pk}").text
        assert "Comes along." in text
        assert "Stays behind." not in text
        assert "Lives elsewhere." not in text

    @pytest.mark.parametrize(
        "reveal", ["page-{other}", "theory-{pk}", "page-", "page-" + "9" * 40, "section-{pk}-0", "x", "", "\x00"]
    )
    def test_another_reveal_opens_nothing(self, guest, secret, reveal):
        answer = guest.get("/lore/telling-slug/", {"reveal": reveal.format(pk=secret.pk, other=secret.pk + 1)})
        assert answer.status_code == 200
        assert "elling body" not in answer.text


class TestSections:
    @pytest.fixture
    def page(self, three, four):
        body = (
            "## Open\n\nFor all.\n\n::: gives-away chapter-3\n## First secret\n\nHidden one.\n:::\n\n"
            "Between.\n\n::: gives-away chapter-3 chapter-4\n## Second secret\n\nHidden two, >!chapter-4: deep!<.\n:::"
        )
        return make_page(body=body)

    def test_a_shield_stands_in_the_place(self, guest, page):
        text = guest.get("/lore/ruska-roma/").text
        assert (
            text.index("For all.") < text.index("section-1-1".replace("1-1", f"{page.pk}-1")) < text.index("Between.")
        )
        assert "Hidden" not in text
        assert "secret" not in text

    def test_the_contents_leave_it_out(self, guest, having_seen, page, three):
        assert having_seen(three).get("/lore/ruska-roma/").text.count("First secret") == 2
        assert "Second secret" not in having_seen(three).get("/lore/ruska-roma/").text

    def test_it_needs_all_of_its_works(self, having_seen, page, three, four):
        assert "Hidden two" not in having_seen(four).get("/lore/ruska-roma/").text
        assert "Hidden two" in having_seen(three, four).get("/lore/ruska-roma/").text

    def test_a_reveal_shows_just_that_one(self, guest, page):
        text = guest.get(f"/lore/ruska-roma/?reveal=section-{page.pk}-1").text
        assert "Hidden one." in text
        assert "Hidden two" not in text
        assert f'id="section-{page.pk}-1"' in text

    def test_a_reveal_shows_what_is_covered_by_the_same_works(self, guest, page):
        assert "deep" in guest.get(f"/lore/ruska-roma/?reveal=section-{page.pk}-3").text

    def test_a_reveal_of_another_pages_section_shows_nothing(self, guest, page):
        assert "Hidden" not in guest.get(f"/lore/ruska-roma/?reveal=section-{page.pk + 1}-1").text

    def test_a_link_in_it_is_no_backlink_for_newcomers(self, guest, having_seen, three):
        make_page()
        make_page("plain", title="Telling linker", body="::: gives-away chapter-3\n[[Ruska Roma]]\n:::")
        for address in ["/lore/ruska-roma/", "/lore/ruska-roma/links/"]:
            assert "Telling linker" not in guest.get(address).text, address
            assert "Telling linker" in having_seen(three).get(address).text, address


class TestShieldedClaims:
    @pytest.fixture
    def page(self, three):
        page = make_page()
        for number in range(4):
            make_claim(f"S{number}", text=f"Hidden {number}.", page=page, scope=three.mask if number else 0)
        return page

    def test_each_has_a_shield_in_its_place(self, guest, page):
        text = guest.get("/lore/ruska-roma/").text
        assert "Hidden 0." in text
        assert "Hidden 1." not in text
        assert text.count("This claim gives away") == 3

    def test_each_can_be_revealed_by_itself(self, guest, page):
        links = re.findall(r'href="(\?reveal=claim-\d+)#(claim-S\d)"', guest.get("/lore/ruska-roma/").text)
        assert len(links) == 3
        text = guest.get(f"/lore/ruska-roma/{links[1][0]}").text
        assert [f"Hidden {number}." in text for number in range(4)] == [True, False, True, False]

    def test_no_id_is_given_twice(self, guest, three, four):
        page = make_page(body="## One\n\n## One\n\n::: gives-away chapter-3\n## One\n:::")
        make_claim("S1", page=page, scope=three.mask)
        make_claim("S2", page=page)
        ids = ids_in(guest.get("/lore/ruska-roma/").text)
        assert sorted(ids) == sorted(set(ids))
        assert "claim-S1" in ids

    def test_a_revealed_claim_does_not_name_its_shielded_home(self, guest, secret):
        claim = make_claim(text="Hidden words.", page=secret)
        claim.also_on.add(make_page())
        text = guest.get(f"/lore/ruska-roma/?reveal=claim-{claim.pk}").text
        assert "Hidden words." in text
        assert "elling" not in text

    def test_a_newer_claim_on_a_shielded_page_is_not_named(self, guest, secret):
        old, new = make_claim("A1", page=make_page()), make_claim("A2", page=secret)
        supersede(old, new)
        for reveal in ["", f"?reveal=claim-{new.pk}"]:
            text = guest.get(f"/lore/ruska-roma/{reveal}").text
            assert "superseded" in text
            assert "elling" not in text
