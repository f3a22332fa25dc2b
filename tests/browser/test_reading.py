"""Reading the lore: from the index to a claim, past the shield, by search, in either theme."""

import re

import pytest
from playwright.sync_api import expect

SECRET = "the dancers we see in it are also being trained to kill"
"""Stands on the page of the Ruska Roma, in a part that gives away Chapter 3."""


def test_from_the_index_to_a_claim_and_its_own_address(any_page):
    any_page.goto("/lore/")
    any_page.get_by_role("link", name="Ruska Roma", exact=True).click()
    expect(any_page).to_have_url(re.compile("/lore/ruska-roma/$"))
    expect(any_page.get_by_role("heading", level=1)).to_have_text("Ruska Roma")
    contents = any_page.get_by_role("navigation", name="On this page")
    contents.get_by_role("link", name="What is claimed").click()
    expect(any_page).to_have_url(re.compile("#claims$"))
    claim = any_page.locator("#claim-E1")
    expect(claim).to_have_attribute("data-status", re.compile("[a-z]+"))
    claim.get_by_role("link", name="address of this claim").click()
    expect(any_page).to_have_url(re.compile("#claim-E1$"))
    expect(any_page.locator(".claim:target")).to_be_in_viewport()


def test_on_a_phone_contents_and_facts_open_when_asked(phone_page):
    phone_page.goto("/lore/rooney/")
    contents = phone_page.get_by_role("navigation", name="On this page")
    expect(contents).to_be_hidden()
    phone_page.get_by_text("On this page").tap()
    contents.get_by_role("link", name="What is claimed").tap()
    expect(phone_page.locator("#claims h2")).to_be_in_viewport()
    expect(phone_page.locator(".factbox dl")).to_be_hidden()
    phone_page.get_by_text("Facts", exact=True).tap()
    expect(phone_page.locator(".factbox dl")).to_be_visible()


@pytest.mark.parametrize(
    ("alias", "slug"),
    [("bowery-king", "the-bowery-king"), ("ana-de-armas", "ana-de-armas"), ("the-ballerina", "rooney")],
)
def test_an_alias_leads_to_its_page(page, alias, slug):
    page.goto(f"/lore/{alias}/")
    expect(page).to_have_url(re.compile(f"/lore/{slug}/$"))
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def test_a_page_that_is_not_there_offers_near_names(page):
    assert page.goto("/lore/rooney-macarro/").status == 404
    page.get_by_role("link", name="Rooney", exact=True).click()
    expect(page).to_have_url(re.compile("/lore/rooney/$"))


def test_a_newcomer_sees_the_shield_and_looks_behind_it_once(any_page):
    any_page.goto("/lore/ruska-roma/")
    shield = any_page.locator(".shield", has_text="This part gives away Chapter 3.")
    expect(shield).to_be_visible()
    assert SECRET not in any_page.content()
    shield.get_by_role("link", name=re.compile("Show it once.*this part gives away Chapter 3")).click()
    expect(any_page.get_by_text(SECRET)).to_be_in_viewport()
    expect(any_page.locator(".shield", has_text="This claim gives away")).to_be_visible()
    any_page.goto("/lore/ruska-roma/")
    assert SECRET not in any_page.content()


def test_who_says_what_they_have_seen_finds_it_open(any_page):
    any_page.goto("/lore/ruska-roma/")
    any_page.locator(".shield").first.get_by_role("link", name="I have seen it").click()
    expect(any_page).to_have_url(re.compile("/settings/seen/"))
    any_page.get_by_role("checkbox", name="Chapter 3").check()
    any_page.get_by_role("button", name="Save").click()
    expect(any_page).to_have_url(re.compile("/lore/ruska-roma/$"))
    expect(any_page.get_by_text(SECRET)).to_be_visible()
    expect(any_page.locator(".shield")).to_have_count(0)
    any_page.goto("/")
    expect(any_page.get_by_role("link", name=re.compile("Chapter 3 ?: seen, change"))).to_be_visible()
    expect(any_page.get_by_role("link", name=re.compile("Chapter 4 ?: not seen, change"))).to_be_visible()


def test_what_a_guest_has_seen_comes_along_at_sign_in(page, fan):
    page.goto("/settings/seen/?next=/accounts/login/")
    page.get_by_role("checkbox", name="Chapter 3").check()
    page.get_by_role("button", name="Save").click()
    page.get_by_label("User name or e-mail").fill("fan")
    page.get_by_label("Password", exact=True).fill("correct-horse-42")
    page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()
    expect(page.locator(".me")).to_be_visible()
    page.context.clear_cookies(name="seen")
    page.goto("/lore/ruska-roma/")
    expect(page.get_by_text(SECRET)).to_be_visible()


def test_search_finds_lore_and_theories_and_marks_the_words(any_page):
    any_page.goto("/")
    field = any_page.get_by_role("searchbox", name="Search lore and theories")
    field.fill("high tab")
    field.press("Enter")
    expect(any_page).to_have_url(re.compile(r"/search/\?q=high"))
    expect(any_page.locator("mark").first).to_be_visible()
    any_page.get_by_role("link", name="Rooney is the one who brings down the High Table").click()
    expect(any_page).to_have_url(re.compile("/theories/[0-9]+/rooney-is"))


def test_the_timeline_turns_from_story_to_release(plain_page):
    plain_page.goto("/lore/timeline/?order=story")
    works = plain_page.locator(".timeline-list").first.locator("h3")
    expect(works.nth(3)).to_contain_text("Ballerina")
    plain_page.get_by_role("link", name="Release order").click()
    expect(works.last).to_contain_text("Ballerina")


@pytest.mark.parametrize(("button", "theme", "scheme"), [("Night", "night", "dark"), ("Matinée", "matinee", "light")])
def test_a_theme_stays_once_chosen(plain_page, button, theme, scheme):
    plain_page.goto("/lore/")
    plain_page.get_by_role("link", name="Night or matinée").click()
    plain_page.get_by_role("button", name=button).click()
    expect(plain_page).to_have_url(re.compile("/lore/$"))
    for address in ("/lore/", "/theories/", "/accounts/login/"):
        plain_page.goto(address)
        expect(plain_page.locator("html")).to_have_attribute("data-theme", theme)
        expect(plain_page.locator("html")).to_have_css("color-scheme", scheme)


def test_the_theme_follows_the_device_again(plain_page):
    plain_page.goto("/settings/theme/")
    plain_page.get_by_role("button", name="Night").click()
    plain_page.goto("/settings/theme/")
    plain_page.get_by_role("button", name="As my device does").click()
    ground = {}
    for scheme in ("dark", "light"):
        plain_page.emulate_media(color_scheme=scheme)
        ground[scheme] = plain_page.locator("html").evaluate("page => getComputedStyle(page).backgroundColor")
    assert ground["dark"] != ground["light"]
