"""Every screen under axe, the ruler and the scales: signed out and in, night and matinée, phone and desktop."""

import pytest

from tests.browser import chromium
from tests.browser.screens import FAN, GUEST, MAIN, MORE, STAFF, furnish

WHO = (GUEST, FAN, STAFF)
NARROW = {**chromium.PHONE, "viewport": {"width": 360, "height": 740}}


@pytest.fixture
def site(content):
    return furnish()


@pytest.fixture
def look(open_page, live_server, site):
    """`look(who, window)`: a window of that size in which that person reads, at night if nothing else is said."""

    def look(who, window, theme="night"):
        page = open_page(**window)
        page.context.add_cookies(site.cookies(who, theme, live_server.url))
        return page

    return look


def faults(page, screens, judge):
    """What the judge says of each screen; nothing where all is well."""
    found = {}
    for name, address in screens.items():
        page.goto(address)
        if told := judge(page):
            found[name, address] = told
    return found


SIDEWAYS = """() => {
  // A page that is too wide makes a phone's window wider: it is held against the phone.
  const most = Math.min(document.documentElement.clientWidth, screen.width);
  if (document.documentElement.scrollWidth <= most) return [];
  const out = [...document.body.querySelectorAll("*")].filter((el) => el.getBoundingClientRect().right > most + 1);
  return [`${document.documentElement.scrollWidth} wide`, ...out.slice(0, 3).map((el) => el.outerHTML.slice(0, 120))];
}"""

# Controls are 44 px high and wide; links in running text have lines of 24. What is hidden or stands in a line is
# not a control.
SMALL = """() => {
  const control = "button, input, select, textarea, summary, .btn, .chip, .tabs a, nav a, .menu a";
  const least = (el) => el.matches(control) ? 44 : 24;
  const tick = "[type=checkbox], [type=radio]";
  const area = (el) => (el.matches(tick) && (el.closest("label") || el.closest(".field"))) || el;
  const covers = (el) => getComputedStyle(el, "::after").position === "absolute" && el.closest(".card");
  const height = (el) => {
    const box = (covers(el) || area(el)).getBoundingClientRect();
    const line = el.matches("p a, li a, dd a, td a") ? getComputedStyle(el.parentElement).lineHeight : "0";
    return Math.max(box.height, parseFloat(line) || 0);
  };
  const counts = (el) => el.checkVisibility({ visibilityProperty: true })
    && !el.matches(".skip, .vh, .btn-link, [type=hidden]") && !el.closest(".vh, [hidden]");
  return [...document.querySelectorAll("a[href], button, input, select, textarea, summary")].filter(counts)
    .filter((el) => height(el) + 0.5 < least(el))
    .map((el) => `${Math.round(height(el))} of ${least(el)}: ${el.outerHTML.replace(/\\s+/g, " ").slice(0, 110)}`);
}"""


@pytest.mark.parametrize("who", WHO)
def test_a_narrow_phone_has_room_for_everybody(look, site, in_both_themes, who):
    """axe finds nothing, nothing scrolls sideways, and every control is large enough for a thumb."""

    def judge(page):
        return page.evaluate(SIDEWAYS) + page.evaluate(SMALL) + in_both_themes(page)

    assert faults(look(who, NARROW), site.screens(who, MAIN, MORE), judge) == {}


@pytest.mark.parametrize("who", WHO)
def test_axe_finds_nothing_on_a_desktop(look, site, in_both_themes, who):
    assert faults(look(who, chromium.DESKTOP), site.screens(who, MAIN), in_both_themes) == {}


