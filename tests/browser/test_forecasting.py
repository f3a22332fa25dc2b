"""Saying how sure one is, with JavaScript and without."""

from playwright.sync_api import expect

from tests.factories import make_fan
from tests.factories_theories import make_forecast, make_theory
from theories.models import Forecast


def test_from_a_first_word_to_taking_it_back(any_page, enter, fan, author):
    theory = make_theory(author)
    make_forecast(make_fan(username="otto"), theory, 37)
    page = enter(any_page, fan)
    page.goto(theory.get_absolute_url())
    box = page.locator("#forecast")
    expect(box.get_by_text("37 %")).to_have_count(0)

    box.get_by_label("Chance that it comes true").fill("61")
    box.get_by_role("button", name="Say so").click()
    expect(box.get_by_text("You have said 61 %")).to_be_visible()
    expect(box.locator(".figure")).to_have_text("61 % from 2 forecasts")
    expect(box.get_by_role("img", name="The crowd’s course")).to_be_visible()

    box.get_by_role("button", name="25 %").click()
    expect(box.get_by_text("You have said 25 %")).to_be_visible()
    box.get_by_role("button", name="Take it back").click()
    expect(box.get_by_role("button", name="Say so")).to_be_visible()
    expect(box.locator(".figure")).to_have_text("37 % from 1 forecast")
    assert [row.probability for row in Forecast.objects.filter(fan=fan)] == [61, 25]


def test_on_a_phone_a_tap_after_typing_hits_what_was_tapped(phone_page, enter, fan, author):
    theory = make_theory(author)
    enter(phone_page, fan).goto(theory.get_absolute_url())
    phone_page.get_by_label("Chance that it comes true").fill("70")
    phone_page.get_by_role("button", name="95 %").click()
    box = phone_page.get_by_role("complementary", name="Vote and forecast")
    expect(box.get_by_text("You have said 95 %")).to_be_visible()
