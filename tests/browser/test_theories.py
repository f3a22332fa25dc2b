"""Posting a theory and voting on it, with JavaScript and without."""

import re

import pytest
from playwright.sync_api import expect

from tests.factories_theories import make_theory
from theories.models import Theory, Vote

CLAIM = "Rooney opens an academy of her own before the credits roll."
CASE = "She has the training, and a **reason**: see [[Ruska Roma]]."
CRITERIA = "A released film shows her teaching."


def fill_in(page):
    page.get_by_label("The claim").fill(CLAIM)
    page.get_by_label("The case").fill(CASE)
    page.get_by_label("We would know if").fill(CRITERIA)
    page.get_by_label("Rests on").fill("E1\nagainst: Rooney")
    page.get_by_role("checkbox", name="rooney").check()


def holds_what_was_typed(page):
    expect(page.get_by_label("The claim")).to_have_value(CLAIM)
    expect(page.get_by_label("The case")).to_have_value(CASE)
    expect(page.get_by_label("We would know if")).to_have_value(CRITERIA)
    expect(page.get_by_label("Rests on")).to_have_value("E1\nagainst: Rooney")
    expect(page.get_by_role("checkbox", name="rooney")).to_be_checked()


def send(page, button):
    """Presses it and gives the status of the answer to what was sent."""
    with page.expect_response(
        lambda answer: answer.request.method == "POST" and answer.request.is_navigation_request()
    ) as sent:
        page.get_by_role("button", name=button).click()
    return sent.value.status


def test_from_a_draft_to_a_posted_theory(any_page, enter, fan):
    enter(any_page, fan)
    any_page.goto("/theories/")
    any_page.get_by_role("link", name="Post a theory").click()
    fill_in(any_page)
    assert send(any_page, "Keep as draft") == 303
    expect(any_page.get_by_text("The draft is kept.")).to_be_visible()
    assert Theory.objects.get(author=fan).is_draft
    any_page.goto("/theories/drafts/")
    any_page.get_by_role("link", name=CLAIM).click()
    holds_what_was_typed(any_page)

    assert send(any_page, "Post it") == 422  # by when is still open
    holds_what_was_typed(any_page)
    expect(any_page.locator(".summary")).to_be_focused()
    any_page.locator(".summary").get_by_role("link", name="By a day").click()
    expect(any_page.get_by_label("By a day")).to_be_focused()

    any_page.get_by_label("By", exact=False).first.fill("2035-01-31")
    assert send(any_page, "Post it") == 303
    expect(any_page.get_by_role("heading", level=1)).to_have_text(CLAIM)
    expect(any_page.get_by_text("Your theory is posted.")).to_be_visible()
    expect(any_page.locator("#case strong")).to_have_text("reason")
    expect(any_page.locator("#rests-on .cite")).to_have_count(2)
    any_page.goto("/theories/?order=new")
    expect(any_page.locator(".theory-card h3").first).to_have_text(CLAIM)
    any_page.goto("/theories/drafts/")
    expect(any_page.get_by_text("No drafts")).to_be_visible()


def test_a_preview_shows_the_case_as_it_will_look(page, enter, fan):
    enter(page, fan)
    page.goto("/theories/new/")
    page.get_by_label("The case").fill(CASE)
    page.get_by_role("button", name="Preview the case").click()
    expect(page.locator("#preview strong")).to_have_text("reason")
    expect(page.locator("#preview").get_by_role("link", name="Ruska Roma")).to_be_visible()


