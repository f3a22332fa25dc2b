"""Editors keep the lore true, moderators keep the house in order: in the admin and on the site."""

import re

import pytest
from playwright.sync_api import expect

from accounts.models import EDITORS
from lore.models import Page
from tests.factories import PASSWORD
from tests.factories_theories import make_theory


def test_an_editor_comes_in_by_the_same_door(page, editor):
    assert not editor.is_superuser
    assert editor.groups.filter(name=EDITORS, permissions__codename="change_page").exists()
    page.goto("/admin/")
    page.get_by_label("User name or e-mail").fill("edith")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()
    expect(page).to_have_url(re.compile("/admin/$"))
    expect(page.get_by_role("link", name="Pages", exact=True)).to_be_visible()


def test_an_editor_edits_a_page_with_a_claim_and_sees_it_on_the_site(page, enter, editor):
    rooney = Page.objects.get(slug="rooney")
    number = rooney.current.number
    enter(page, editor)
    page.goto(f"/admin/lore/page/{rooney.pk}/change/")
    page.locator("#id_title").fill("Rooney Macarro")
    body = page.locator("#id_body")
    body.fill(f"## A new scene\n\nShe dances in [[The Continental]].\n\n{body.input_value()}")
    page.locator("#id_comment").fill("A scene was shown.")
    page.get_by_text("Add another Claim").click()
    claim = page.locator(".inline-related.last-related:not(.empty-form)")
    claim.locator("textarea[name$=text], input[name$=text]").fill("She dances twice.")
    claim.locator("select[name$=status]").select_option("reported")
    claim.locator("input[name$=as_of]").fill("2025-06-01")
    claim.locator(".select2-selection").first.click()
    page.locator(".select2-results__option", has_text="article").first.click()
    page.get_by_role("button", name="Save", exact=True).first.click()
    expect(page.locator(".messagelist .success")).to_be_visible()

    page.goto(rooney.get_absolute_url())
    expect(page.get_by_role("heading", level=1)).to_have_text("Rooney Macarro")
    expect(page.get_by_role("heading", name="A new scene")).to_be_visible()
    expect(page.locator("#claims", has_text="She dances twice.")).to_be_visible()
    expect(page.get_by_text(f"Revision {number + 1}")).to_be_visible()
    rooney.refresh_from_db()
    assert (rooney.current.editor, rooney.current.comment) == (editor, "A scene was shown.")


def test_an_edit_overtaken_by_another_loses_no_word(page, open_page, enter, editor, admin):
    address = f"/admin/lore/page/{Page.objects.get(slug='winston').pk}/change/"
    other = enter(open_page(), admin)
    enter(page, editor)
    for window, title in ((page, "Winston Scott"), (other, "Winston, the manager")):
        window.goto(address)
        window.locator("#id_title").fill(title)
        window.locator("#id_comment").fill("His name.")
    page.get_by_role("button", name="Save", exact=True).first.click()
    expect(page.locator(".messagelist .success")).to_be_visible()
    other.get_by_role("button", name="Save", exact=True).first.click()
    expect(other.get_by_text("Somebody else saved this page while you wrote.")).to_be_visible()
    expect(other.locator("#id_title")).to_have_value("Winston, the manager")
    assert Page.objects.get(slug="winston").title == "Winston Scott"


def test_what_an_editor_breaks_comes_back_with_the_reason(page, enter, editor):
    enter(page, editor)
    page.goto(f"/admin/lore/page/{Page.objects.get(slug='winston').pk}/change/")
    page.locator("#id_body").fill("::: gives-away chapter-9\nSomething\n:::")
    page.locator("#id_comment").fill("To try it.")
    page.get_by_role("button", name="Save", exact=True).first.click()
    expect(page.locator(".errorlist").first).to_be_visible()
    expect(page.locator("#id_body")).to_have_value(re.compile("chapter-9"))


@pytest.fixture
def theory(content, author):
    return make_theory(author, claim="The dog gets a name.")


def decide(page, theory, act):
    page.goto(f"/moderation/theory/{theory.pk}/")
    page.get_by_role("radio", name=act).check()
    page.get_by_label("Why").select_option(index=1)
    page.get_by_label("In words").fill("It was posted twice.")
    page.get_by_role("button", name="Decide").click()


def test_a_moderator_hides_a_theory_and_restores_it(plain_page, open_page, enter, moderator, author, theory):
    enter(plain_page, moderator)
    decide(plain_page, theory, "Hide")
    expect(plain_page.get_by_text("The decision stands in the public log.")).to_be_visible()

    stranger, writer = open_page(), enter(open_page(), author)
    assert stranger.goto(theory.get_absolute_url()).status == 404
    assert stranger.goto(f"/theories/{theory.pk}/").status == 404
    stranger.goto("/theories/?order=new")
    expect(stranger.get_by_role("link", name=theory.claim)).to_have_count(0)
    stranger.goto("/moderation/log/")
    expect(stranger.get_by_text("It was posted twice.")).to_be_visible()
    assert writer.goto(theory.get_absolute_url()).status == 200
    expect(writer.get_by_text("A moderator has hidden this theory; only you see it.")).to_contain_text(
        "It was posted twice."
    )

    decide(plain_page, theory, "Restore")
    assert stranger.goto(theory.get_absolute_url()).status == 200
    writer.reload()
    expect(writer.get_by_text("A moderator has hidden this theory")).to_have_count(0)


def test_a_decision_needs_its_reason(plain_page, enter, moderator, theory):
    enter(plain_page, moderator)
    plain_page.goto(f"/moderation/theory/{theory.pk}/")
    plain_page.locator("main form.form").evaluate("form => form.noValidate = true")
    plain_page.get_by_role("radio", name="Lock").check()
    plain_page.get_by_label("In words").fill("It went off the rails.")
    with plain_page.expect_response(lambda answer: answer.request.method == "POST") as sent:
        plain_page.get_by_role("button", name="Decide").click()
    assert sent.value.status == 422
    expect(plain_page.get_by_text("Choose a reason.")).to_be_visible()
    expect(plain_page.get_by_label("In words")).to_have_value("It went off the rails.")


def test_a_locked_theory_takes_no_votes_and_no_comments(page, enter, moderator, fan, theory):
    enter(page, moderator)
    decide(page, theory, "Lock")
    page.context.clear_cookies()
    enter(page, fan)
    page.goto(theory.get_absolute_url())
    expect(page.get_by_text("A moderator has locked this theory: the discussion is closed.")).to_be_visible()
    expect(page.get_by_role("button", name="Believe")).to_have_count(0)
    expect(page.get_by_role("button", name="Post comment")).to_have_count(0)


def test_a_report_is_sent_and_reaches_the_moderator(plain_page, enter, fan, moderator, theory):
    enter(plain_page, fan)
    plain_page.goto(theory.get_absolute_url())
    plain_page.get_by_role("link", name="Report").first.click()
    plain_page.get_by_role("radio").first.check()
    plain_page.get_by_label("In your words").fill("I have read this one before.")
    plain_page.get_by_role("button", name="Send the report").click()
    expect(plain_page.get_by_role("heading", level=1)).to_have_text("Thank you")
    plain_page.get_by_role("link", name="Back to where you were").click()
    expect(plain_page).to_have_url(re.compile(re.escape(theory.get_absolute_url())))
    plain_page.context.clear_cookies()
    enter(plain_page, moderator)
    plain_page.goto(f"/moderation/theory/{theory.pk}/")
    expect(plain_page.get_by_text("I have read this one before.")).to_be_visible()
