"""The claim ledger: a claim's trail read in place, what editors do to claims, rumours and their ends, the recap."""

import re

import pytest
from django.contrib.auth.models import Group
from playwright.sync_api import expect

from accounts.models import EDITORS
from lore.claiming import set_status
from lore.models import Claim
from tests.browser import chromium
from tests.factories import make_fan, mark_seen


@pytest.fixture
def edith(transactional_db):
    edith = make_fan(username="edith")
    edith.groups.add(Group.objects.get(name=EDITORS))
    return edith


def test_a_claims_trail_opens_and_closes_in_its_place(page):
    page.goto("/lore/rooney/")
    claim = page.locator("#claim-D2")
    claim.get_by_role("link", name="trail of D2").press("Enter")
    summary = claim.locator("summary")
    expect(summary).to_be_focused()
    expect(claim.get_by_text("Nothing about it has changed")).to_be_visible()
    expect(page).to_have_url(re.compile("/lore/rooney/$"))
    summary.press("Enter")
    expect(claim.get_by_text("Nothing about it has changed")).to_be_hidden()


def test_without_script_the_trail_is_on_the_claims_own_page(plain_page):
    plain_page.goto("/lore/rooney/")
    plain_page.locator("#claim-D2").get_by_role("link", name="trail of D2").click()
    expect(plain_page).to_have_url(re.compile("/lore/claims/D2/$"))
    expect(plain_page.get_by_role("heading", level=1)).to_have_text("Claim D2")
    plain_page.get_by_role("link", name="Rooney", exact=True).click()
    expect(plain_page).to_have_url(re.compile("/lore/rooney/#claim-D2$"))


def test_an_editor_settles_a_rumour(any_page, enter, edith):
    enter(any_page, edith).goto("/lore/rumours/")
    any_page.locator("#claim-E3").get_by_role("link", name="address of this claim").click()
    any_page.goto("/lore/claims/E3/")
    any_page.get_by_role("link", name="Edit this claim").click()
    any_page.get_by_label("Confirmed").check()
    any_page.get_by_role("button", name="Save the claim").click()
    expect(any_page.get_by_text("This field is required.")).to_be_visible()
    any_page.get_by_label("Why").fill("He stands on the poster.")
    expect(any_page.get_by_text("Is that right?")).to_be_visible()
    any_page.get_by_label("Yes, source and date stay").check()
    any_page.get_by_role("button", name="Save the claim").click()
    expect(any_page.get_by_text("Claim E3 is saved.")).to_be_visible()
    expect(any_page.locator("#claim-E3")).to_have_attribute("data-status", "confirmed")
    any_page.goto("/lore/rumours/")
    expect(any_page.get_by_text("He stands on the poster.")).to_be_visible()


def test_an_editor_writes_what_replaces_a_claim_with_a_new_source(any_page, enter, edith):
    enter(any_page, edith).goto("/lore/claims/N1/edit/")
    any_page.get_by_role("link", name="Write what replaces it").click()
    any_page.get_by_label("The claim").fill("The release date given for [[Ballerina]] is July 2025.")
    any_page.get_by_text("A source that is not in the list").click()
    any_page.get_by_label("Kind").select_option("Interview")
    any_page.get_by_label("Title", exact=True).fill("A talk in the foyer")
    any_page.get_by_label("Published on").fill("2025-06-02")
    any_page.get_by_label("As of").fill("2025-06-02")
    any_page.get_by_label("Why").fill("It was put off by a month.")
    any_page.get_by_role("button", name="Let it take the old one’s place").click()
    expect(any_page.get_by_text("is July 2025.")).to_be_visible()
    old = any_page.locator("#claim-N1")
    expect(old).to_contain_text("superseded")
    old.get_by_role("link", name="what replaced it").click()
    expect(any_page.locator(".claim:target")).to_contain_text("A talk in the foyer")


