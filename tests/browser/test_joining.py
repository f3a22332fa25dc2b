"""Becoming a fan: through the mailed link, and back to where one was with everything that was typed."""

import re

from django.core import mail
from playwright.sync_api import expect

from accounts.models import User
from tests.factories import PASSWORD, make_fan
from theories.models import Theory


def link_in_mail():
    return re.search(r"https?://\S+/confirm-email/\S+", mail.outbox[-1].body)[0]


def sign_in(page, login="fan"):
    page.get_by_label("User name or e-mail").fill(login)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()


def sign_up(page, name="helen"):
    page.get_by_label("User name").fill(name)
    page.get_by_label("E-mail").fill(f"{name}@example.org")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Make my account").click()


def test_signing_up_through_the_mailed_link_and_back_to_the_theory(any_page):
    any_page.goto("/theories/")
    any_page.get_by_role("link", name=re.compile("Rooney and Wick team up")).click()
    there = any_page.url
    any_page.get_by_role("main").get_by_role("link", name="Believe").click()
    expect(any_page.get_by_role("heading", level=1)).to_have_text("Sign in")
    any_page.get_by_role("link", name="Make an account").click()
    sign_up(any_page)
    expect(any_page.get_by_role("heading", level=1)).to_have_text("Check your e-mail")
    any_page.goto(link_in_mail())
    any_page.get_by_role("button", name="Yes, that is me").click()
    expect(any_page).to_have_url(re.compile(re.escape(there)))
    expect(any_page.get_by_role("button", name="Believe")).to_be_visible()
    assert User.objects.get(username="helen").emailaddress_set.get().verified


def test_a_refused_sign_up_keeps_what_was_typed_and_says_why(plain_page):
    make_fan(username="helen")
    plain_page.goto("/accounts/signup/")
    sign_up(plain_page, name="Helen")
    expect(plain_page.get_by_text("That name is taken, or too close to one that is.")).to_be_visible()
    expect(plain_page.get_by_label("User name")).to_have_value("Helen")
    expect(plain_page.get_by_label("E-mail")).to_have_value("Helen@example.org")


def test_what_was_typed_when_the_session_ended_is_kept_through_sign_in(any_page, enter, fan):
    enter(any_page, fan)
    any_page.goto("/theories/new/")
    any_page.get_by_label("The claim").fill("Rooney opens a school of her own.")
    any_page.get_by_label("The case").fill("Somebody has to.")
    any_page.context.clear_cookies(name="sessionid")
    any_page.get_by_role("button", name="Keep as draft").click()
    expect(any_page.get_by_role("heading", level=1)).to_have_text("Sign in")
    sign_in(any_page)
    expect(any_page).to_have_url(re.compile("/theories/new/"))
    expect(any_page.get_by_label("The claim")).to_have_value("Rooney opens a school of her own.")
    expect(any_page.get_by_label("The case")).to_have_value("Somebody has to.")
    any_page.get_by_role("button", name="Keep as draft").click()
    assert Theory.objects.get(author=fan).case == "Somebody has to."


def test_a_comment_typed_when_the_session_ended_is_kept_too(page, enter, fan):
    theory = Theory.objects.get(seed_key="team-up")
    enter(page, fan)
    page.goto(theory.get_absolute_url())
    page.get_by_label("Your comment").fill("They will, and the dog watches.")
    page.context.clear_cookies(name="sessionid")
    page.get_by_role("button", name="Post comment").click()
    sign_in(page)
    expect(page.get_by_label("Your comment")).to_have_value("They will, and the dog watches.")


def test_signing_in_by_mail_address_and_out_again(plain_page):
    make_fan(username="helen")
    plain_page.goto("/lore/rooney/")
    plain_page.get_by_role("link", name="Sign in").click()
    sign_in(plain_page, "helen@example.org")
    expect(plain_page).to_have_url(re.compile("/lore/rooney/$"))
    plain_page.locator(".me > summary").click()
    plain_page.get_by_role("button", name="Sign out").click()
    expect(plain_page.get_by_role("link", name="Sign in")).to_be_visible()


def test_a_wrong_password_keeps_the_name(page, fan):
    page.goto("/accounts/login/")
    page.get_by_label("User name or e-mail").fill("fan")
    page.get_by_label("Password", exact=True).fill("wrong-horse-42")
    page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_text("is not right")).to_be_visible()
    expect(page.get_by_label("User name or e-mail")).to_have_value("fan")


def test_a_new_password_through_the_mailed_link(page, fan):
    page.goto("/accounts/password/reset/")
    page.get_by_label(re.compile("E-?mail")).fill(fan.email)
    page.get_by_role("button", name="Send me the link").click()
    page.goto(re.search(r"https?://\S+/password/reset/key/\S+", mail.outbox[-1].body)[0])
    page.get_by_label("New password", exact=True).fill("another-horse-43")
    again = page.get_by_label("New password, once more")
    if again.count():
        again.fill("another-horse-43")
    page.get_by_role("button", name="Save the password").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your password is changed")
    fan.refresh_from_db()
    assert fan.check_password("another-horse-43")
