"""An editor writes in the browser: with script (preview, names, drafts as they type) and without."""

import re

import pytest
from playwright.sync_api import expect

from lore.editing import save_revision
from lore.models import Draft, Page
from lore.prose import Prose
from lore.seeing import set_seen
from lore.spoilers import EVERYTHING
from tests.browser.test_screens import SIDEWAYS
from tests.factories import make_fan

EDIT = "/lore/rooney/edit/"


@pytest.fixture
def rooney(content):
    return Page.objects.get(slug="rooney")


@pytest.fixture
def edith(content, editor):
    set_seen(editor, EVERYTHING)
    return editor


def text_field(page):
    return page.locator("textarea[name=body]")


def save(page):
    with page.expect_response(lambda answer: answer.request.method == "POST" and "/edit/" in answer.url) as sent:
        page.get_by_role("button", name="Save the page").click()
    return sent.value.status


def test_with_script_the_preview_follows_what_is_typed(page, enter, edith, rooney):
    enter(page, edith).goto(rooney.get_absolute_url())
    page.get_by_role("link", name="Edit", exact=True).click()
    preview = page.locator("#preview")
    expect(preview.get_by_role("heading").first).to_be_visible()
    text_field(page).fill("## A new scene\n\nShe **dances** in [[The Continental]].")
    expect(preview.get_by_role("heading", name="A new scene")).to_be_visible()
    expect(preview.locator("strong", has_text="dances")).to_be_visible()
    expect(preview.get_by_role("link", name="The Continental")).to_be_visible()
    text_field(page).fill("One\n\n::: gives-away chapter-9\nx\n:::")
    expect(preview.get_by_text("Line 3:")).to_be_visible()
    text_field(page).fill("Mended.")
    expect(preview.get_by_text("Line 3:")).to_have_count(0)


def test_enter_in_the_search_for_pictures_looks_and_does_not_save(page, enter, edith, rooney):
    enter(page, edith).goto(EDIT)
    page.get_by_text("Around it: names").click()
    choices = page.get_by_role("radio")
    expect(choices).to_have_count(13)
    text_field(page).fill("Typed.")
    page.get_by_label("Other pictures").fill("nothing shows this")
    page.get_by_label("Other pictures").press("Enter")
    expect(choices).to_have_count(2)
    expect(page.get_by_role("radio", checked=True)).to_have_value(str(rooney.lead_image_id))
    expect(text_field(page)).to_have_value("Typed.")


def test_with_script_two_brackets_open_a_list_of_pages(page, enter, edith, rooney):
    enter(page, edith).goto(EDIT)
    field, names = text_field(page), page.get_by_role("listbox", name="Pages")
    field.fill("")
    field.press_sequentially("See [[rusk")
    expect(names.get_by_role("option").first).to_contain_text("Ruska Roma")
    expect(field).to_have_attribute("aria-activedescendant", "name-0")
    expect(page.locator("#live")).to_contain_text("Ruska Roma")
    field.press("Enter")
    expect(field).to_have_value("See [[Ruska Roma]]")
    expect(names).to_have_count(0)

    field.press_sequentially(" and [[rooni")
    expect(names.get_by_role("option").first).to_contain_text("Rooney")
    field.press("Escape")
    expect(names).to_have_count(0)
    expect(field).to_be_focused()
    field.press("Enter")
    expect(field).to_have_value("See [[Ruska Roma]] and [[rooni\n")

    field.fill("[[")
    field.press_sequentially("c")
    expect(names).to_be_visible()
    field.press("ArrowDown")
    expect(field).to_have_attribute("aria-activedescendant", "name-1")
    field.press("Tab")
    expect(names).to_have_count(0)
    expect(field).not_to_be_focused()


def test_with_script_a_name_can_be_tapped(phone_page, enter, edith, rooney):
    enter(phone_page, edith).goto(EDIT)
    field = text_field(phone_page)
    field.fill("")
    field.press_sequentially("[[rusk")
    phone_page.get_by_role("listbox", name="Pages").get_by_role("option").first.tap()
    expect(field).to_have_value("[[Ruska Roma]]")


def test_with_script_what_is_typed_is_kept_and_offered_again(page, enter, edith, rooney):
    enter(page, edith).goto(EDIT)
    text_field(page).fill("Half a sen")
    expect(page.get_by_text("Draft kept at")).to_be_visible()
    assert Draft.objects.get(fan=edith).fields["body"] == ["Half a sen"]
    page.goto("/")
    page.goto(EDIT)
    expect(page.get_by_text("You have a draft from")).to_be_visible()
    expect(text_field(page)).not_to_have_value("Half a sen")
    page.get_by_role("link", name="Go on with it").click()
    expect(text_field(page)).to_have_value("Half a sen")
    page.goto(EDIT)
    page.get_by_role("button", name="Throw it away").click()
    expect(page.get_by_text("The draft is thrown away.")).to_be_visible()
    assert not Draft.objects.exists()