def test_beside_the_text_a_claim_is_edited_in_place(page, enter, edith, faults):
    faults.expected.append("Status Error Code 422")
    enter(page, edith).goto("/lore/winston/edit/")
    beside = page.locator(".beside-claims")
    beside.get_by_role("link", name="Edit claim E3").click()
    form = beside.locator("form")
    form.get_by_label("Contradicted").check()
    form.get_by_role("button", name="Save the claim").click()
    expect(form.get_by_text("This field is required.")).to_be_visible()
    form.get_by_label("Why").fill("He said no.")
    form.get_by_label("Yes, source and date stay").check()
    form.get_by_role("button", name="Save the claim").click()
    expect(beside.locator("form")).to_have_count(0)
    expect(beside.locator(".is-contradicted")).to_be_visible()
    expect(page).to_have_url(re.compile("/lore/winston/edit/$"))
    assert Claim.objects.get(key="E3").status == "contradicted"


def test_beside_the_text_a_claim_is_added_or_left(page, enter, edith):
    enter(page, edith).goto("/lore/winston/edit/")
    beside = page.locator(".beside-claims")
    claims = beside.locator(".claim")
    before = claims.count()
    page.get_by_role("link", name="Add a claim").click()
    beside.get_by_role("link", name="Leave it as it is").click()
    expect(beside.locator("form")).to_have_count(0)
    page.get_by_role("link", name="Add a claim").click()
    form = beside.locator("form")
    form.get_by_label("The claim").fill("Winston keeps a hotel.")
    form.get_by_label("Reported").check()
    form.get_by_label("The article").check()
    form.get_by_label("As of").fill("2025-06-01")
    form.get_by_label("Why").fill("It says so.")
    form.get_by_role("button", name="Add the claim").click()
    expect(claims).to_have_count(before + 1)
    expect(beside.get_by_text("Winston keeps a hotel.")).to_be_visible()


def test_a_recap_asks_before_it_tells_more_than_was_seen(any_page):
    any_page.goto("/lore/catch-up/")
    secret = any_page.get_by_text("the dancers there are also being trained to kill")
    any_page.get_by_role("checkbox", name="Chapter 3").check()
    any_page.get_by_role("button", name="Tell me the story").click()
    expect(any_page).to_have_url(re.compile(r"/lore/catch-up/\?seen=chapter-3$"))
    expect(secret).to_have_count(0)
    any_page.get_by_role("link", name=re.compile("Show it once")).click()
    expect(any_page.get_by_role("heading", name="The story so far")).to_be_visible()
    any_page.get_by_role("link", name=re.compile("^E1 ?, confirmed")).click()
    expect(any_page.locator("#claim-E1")).to_be_in_viewport()


SCREENS = [
    *("/lore/claims/E3/", "/lore/claims/C1/", "/lore/rumours/"),
    *("/lore/catch-up/", "/lore/catch-up/?seen=chapter-3"),
]
EDITORS_SCREENS = ["/lore/claims/E3/edit/", "/lore/ballerina/claims/new/", "/lore/ballerina/claims/new/?supersedes=A1"]


@pytest.mark.parametrize("size", ["PHONE", "DESKTOP"])
def test_axe_and_the_ruler_find_nothing(open_page, enter, edith, in_both_themes, size, live_server):
    page = open_page(**getattr(chromium, size))
    page.context.add_cookies([{"name": "theme", "value": "night", "url": live_server.url}])
    _settle(edith)
    for screen in [*SCREENS, *EDITORS_SCREENS]:
        if screen == EDITORS_SCREENS[0]:
            enter(page, edith)
        page.goto(screen)
        assert in_both_themes(page) == [], screen
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), screen


def test_axe_finds_nothing_in_an_open_trail(page, axe_violations, edith):
    _settle(edith)
    page.goto("/lore/winston/")
    page.get_by_role("link", name="trail of E3").click()
    expect(page.get_by_text("So it was said.")).to_have_count(2)
    assert axe_violations(page) == []


def _settle(editor):
    mark_seen(editor)
    for status in ("reported", "rumour"):
        set_status(Claim.objects.get(key="E3"), status, editor=editor, reason="So it was said.")
    set_status(Claim.objects.get(key="E4"), "confirmed", editor=editor, reason="So it was said.")