def test_axe_finds_nothing_in_what_opens_or_is_refused(look, site, in_both_themes):
    page = look(FAN, chromium.DESKTOP)
    page.goto("/theories/new/")
    page.get_by_label("We would know if").focus()
    page.get_by_label("The claim").fill("The dog gets a name of its own.")
    page.get_by_text("no way to tell").wait_for()  # what may be wrong with it, and the one that says the same
    page.locator("#hints a").first.wait_for()
    assert in_both_themes(page) == []
    page.get_by_role("button", name="Post it").click()
    page.locator(".errors").first.wait_for()
    assert in_both_themes(page) == []
    page.goto("/report/?kind=page&id=1")
    page.locator("main form").evaluate("form => form.noValidate = true")
    page.get_by_role("button", name="Send the report").click()
    page.locator(".errors").first.wait_for()
    assert in_both_themes(page) == []
    page.goto("/")
    page.locator(".me > summary").click()
    assert in_both_themes(page) == []
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    assert in_both_themes(page) == []


def test_axe_is_awake(look, axe_violations):
    page = look(GUEST, chromium.DESKTOP)
    page.goto("/rules/")
    page.evaluate("document.querySelector('h1').style.color = '#222'")
    page.evaluate("document.querySelector('main').append(document.createElement('input'))")
    assert {told.partition(":")[0] for told in axe_violations(page)} == {"color-contrast", "label"}


@pytest.mark.parametrize("who", [GUEST, FAN])
def test_the_calibration_is_drawn_within_its_frame(look, who):
    """For others in rough numbers, for the fan exactly; and the table beneath it has room."""
    page = look(who, NARROW)
    page.goto("/fans/vera/")
    chart = page.locator(".calibration > svg")
    assert page.get_by_role("heading", name="Calibration").is_visible()
    assert chart.bounding_box()["width"] > 250
    assert chart.locator(".point").count() == chart.locator(".band").count() >= 1
    assert chart.evaluate(OUTSIDE) == []
    page.get_by_text("The same as a table").click()
    assert page.locator(".calibration table").is_visible()
    assert page.evaluate(SIDEWAYS) == []


def test_no_order_of_theories_stands_alone_in_a_row(look):
    page = look(GUEST, NARROW)
    page.goto("/theories/")
    tops = page.locator(".tabs a").evaluate_all("tabs => tabs.map((tab) => tab.getBoundingClientRect().top)")
    assert [tops.count(top) for top in sorted(set(tops))] == [3, 3]


OUTSIDE = """svg => {
  const frame = svg.getBoundingClientRect();
  const is_out = (box) => box.left < frame.left - 1 || box.right > frame.right + 1 || box.top < frame.top - 1
    || box.bottom > frame.bottom + 1;
  return [...svg.querySelectorAll("text, circle, path")].filter((el) => is_out(el.getBoundingClientRect()))
    .map((el) => el.outerHTML);
}"""


def test_the_ruler_measures(look):
    page = look(GUEST, NARROW)
    page.goto("/rules/")
    assert page.evaluate(SIDEWAYS) == []
    page.evaluate("document.querySelector('h1').style.width = '400px'")
    page.evaluate("document.querySelector('.sign-in').style.minHeight = 0")
    assert page.evaluate(SIDEWAYS)[0] == "416 wide"
    assert len(page.evaluate(SMALL)) == 1


# Nothing moves

SHIFTS = """() => new Promise((tell) => {
  const moved = [];
  const note = (list) => { for (const shift of list.getEntries()) moved.push(shift.value); };
  new PerformanceObserver(note).observe({ type: "layout-shift", buffered: true });
  requestAnimationFrame(() => setTimeout(() => tell(moved.reduce((sum, value) => sum + value, 0)), 150));
})"""


@pytest.mark.parametrize("window", [chromium.PHONE, chromium.DESKTOP], ids=["phone", "desktop"])
def test_nothing_shifts_while_a_page_loads(look, site, window):
    page = look(GUEST, window)
    for address in ("/", "/lore/rooney/", site.address("{theory}"), "/theories/"):
        page.goto(address, wait_until="networkidle")
        page.evaluate("document.fonts.ready.then(() => {})")
        assert page.evaluate(SHIFTS) == 0, address


def test_the_scales_feel_a_shift(look):
    page = look(GUEST, chromium.DESKTOP)
    page.goto("/rules/", wait_until="networkidle")
    page.evaluate("document.querySelector('main').style.marginTop = '200px'")
    assert page.evaluate(SHIFTS) > 0
