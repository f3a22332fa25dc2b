"""The timeline in a browser: by keyboard, on a phone, on paper."""

import pytest

TIMELINE = "/lore/timeline/"


def test_by_keyboard_from_the_picture_to_the_list(page):
    page.goto(TIMELINE)
    page.locator(".tracks .node[aria-label^='Filming ends']").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**#event-*")
    assert "Filming ends" in page.locator(":target").inner_text()


def test_the_wide_picture_scrolls_by_keyboard_inside_its_frame(page):
    page.goto(f"{TIMELINE}?zoom=3")
    page.get_by_role("region", name="Picture of the timeline").focus()
    page.keyboard.press("ArrowRight")
    left = page.evaluate(
        "new Promise(done => { let tries = 300; const frame = document.querySelector('.picture-scroll');"
        "const look = () => frame.scrollLeft || !tries-- ? done(frame.scrollLeft) : requestAnimationFrame(look);"
        "look() })"
    )
    assert left > 0
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("query", ["", "?zoom=2", "?order=release", "?track=real"])
def test_no_word_stands_on_another(page, query):
    page.goto(TIMELINE + query)
    boxes = page.evaluate(
        "[...document.querySelectorAll('.tracks text')].map(text => { const box = text.getBoundingClientRect();"
        "return [box.left, box.top, box.right, box.bottom, text.closest('a')?.textContent ?? text.textContent]; })"
    )
    assert len(boxes) > 5
    for number, one in enumerate(boxes):
        for other in (other for other in boxes[:number] if other[4] != one[4]):  # a label's own lines stand close
            over = one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
            assert not over, (one[4], other[4])


def test_on_a_phone_the_list_stands_for_the_picture(phone_page):
    phone_page.goto(TIMELINE)
    assert not phone_page.locator(".tracks").is_visible()
    assert phone_page.get_by_role("heading", name="From the World of John Wick: Ballerina").is_visible()
    assert phone_page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_on_paper_both_are_there_and_nothing_to_choose(page):
    page.goto(f"{TIMELINE}?zoom=3")
    page.emulate_media(media="print")
    assert page.locator(".tracks").is_visible()
    assert page.locator(".told").is_visible()
    assert not page.locator(".ways").is_visible()
    assert not page.locator(".tabs").is_visible()


def test_axe_finds_nothing(page, axe_violations):
    for query in ("", "?order=release&zoom=3", "?track=real"):
        page.goto(TIMELINE + query)
        assert axe_violations(page) == [], query
