"""What a fan does with their account: a passkey, the inbox, one thing too many."""

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from playwright.sync_api import expect

from ballerina_site.ratelimit import LIMITS, Limit
from moderation.deciding import decide
from tests.factories import PASSWORD
from tests.factories_theories import make_comment, make_theory

AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def test_a_passkey_is_added_told_of_by_mail_and_opens_the_door_alone(page, enter, fan):
    browser = page.context.new_cdp_session(page)
    browser.send("WebAuthn.enable")
    browser.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    enter(page, fan).goto("/accounts/2fa/webauthn/add/")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    page.get_by_label("Its name").fill("My phone")
    page.get_by_label("Sign in with it alone").check()
    page.get_by_role("button", name="Add it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Recovery codes")
    told = [sent.subject for sent in mail.outbox if sent.to == [fan.email]]
    assert len(told) == len(set(told)) >= 1, told
    assert any("key" in subject.lower() for subject in told), told
    assert Authenticator.objects.filter(user=fan, type="webauthn").count() == 1
    page.context.clear_cookies()
    page.goto("/accounts/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_text("Welcome, fan.")).to_be_visible()
    page.goto(page.evaluate("location.origin").replace("localhost", "127.0.0.1") + "/accounts/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_text("On your own machine that is localhost.")).to_be_visible()


@pytest.mark.parametrize("script", [True, False])
def test_one_thing_too_many_is_said_and_nothing_is_lost(
    open_page, enter, fan, author, settings, monkeypatch, faults, script
):
    faults.expected.append("429 from")
    settings.RATE_LIMITS = True
    for name in ("follow", "comment"):
        monkeypatch.setitem(LIMITS, name, Limit(1, 86_400, "for a test"))
    theory = make_theory(author)
    page = enter(open_page(java_script_enabled=script, viewport={"width": 360, "height": 800}), fan)
    page.goto(theory.get_absolute_url())
    page.get_by_role("button", name="Follow").click()
    again = page.get_by_role("button", name="Follow no more")
    if script:
        expect(again).to_be_focused()
    again.click()
    if script:
        expect(page.get_by_role("alert")).to_contain_text("That was too fast.")
        again.click()
        expect(page.get_by_role("alert")).to_have_count(1)
        expect(again).to_be_enabled()
    else:
        expect(page.get_by_role("heading", level=1)).to_have_text("That was a little fast")
        expect(page.get_by_role("link", name="What the limits are")).to_have_attribute("href", "/rules/limits/")
        page.get_by_role("link", name="Back to where you were").click()
        expect(again).to_be_visible()
    words = "Twelve bullets for nine men, if one counts."
    for text in ("The first one.", words):
        page.goto(theory.get_absolute_url())
        page.locator("textarea[name=text]").last.fill(text)
        page.get_by_role("button", name="Post comment").click()
    expect(page.get_by_text("That was too fast.").or_(page.get_by_text("That was a little fast")).first).to_be_visible()
    expect(page.locator("textarea").last).to_have_value(words)


def test_a_hidden_comment_is_read_by_its_writer_on_a_phone(phone_page, enter, moderator, author, fan):
    theory = make_theory(author)
    comment = make_comment(fan, theory, "Words that were hidden.")
    decide(moderator, "comment", comment.pk, "hide", "unkind", "It insults somebody who is named in it.")
    page = enter(phone_page, fan)
    page.goto(comment.address_at(theory.get_absolute_url()))
    shown = page.locator(f"#comment-{comment.pk}")
    expect(shown.locator(".who")).to_have_text("fan")
    assert shown.locator(".by").bounding_box()["width"] > 200
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    shown.get_by_role("link", name="If you think that this is wrong").click()
    expect(page.get_by_text("Words that were hidden.")).to_be_visible()


def test_the_inbox_on_a_phone(phone_page, enter, author, fan):
    theory = make_theory(author)
    for _ in range(3):
        make_comment(fan, theory)
    page = enter(phone_page, author)
    page.goto("/inbox/")
    line = page.get_by_role("link", name="New: There are 3 new comments")
    line.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(theory.claim)
    assert not author.notices.unread().exists()
    page.goto("/settings/notices/")
    chosen = page.get_by_label("Answers: by mail")
    assert chosen.bounding_box()["width"] >= 120
    chosen.select_option("never")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Your choices are saved.")).to_be_visible()
    expect(chosen).to_have_value("never")
