"""A fan suggests an edit, an editor reviews it, and the fan hears what became of it."""

import re

import pytest
from django.core import mail
from playwright.sync_api import expect

from lore.editing import save_revision
from lore.models import Page, Suggestion
from lore.prose import Prose
from lore.suggesting import suggest

LEAD = "The manager of the [[The Continental|Continental]] in New York, and nobody’s fool."


@pytest.fixture
def winston(content) -> Page:
    return Page.objects.get(slug="winston")


def send(page, button):
    """Presses it and gives the status of the answer to what was sent."""
    with page.expect_response(lambda answer: answer.request.method == "POST" and "preview" not in answer.url) as sent:
        page.get_by_role("button", name=button, exact=True).click()
    return sent.value.status


def move_on(page, **changed):
    page.refresh_from_db()
    save_revision(page, Prose(**(Prose.of(page.current).fields | changed)), editor=None, comment="Meanwhile.")


def test_from_a_fans_suggestion_to_their_name_in_the_history(any_page, open_page, enter, fan, editor, winston):
    enter(any_page, fan)
    any_page.goto("/settings/seen/")
    any_page.get_by_role("checkbox", name="Shield nothing").check()
    any_page.get_by_role("main").get_by_role("button").first.click()
    any_page.goto(winston.get_absolute_url())
    any_page.get_by_role("link", name="Suggest an edit").click()
    any_page.get_by_label("Lead", exact=True).fill(LEAD)
    assert send(any_page, "Send the suggestion") == 422  # why?
    expect(any_page.get_by_label("Lead", exact=True)).to_have_value(LEAD)
    any_page.get_by_label("Why", exact=True).fill("The first film says so.")
    assert send(any_page, "Send the suggestion") == 303
    expect(any_page.get_by_text("Your suggestion is with the editors.")).to_be_visible()
    made = Suggestion.objects.get()

    desk = enter(open_page(), editor)
    desk.goto("/lore/desk/")
    expect(desk.get_by_role("link", name="Suggestions 1")).to_be_visible()
    desk.get_by_role("main").get_by_role("link", name=re.compile("Winston|A suggestion that")).first.click()
    if desk.get_by_role("link", name="Show it once").count():
        desk.get_by_role("link", name="Show it once").click()
    expect(desk.locator(".diff-new", has_text="nobody’s fool").first).to_be_visible()
    expect(desk.get_by_text("The first film says so.").first).to_be_visible()
    desk.get_by_text("Amend the text first").click()
    desk.get_by_label("Lead", exact=True).fill(f"{LEAD} So far.")
    assert send(desk, "Approve") == 303
    expect(desk.get_by_text("Approved: it stands on the page")).to_be_visible()

    winston.refresh_from_db()
    assert winston.current.lead == f"{LEAD} So far."
    assert (winston.current.editor, winston.current.credited_to) == (editor, fan)
    assert made.get_absolute_url() in mail.outbox[0].body
    any_page.goto(f"{winston.get_absolute_url()}history/")
    expect(any_page.get_by_text("suggested by fan").first).to_be_visible()
    any_page.goto("/fans/fan/")
    row = any_page.locator("#main li", has_text="The first film says so.")
    expect(row.get_by_text("approved")).to_be_visible()
    stranger = open_page()
    stranger.goto("/fans/fan/")
    expect(stranger.get_by_role("heading", name="Lore contributions")).to_be_visible()


def test_a_declined_one_comes_back_with_the_reason(plain_page, open_page, enter, fan, admin, winston):
    made = _suggest(fan, winston, lead=LEAD)
    enter(plain_page, admin)
    plain_page.goto(f"{made.get_absolute_url()}?reveal=source-{winston.pk}")
    plain_page.get_by_text("Decline it instead").click()
    assert send(plain_page, "Decline") == 422
    plain_page.get_by_label("Why you decline it").fill("We have no source for that.")
    assert send(plain_page, "Decline") == 303
    fans = enter(open_page(), fan)
    fans.goto("/fans/fan/")
    expect(fans.get_by_text("We have no source for that.")).to_be_visible()


def test_words_meet_what_was_saved_meanwhile(any_page, enter, fan, winston, faults):
    faults.expected.append("409")
    enter(any_page, fan)
    any_page.goto(f"{winston.get_absolute_url()}suggest/?reveal=source-{winston.pk}")
    any_page.get_by_label("Lead", exact=True).fill(LEAD)
    any_page.get_by_label("Why", exact=True).fill("The first film says so.")
    move_on(winston, title="Winston Scott")
    assert send(any_page, "Send the suggestion") == 409
    expect(any_page.get_by_label("Title", exact=True)).to_have_value("Winston Scott")
    expect(any_page.get_by_label("Lead", exact=True)).to_have_value(LEAD)
    assert send(any_page, "Send the suggestion") == 303
    assert Suggestion.objects.get().lead == LEAD


def test_a_preview_shows_the_text_as_it_will_look(any_page, enter, fan, winston):
    enter(any_page, fan)
    any_page.goto(f"{winston.get_absolute_url()}suggest/?reveal=source-{winston.pk}")
    any_page.get_by_label("Lead", exact=True).fill(LEAD)
    any_page.get_by_role("button", name="Preview").click()
    expect(any_page.locator("#preview").get_by_role("link", name="Continental", exact=True)).to_be_visible()
    expect(any_page.get_by_label("Lead", exact=True)).to_have_value(LEAD)


def test_a_fan_withdraws_one(plain_page, enter, fan, winston):
    made = _suggest(fan, winston, lead=LEAD)
    enter(plain_page, fan)
    plain_page.goto(made.get_absolute_url())
    if plain_page.get_by_role("link", name="Show it once").count():
        plain_page.get_by_role("link", name="Show it once").click()
    plain_page.get_by_role("button", name="Withdraw it").click()
    expect(plain_page.get_by_text("Your suggestion is withdrawn.")).to_be_visible()
    assert not Suggestion.objects.get().is_open


@pytest.mark.parametrize("size", ["page", "phone_page"])
def test_its_pages_hold_nothing_that_axe_objects_to(request, enter, admin, fan, winston, axe_violations, size):
    window = request.getfixturevalue(size)
    made = _suggest(fan, winston, lead=LEAD)
    move_on(winston, lead="Meanwhile.")
    enter(window, admin)
    for place in ("/lore/desk/", "/lore/desk/?queue=rumours", f"{made.get_absolute_url()}?reveal=source-{winston.pk}"):
        window.goto(place)
        assert axe_violations(window) == []
    window.context.clear_cookies()
    enter(window, fan)
    for place in ("/fans/fan/", f"/lore/winston/suggest/?reveal=source-{winston.pk}"):
        window.goto(place)
        assert axe_violations(window) == []


def _suggest(fan, page, **changed) -> Suggestion:
    prose = Prose(**(Prose.of(page.current).fields | changed))
    return suggest(fan, page, prose, comment="The first film says so.", based_on=page.current_id)
