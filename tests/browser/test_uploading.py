"""Pictures in a browser: an editor adds one, a fan suggests one and an editor takes it, with and without scripts."""

import io
import re

import pytest
from PIL import Image as Pillow
from playwright.sync_api import expect

from lore.models import Image, Page


@pytest.fixture
def drawing():
    """Heavy enough to take a moment on the way."""
    buffer = io.BytesIO()
    Pillow.effect_noise((1000, 700), 90).convert("RGB").save(buffer, "PNG")
    return {"name": "IMG_0001.png", "mimeType": "image/png", "buffer": buffer.getvalue()}


def shown(picture):
    """Loaded, not only named."""
    expect(picture).to_be_visible()
    picture.evaluate("image => image.decode()")
    return picture.evaluate("image => image.naturalWidth") > 1


def test_an_editor_adds_a_lead_picture(any_page, enter, editor, drawing):
    page = enter(any_page, editor)
    page.goto("/lore/rooney/")
    page.get_by_role("link", name="Add a picture").click()
    expect(page.get_by_label("Page optional")).to_have_value("Rooney")
    page.get_by_label("Picture", exact=True).set_input_files(drawing)
    page.get_by_label("What it shows").fill("Snow on a screen")
    page.get_by_label("Make it the page’s lead picture").check()
    page.get_by_role("button", name="Add it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Snow on a screen")
    page.get_by_role("link", name="Rooney", exact=True).click()
    assert shown(page.get_by_role("img", name="Snow on a screen"))
    image = Page.objects.get(slug="rooney").lead_image
    assert (image.alt, image.uploader, image.making) == ("Snow on a screen", editor, "ready")


def test_a_mistake_keeps_what_was_typed(any_page, enter, editor, drawing, faults):
    page = enter(any_page, editor)
    page.goto("/lore/pictures/new/")
    page.get_by_label("Picture", exact=True).set_input_files(drawing)
    page.get_by_label("What it shows").fill("IMG_0001.png")
    page.get_by_label("Credit").fill("Somebody kind")
    faults.expected.append("422")
    page.get_by_role("button", name="Add it").click()
    expect(page.get_by_text("That is a file’s name.")).to_be_visible()
    expect(page.get_by_label("Credit")).to_have_value("Somebody kind")
    assert not Image.objects.filter(credit="Somebody kind").exists()


def test_with_a_script_the_file_stays_chosen_and_its_way_is_shown(page, enter, editor, drawing, faults):
    enter(page, editor)
    page.goto("/lore/pictures/new/")
    page.evaluate("""() => document.addEventListener("htmx:xhr:progress", ({ detail }) => {
      if (detail.lengthComputable) window.told = !document.querySelector(".progress").hidden;
    })""")
    file = page.get_by_label("Picture", exact=True)
    file.set_input_files(drawing)
    page.get_by_label("What it shows").fill("A picture of")
    faults.expected.append("422")
    page.get_by_role("button", name="Add it").click()
    expect(page.get_by_text("no more than that it is a picture")).to_be_visible()
    assert page.evaluate("window.told")
    assert file.evaluate("field => field.files.length") == 1
    page.get_by_label("What it shows").fill("Snow on a screen")
    page.get_by_role("button", name="Add it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Snow on a screen")


def test_a_click_sets_the_focal_point(page, enter, editor):
    image = Page.objects.get(slug="rooney").lead_image or Image.objects.first()
    enter(page, editor)
    page.goto(f"/lore/pictures/{image.pk}/edit/")
    picture = page.locator("[data-focus] img")
    assert shown(picture)
    box = picture.bounding_box()
    picture.click(position={"x": box["width"] * 0.25, "y": box["height"] * 0.75})
    expect(page.get_by_label("Focal point from the left")).to_have_value(re.compile("2[456]"))
    expect(page.get_by_label("Focal point from the top")).to_have_value(re.compile("7[456]"))
    expect(page.locator(".focus-mark")).to_be_visible()
    page.get_by_label("Focal point from the left").fill("80")
    page.get_by_role("button", name="Save it").click()
    expect(page.get_by_text("The picture is saved.")).to_be_visible()
    page.goto("/lore/pictures/")
    card = page.locator(f"img[src*='/pictures/{image.pk}/'][src*='c80x7']")
    card.scroll_into_view_if_needed()
    assert shown(card)


def test_a_file_too_big_is_told_before_it_is_sent(page, enter, editor):
    enter(page, editor)
    page.goto("/lore/pictures/new/")
    huge = {"name": "a.png", "mimeType": "image/png", "buffer": bytes(10_400_000)}
    page.get_by_label("Picture", exact=True).set_input_files(huge)
    expect(page.get_by_role("alert")).to_have_text("This file has 10.4 MB; at most 10.0 MB can be sent.")


def test_a_fan_suggests_and_an_editor_approves(any_page, open_page, enter, fan, editor, drawing):
    page = enter(any_page, fan)
    page.goto("/lore/winston/")
    page.get_by_role("link", name="Suggest a picture").click()
    page.get_by_label("Picture", exact=True).set_input_files(drawing)
    page.get_by_label("What it shows").fill("Snow on a screen")
    page.get_by_label("A word to the editors").fill("I made it.")
    page.get_by_role("button", name="Send it to the editors").click()
    expect(page.get_by_text("An editor will look at your picture.")).to_be_visible()
    assert shown(page.get_by_role("img", name="Snow on a screen"))
    address = page.url

    stranger = open_page()
    stranger.goto("/lore/pictures/")
    expect(stranger.get_by_text("Snow on a screen")).to_have_count(0)

    other = enter(open_page(), editor)
    other.goto("/lore/desk/?queue=pictures")
    other.get_by_role("link", name="Winston").click()
    expect(other).to_have_url(address)
    assert shown(other.get_by_role("img", name="Snow on a screen"))
    other.get_by_label("What it shows").fill("Snow on an old screen")
    other.get_by_role("button", name="Approve it").click()
    expect(other.get_by_text("Approved: the picture is in the gallery.")).to_be_visible()

    stranger.goto("/lore/pictures/")
    expect(stranger.get_by_role("link", name="Snow on an old screen")).to_be_visible()
    page.reload()
    expect(page.get_by_text("Approved by edith")).to_be_visible()