def test_hints_and_names_come_while_one_types(page, enter, fan, author):
    make_theory(author, claim="Rooney opens an academy of her own.")
    enter(page, fan)
    page.goto("/theories/new/")
    page.get_by_label("The claim").press_sequentially("Rooney opens her own academy and it burns")
    hints = page.locator("#hints")
    expect(hints).to_contain_text("two claims in one")
    expect(hints).not_to_contain_text("no way to tell")  # they have not come to that field
    expect(hints.get_by_role("link", name="Rooney opens an academy of her own.")).to_be_visible()
    page.get_by_label("We would know if").focus()
    page.get_by_label("The claim").press("End")
    page.get_by_label("The claim").press_sequentially(".")
    expect(hints).to_contain_text("no way to tell")
    cited = page.get_by_label("Rests on")
    cited.press_sequentially("E1")
    cited.press("Enter")
    cited.press_sequentially("against: ruska")
    page.get_by_role("option", name="Ruska Roma").first.click()
    expect(cited).to_have_value("E1\nagainst: Ruska Roma")
    expect(page.locator("#cited")).to_contain_text("(E1, confirmed), on")
    expect(page.locator("#cited")).to_contain_text("against: Ruska Roma")
    tags = page.get_by_label("Or type tags")
    tags.press_sequentially("sequels, the balle")
    page.get_by_role("option", name="the-ballerina").click()
    expect(tags).to_have_value("sequels, rooney")
    tags.press_sequentially(", sequels-none")
    page.get_by_role("button", name="Check it").click()
    expect(hints).to_be_in_viewport()
    expect(hints).to_contain_text("No tag is called “sequels-none”")
    expect(page.get_by_label("The claim")).to_have_value("Rooney opens her own academy and it burns.")
    assert not Theory.objects.filter(author=fan).exists()


def test_words_typed_are_still_there_after_closing_the_window(page, enter, fan):
    enter(page, fan)
    page.goto("/theories/new/")
    page.get_by_label("The claim").fill(CLAIM)
    page.goto("/")
    page.goto("/theories/new/")
    expect(page.get_by_label("The claim")).to_have_value(CLAIM)
    page.get_by_role("button", name="Throw it away").click()
    expect(page.get_by_label("The claim")).to_have_value("")


def test_what_is_typed_is_saved_on_the_server_by_itself(page, enter, fan):
    """From another browser one goes on with it; posting it leaves nothing behind, and no server's copy in this one."""
    enter(page, fan)
    page.goto("/theories/new/")
    page.get_by_label("The claim").fill(CLAIM)
    page.get_by_label("By a day").fill("2035-01-31")
    expect(page.get_by_text("Saved as a draft")).to_be_visible()
    assert page.evaluate("localStorage.getItem('draft:theory-new')") is None
    page.goto("/theories/drafts/")
    page.get_by_role("link", name=CLAIM).click()
    page.get_by_label("The case").fill(CASE)
    page.get_by_label("We would know if").fill(CRITERIA)
    expect(page.get_by_text("Saved as a draft")).to_be_visible()
    # The window is closed with a word that only the browser has: it is put back, and nothing is doubled.
    page.get_by_label("The case").press_sequentially("!")
    page.goto("/theories/new/")
    expect(page.get_by_label("The case")).to_have_value(f"{CASE}!")
    assert send(page, "Post it") == 303
    assert Theory.objects.get(author=fan).case == f"{CASE}!"
    page.goto("/theories/drafts/")
    expect(page.get_by_text("No drafts")).to_be_visible()


def test_a_draft_kept_as_it_was_typed_is_not_put_back_once_more(page, enter, fan):
    enter(page, fan)
    page.goto("/theories/new/")
    page.get_by_label("The claim").fill(CLAIM)
    page.get_by_label("Or type tags").fill("no-such-tag")
    assert send(page, "Keep as draft") == 303
    expect(page.get_by_text("The draft is kept as you typed it.")).to_be_visible()
    expect(page.locator(".summary")).to_contain_text("No tag is called “no-such-tag”")
    expect(page.get_by_label("Or type tags")).to_have_value("no-such-tag")
    expect(page.get_by_text("We put back")).to_have_count(0)
    assert page.evaluate("localStorage.getItem('draft:theory-new')") is None


# Voting


@pytest.fixture
def theory(content, author):
    return make_theory(author, claim="The dog gets a name.")


def counts(page):
    return re.sub(r"\s+", " ", page.locator("#vote .lab").inner_text()).strip()