def test_whoever_is_signed_out_while_writing_is_not_sent_away(page, enter, edith, rooney):
    enter(page, edith).goto(EDIT)
    page.context.clear_cookies(name="sessionid")
    text_field(page).fill("Typed long.")
    expect(page.get_by_text("You are signed out.")).to_be_visible()
    expect(text_field(page)).to_have_value("Typed long.")
    assert page.url.endswith(EDIT)


def test_an_editor_saves_a_page(any_page, enter, edith, rooney):
    number = rooney.current.number
    enter(any_page, edith).goto(EDIT)
    text_field(any_page).fill("## A new scene\n\nShe dances.")
    assert save(any_page) == 422  # the reason is missing
    expect(text_field(any_page)).to_have_value("## A new scene\n\nShe dances.")
    any_page.get_by_label("Why").fill("A scene was shown.")
    any_page.get_by_text("Around it:").click()
    any_page.get_by_label("Aliases").fill("The dancer")
    assert save(any_page) == 302
    expect(any_page.get_by_text(f"Saved as revision {number + 1}.")).to_be_visible()
    expect(any_page.get_by_role("heading", name="A new scene")).to_be_visible()
    any_page.goto("/lore/the-dancer/")
    expect(any_page).to_have_url(re.compile("/lore/rooney/$"))
    any_page.goto(EDIT)
    expect(any_page.get_by_text("You have a draft")).to_have_count(0)
    expect(any_page.get_by_text("We put back")).to_have_count(0)


def test_without_script_a_preview_and_a_draft_are_a_button_each(plain_page, enter, edith, rooney):
    enter(plain_page, edith).goto(EDIT)
    expect(plain_page.locator("#preview")).to_be_hidden()
    text_field(plain_page).fill("She **dances**.")
    plain_page.get_by_role("button", name="Preview").click()
    expect(plain_page.locator("#preview strong")).to_have_text("dances")
    expect(text_field(plain_page)).to_have_value("She **dances**.")
    plain_page.get_by_role("button", name="Keep as draft").click()
    expect(plain_page.get_by_text("The draft is kept.")).to_be_visible()
    expect(text_field(plain_page)).to_have_value("She **dances**.")
    assert Page.objects.get(slug="rooney").current == rooney.current


def test_of_two_editors_the_second_sees_both_versions_and_the_merge(any_page, enter, edith, rooney):
    other = make_fan(username="emma")
    enter(any_page, edith).goto(EDIT)
    body = text_field(any_page).input_value()
    text_field(any_page).fill(f"{body}\n\nMy last words.")
    any_page.get_by_label("Why").fill("An end")
    theirs = Prose.of(rooney.current).fields | {"body": f"Their first words.\n\n{rooney.current.body}"}
    save_revision(rooney, Prose(**theirs), editor=other, comment="A beginning")
    assert save(any_page) == 409
    expect(any_page.get_by_role("heading", level=1)).to_contain_text("Somebody else saved Rooney while you wrote")
    expect(any_page.get_by_text("both fit together")).to_be_visible()
    expect(any_page.locator("ins, .diff-new", has_text="Their first words.").first).to_be_visible()
    assert save(any_page) == 302
    expect(any_page.get_by_text("Their first words.")).to_be_visible()
    expect(any_page.get_by_text("My last words.")).to_be_visible()


def test_a_claim_is_added_beside_the_text_without_leaving_it(page, enter, edith, rooney):
    enter(page, edith).goto(EDIT)
    text_field(page).fill("Half a sen")
    beside = page.locator(".beside")
    beside.get_by_role("link", name="Add a claim").click()
    expect(beside.get_by_role("button", name="Add the claim")).to_be_visible()
    expect(text_field(page)).to_have_value("Half a sen")
    expect(page).to_have_url(re.compile(f"{EDIT}$"))


def test_a_page_is_deleted_and_brought_back(any_page, enter, edith, rooney):
    enter(any_page, edith).goto(EDIT)
    any_page.get_by_role("link", name="Delete").click()
    expect(any_page.get_by_role("heading", name="Pages that link to it")).to_be_visible()
    any_page.get_by_label("Why").fill("To try it.")
    any_page.get_by_role("button", name="Delete the page").click()
    any_page.get_by_role("link", name="Bring it back").click()
    any_page.get_by_role("button", name="Bring it back").click()
    expect(any_page.get_by_role("heading", level=1)).to_have_text("Rooney")


@pytest.mark.parametrize("address", [EDIT, "/lore/new/", "/lore/rooney/delete/", "/lore/rooney/rename/"])
def test_nothing_scrolls_sideways_on_a_narrow_phone_and_axe_is_content(
    open_page, enter, edith, rooney, axe_violations, address
):
    page = enter(open_page(viewport={"width": 360, "height": 740}, is_mobile=True, has_touch=True), edith)
    page.goto(address)
    for fold in page.locator("details.more > summary").all():
        fold.click()
    assert page.evaluate(SIDEWAYS) == []
    assert axe_violations(page) == []
