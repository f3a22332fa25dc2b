"""The whole site without a mouse."""

import pytest
from playwright.sync_api import expect

from theories.models import Theory

FOCUS = """() => {
  const at = document.activeElement, looks = getComputedStyle(at), card = at.closest(".card, .search");
  const framed = (style) => style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
  const shown = at.matches("[type=checkbox], [type=radio]") ? at.closest("label") ?? at : at;
  return {
    name: (at.innerText || at.ariaLabel || at.value || at.id || at.tagName).trim().slice(0, 60),
    id: at.id,
    isBody: at === document.body,
    isFramed: framed(looks) || framed(getComputedStyle(shown)) || (!!card && framed(getComputedStyle(card))),
    isInSight: shown.checkVisibility() && shown.getClientRects().length > 0,
  };
}"""


def tabs_through(page, most=150):
    """Every stop of the Tab key, until focus leaves the page."""
    stops = []
    for _ in range(most):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUS)
        if stop["isBody"]:
            return stops
        stops.append(stop)
    return stops


def unframed(stops):
    """A field for dates is several stops, the last of which the browser frames by itself."""
    framed = {stop["id"] for stop in stops if stop["id"] and stop["isFramed"]}
    return [stop["name"] for stop in stops if not stop["isInSight"] or not (stop["isFramed"] or stop["id"] in framed)]


@pytest.mark.parametrize("address", ["/", "/lore/ruska-roma/", "/theories/", "/accounts/login/", "/settings/seen/"])
def test_every_stop_of_the_tab_key_can_be_seen(page, address):
    page.goto(address)
    stops = tabs_through(page)
    assert len(stops) > 10
    assert stops[0]["name"] == "Skip to the content"
    assert unframed(stops) == []


def test_the_form_for_a_theory_too(page, enter, fan):
    enter(page, fan)
    page.goto("/theories/new/")
    assert unframed(tabs_through(page)) == []


def test_the_judge_sees_a_stop_without_a_frame(page):
    page.goto("/rules/")
    page.evaluate("document.querySelector('.brand').style.outline = 'none'")
    assert unframed(tabs_through(page)) == ["Ballerina Archive"]


def test_the_skip_link_skips(page):
    page.goto("/theories/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


def test_from_the_front_page_to_a_vote(page, enter, fan):
    enter(page, fan)
    page.goto("/")
    theory = Theory.objects.get(seed_key="team-up")
    _tab_to(page, theory.claim)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(theory.claim)
    _tab_to(page, "Believe")
    page.keyboard.press("Space")
    expect(page.locator("#live")).to_have_text("You believe it.")
    expect(page.get_by_role("button", name="Believe")).to_be_focused()


def _tab_to(page, name):
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate(FOCUS)["name"].startswith(name[:40]):
            return
    pytest.fail(f"Tab never came to “{name}”")


def test_the_shield_opens_by_key(page):
    page.goto("/lore/ruska-roma/")
    _tab_to(page, "Show it once")
    page.keyboard.press("Enter")
    expect(page.locator(".revealed")).to_be_in_viewport()


def test_slash_is_search_and_stays_a_slash_where_one_writes(page):
    page.goto("/lore/rooney/")
    page.keyboard.press("/")
    field = page.get_by_role("searchbox")
    expect(field).to_be_focused()
    page.keyboard.type("and/or?")
    expect(field).to_have_value("and/or?")
    expect(page.locator(".keys")).to_have_count(0)


def test_slash_on_a_phone_leads_to_the_search_page(phone_page):
    phone_page.goto("/lore/rooney/")
    phone_page.keyboard.press("/")
    expect(phone_page.get_by_role("searchbox", name="Search for")).to_be_visible()
    phone_page.keyboard.press("/")
    expect(phone_page.get_by_role("searchbox", name="Search for")).to_be_focused()


def test_j_and_k_walk_the_cards_shielded_ones_too(page):
    page.goto("/theories/")
    cards = page.locator(".card a:is(h3 a, .shield-card a)")
    for number in (0, 1, 2, 3, 3):
        page.keyboard.press("j")
        expect(cards.nth(number)).to_be_focused()
    page.keyboard.press("k")
    expect(cards.nth(2)).to_be_focused()


def test_help_opens_closes_and_is_no_trap(page):
    page.goto("/lore/")
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keys")
    expect(dialog).to_be_visible()
    page.keyboard.press("j")
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()


def test_the_keys_can_be_turned_off(page):
    page.goto("/lore/")
    page.keyboard.press("?")
    page.get_by_role("button", name="Turn these keys off").click()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).not_to_be_focused()
    page.keyboard.press("?")
    page.get_by_role("button", name="Turn these keys on").click()
    page.get_by_role("button", name="Close").click()
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()


def test_the_menu_opens_and_escape_closes_it(page, enter, fan):
    enter(page, fan)
    page.goto("/")
    page.locator(".me > summary").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Your profile")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Your profile")).to_be_hidden()
    expect(page.locator(".me > summary")).to_be_focused()