def test_believe_doubt_and_withdraw_without_a_page_load(page, enter, fan, theory):
    enter(page, fan)
    page.goto(theory.get_absolute_url())
    loads = []
    page.on("framenavigated", lambda frame: loads.append(frame.url))
    believe, doubt = page.get_by_role("button", name="Believe"), page.get_by_role("button", name="Doubt")
    for button, said, pressed, shown in [
        (believe, "You believe it.", (True, False), "1 believes"),
        (doubt, "You doubt it.", (False, True), "1 doubts"),
        (doubt, "Your vote is taken back.", (False, False), "No votes yet"),
    ]:
        button.click()
        expect(page.locator("#live")).to_have_text(said)
        expect(page.locator("#vote .note")).to_have_text(said)
        expect(believe).to_have_attribute("aria-pressed", str(pressed[0]).lower())
        expect(doubt).to_have_attribute("aria-pressed", str(pressed[1]).lower())
        assert shown in counts(page)
    assert loads == []
    assert not Vote.objects.filter(fan=fan).exclude(value=0).exists()


def test_believe_doubt_and_withdraw_without_javascript(plain_page, enter, fan, theory):
    enter(plain_page, fan)
    plain_page.goto(theory.get_absolute_url())
    for button, shown in [("Believe", "1 believes"), ("Doubt", "1 doubts"), ("Doubt", "No votes yet")]:
        plain_page.get_by_role("button", name=button).click()
        expect(plain_page).to_have_url(re.compile("#vote$"))
        assert shown in counts(plain_page)


def test_focus_stays_on_the_vote(page, enter, fan, theory):
    enter(page, fan)
    page.goto(theory.get_absolute_url())
    page.get_by_role("button", name="Believe").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#live")).to_have_text("You believe it.")
    expect(page.get_by_role("button", name="Believe")).to_be_focused()


def test_a_refused_vote_says_why_and_goes_back_to_what_it_was(page, enter, fan, theory, faults):
    faults.expected.append("409")
    enter(page, fan)
    page.goto(theory.get_absolute_url())
    Theory.objects.filter(pk=theory.pk).update(is_locked=True)
    page.get_by_role("button", name="Believe").click()
    expect(page.locator("#vote")).to_contain_text(re.compile("locked", re.IGNORECASE))
    assert not Vote.objects.filter(fan=fan).exists()


def test_a_vote_that_fails_says_so_beside_the_button(page, enter, fan, theory, faults):
    faults.expected.append("500")
    enter(page, fan)
    page.goto(theory.get_absolute_url())
    page.route("**/vote/", lambda route: route.fulfill(status=500, body="<!doctype html><h1>Oh</h1>"))
    page.get_by_role("button", name="Believe").click()
    expect(page.get_by_role("alert")).to_contain_text("nothing was saved")
    expect(page.get_by_role("button", name="Believe")).to_have_attribute("aria-pressed", "false")
    expect(page.get_by_role("heading", level=1)).to_have_text(theory.claim)


def test_a_vote_after_the_session_ended_leads_to_sign_in_and_not_into_the_control(page, enter, fan, theory):
    enter(page, fan)
    page.goto(theory.get_absolute_url())
    page.context.clear_cookies(name="sessionid")
    page.get_by_role("button", name="Believe").click()
    expect(page).to_have_url(re.compile(r"/accounts/login/\?next="))
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")


def test_a_guest_is_led_to_sign_in_and_back_to_the_vote(any_page, fan, theory):
    any_page.goto(theory.get_absolute_url())
    any_page.locator("#vote").get_by_role("link", name="Doubt").click()
    any_page.get_by_label("User name or e-mail").fill("fan")
    any_page.get_by_label("Password", exact=True).fill("correct-horse-42")
    any_page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()
    expect(any_page).to_have_url(re.compile(re.escape(theory.get_absolute_url())))
    any_page.get_by_role("button", name="Doubt").click()
    expect(any_page.locator("#vote")).to_contain_text("1 doubts")


def test_nobody_votes_on_their_own(page, enter, author, theory):
    enter(page, author)
    page.goto(theory.get_absolute_url())
    expect(page.get_by_text("Nobody votes on their own theory.")).to_be_visible()
    expect(page.get_by_role("button", name="Believe")).to_have_count(0)
