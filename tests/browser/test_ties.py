"""The map of ties in a browser: by keyboard, on a phone, on paper; and an editor who ties two pages."""

from django.contrib.auth.models import Group

from accounts.models import EDITORS
from lore.models import Spot, Tie
from tests.factories import make_fan

MAP = "/lore/ties/"


def boxes(page):
    """Where the labels stand, as the browser has drawn them."""
    return page.evaluate(
        "[...document.querySelectorAll('.node text')].map(text => { const box = text.getBoundingClientRect();"
        "return [box.left, box.top, box.right, box.bottom, text.textContent]; })"
    )


def overlaps(found):
    return [
        (one[4], other[4])
        for number, one in enumerate(found)
        for other in found[:number]
        if one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
    ]


def test_no_label_stands_on_another(page):
    page.goto(MAP)
    found = boxes(page)
    assert len(found) > 20
    assert overlaps(found) == []


def test_without_a_layout_none_does_either(page):
    assert Spot.objects.all().delete()[0]
    page.goto(MAP)
    assert overlaps(boxes(page)) == []


def test_by_keyboard_from_a_name_to_its_ties_and_its_page(page):
    page.goto(MAP)
    page.locator(".node[href='?page=rooney']").focus()
    assert "is trained by Ruska Roma" in page.locator(":focus").get_attribute("aria-label")
    page.keyboard.press("Enter")
    page.wait_for_url("**/lore/ties/?page=rooney")
    assert page.locator("h1").inner_text() == "Ties of Rooney"
    page.locator(".node.here").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/lore/rooney/")


def test_the_wide_map_scrolls_by_keyboard_inside_its_frame(page):
    page.goto(f"{MAP}?zoom=3")
    page.get_by_role("region", name="Map, scrolls").focus()
    page.keyboard.press("ArrowRight")
    left = page.evaluate(
        "new Promise(done => { let tries = 300; const frame = document.querySelector('.stage'); const look = () =>"
        "frame.scrollLeft || !tries-- ? done(frame.scrollLeft) : requestAnimationFrame(look); look() })"
    )
    assert left > 0
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_on_a_phone_the_map_comes_first_and_nothing_sticks_out(phone_page):
    phone_page.goto(MAP)
    assert phone_page.locator(".web").bounding_box()["y"] < phone_page.viewport_size["height"]
    assert phone_page.locator("#map").bounding_box()["y"] < phone_page.locator("#list").bounding_box()["y"]
    assert not phone_page.get_by_role("link", name="Organisations").is_visible()
    assert phone_page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_on_paper_the_table_stands_for_the_map(page):
    page.goto(MAP)
    page.emulate_media(media="print")
    assert not page.locator(".web").is_visible()
    assert page.get_by_role("table").is_visible()


def test_axe_finds_nothing(page, axe_violations):
    for address in (MAP, f"{MAP}?page=rooney&zoom=2", "/lore/rooney/"):
        page.goto(address)
        assert axe_violations(page) == [], address


def test_an_editor_ties_two_pages_and_unties_them(any_page, enter):
    editor = make_fan(username="edith")
    editor.groups.add(Group.objects.get(name=EDITORS))
    page = enter(any_page, editor)
    page.goto("/lore/the-director/ties/")
    page.get_by_label("How they are tied").select_option(label="leads")
    page.get_by_label("The other page", exact=False).last.fill("Ruska Roma")
    page.get_by_role("radio", name="(G3,").check()
    page.locator("#id_reason").fill("To try it")
    page.get_by_role("button", name="Tie them").click()
    assert page.get_by_text("Tied: The Director leads Ruska Roma.").is_visible()
    assert Tie.objects.filter(source__slug="the-director", kind="leads").exists()
    line = page.get_by_role("listitem").filter(has_text="The Director leads Ruska Roma")
    line.locator("summary").click()
    line.get_by_label("Why").fill("It was only tried")
    line.get_by_role("button").click()
    assert page.get_by_text("No longer tied: The Director leads Ruska Roma.").is_visible()
