"""Talking about a theory: comments, answers, second thoughts."""

import re

import pytest
from playwright.sync_api import expect

from tests.factories import make_fan
from tests.factories_talk import make_talk
from tests.factories_theories import make_comment, make_theory
from theories.models import Comment, Visit


@pytest.fixture
def theory(content, author):
    return make_theory(author, claim="The dog gets a name.")


def say(page, words, button="Post comment"):
    page.get_by_label("Your comment").fill(words)
    page.get_by_role("button", name=button).click()


def test_comment_answer_edit_and_delete(any_page, enter, fan, theory):
    helen = make_fan(username="helen")
    make_comment(helen, theory, "It has one already.")
    enter(any_page, fan)
    any_page.goto(theory.get_absolute_url())
    say(any_page, "A *cat* would be news.")
    expect(any_page.locator(".comment:target em")).to_have_text("cat")

    any_page.get_by_role("link", name="Reply to helen").click()
    expect(any_page.get_by_role("heading", name="Your answer to helen")).to_be_in_viewport()
    say(any_page, "Which one?")
    answer = any_page.locator(".comment:target")
    expect(answer).to_have_class(re.compile("depth-2"))
    expect(answer).to_contain_text("Which one?")

    answer.get_by_role("link", name="Edit").click()
    expect(any_page.get_by_label("Your comment")).to_have_value("Which one?")
    say(any_page, "Which one is that?", button="Save it")
    expect(answer).to_contain_text("Which one is that?")
    expect(answer).to_contain_text("edited")

    answer.get_by_role("link", name="Delete").click()
    any_page.get_by_role("button", name="Delete it").click()
    expect(any_page.get_by_text("Your comment is gone.")).to_be_visible()
    expect(any_page.get_by_text("Which one is that?")).to_have_count(0)
    assert Comment.objects.filter(theory=theory, deleted_at=None).count() == 2


def test_an_answer_survives_what_it_answered(page, enter, fan, theory):
    first = make_comment(fan, theory, "Never.")
    make_comment(make_fan(username="helen"), theory, "Never say never.", parent_id=first.pk)
    enter(page, fan)
    page.goto(theory.get_absolute_url())
    page.locator(f"#comment-{first.pk}").get_by_role("link", name="Delete").click()
    page.get_by_role("button", name="Delete it").click()
    expect(page.get_by_text("This comment was deleted by its writer.")).to_be_visible()
    expect(page.get_by_text("Never say never.")).to_be_visible()


def test_a_comment_that_is_refused_keeps_its_words(plain_page, enter, fan, theory):
    enter(plain_page, fan)
    plain_page.goto(theory.get_absolute_url())
    field = plain_page.get_by_label("Your comment")
    field.evaluate("field => field.removeAttribute('maxlength')")
    field.fill("Never. " * 2000)
    with plain_page.expect_response(lambda answer: answer.request.method == "POST") as sent:
        plain_page.get_by_role("button", name="Post comment").click()
    assert sent.value.status == 422
    expect(plain_page.locator(".errors")).to_be_visible()
    assert plain_page.get_by_label("Your comment").input_value().startswith("Never. Never.")


def test_the_text_that_was_kept_in_the_browser_goes_once_it_is_said(page, enter, fan, theory):
    enter(page, fan)
    page.goto(theory.get_absolute_url())
    say(page, "A cat would be news.")
    expect(page.locator(".comment:target")).to_be_visible()
    expect(page.get_by_label("Your comment")).to_have_value("")
    page.reload()
    expect(page.get_by_label("Your comment")).to_have_value("")


def test_a_comment_that_gives_more_away_stands_behind_a_shield(any_page, enter, fan, theory):
    enter(any_page, fan)
    any_page.goto(theory.get_absolute_url())
    any_page.locator("#reply").get_by_role("checkbox", name="Chapter 4").check()
    say(any_page, "Remember the stairs.")
    any_page.context.clear_cookies()
    any_page.goto(theory.get_absolute_url())
    expect(any_page.get_by_text("This comment gives away Chapter 4.")).to_be_visible()
    assert "stairs" not in any_page.content()
    any_page.get_by_role("link", name=re.compile("Show it once")).click()
    expect(any_page.get_by_text("Remember the stairs.")).to_be_visible()


def test_a_guest_who_answers_comes_back_to_the_answer(page, fan, theory):
    make_comment(make_fan(username="helen"), theory, "It has one already.")
    page.goto(theory.get_absolute_url())
    page.get_by_role("link", name="Reply to helen").click()
    page.get_by_label("User name or e-mail").fill("fan")
    page.get_by_label("Password", exact=True).fill("correct-horse-42")
    page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", name="Your answer to helen")).to_be_visible()
    expect(page.get_by_label("Your comment")).to_be_focused()
    expect(page.get_by_label("Show my vote beside it")).to_be_hidden()
    page.get_by_role("button", name="Believe").click()
    expect(page.get_by_label("Show my vote beside it")).to_be_visible()


def test_a_long_discussion_is_read_on_in_place(page, enter, fan, theory):
    helen = make_fan(username="helen")
    said = make_talk(theory, [helen], [f"Remark {number}." for number in range(80)], [0, 0, 0, 0])
    enter(page, fan)
    page.goto(theory.get_absolute_url())
    page.get_by_role("link", name="1 more reply").first.click()
    expect(page.locator(f"#comment-{said[3].pk}")).to_contain_text("Remark 3.")
    page.get_by_role("link", name="More of the discussion").click()
    expect(page.locator(f"#comment-{said[60].pk}")).to_be_visible()
    expect(page.locator(f"#comment-{said[0].pk}")).to_be_attached()

    page.locator(f"#comment-{said[4].pk}").get_by_role("button", name="Fair point").click()
    expect(page.locator(f"#comment-{said[4].pk}").get_by_role("button", name="Fair point 1")).to_be_focused()

    page.locator("summary", has_text="Replies").first.click()
    expect(page.locator(f"#comment-{said[5].pk}")).to_be_visible()
    page.reload()
    expect(page.locator(".replies").nth(0)).to_have_js_property("open", True)
    assert page.locator(".replies:not([open])").count() == 1

    assert Visit.objects.get().fan == fan


def test_a_fan_is_named_while_one_types(page, enter, fan, theory):
    make_fan(username="helen")
    enter(page, fan)
    page.goto(theory.get_absolute_url())
    field = page.get_by_label("Your comment")
    field.press_sequentially("Ask @he")
    expect(page.get_by_role("listbox", name="Fans")).to_contain_text("@helen")
    page.keyboard.press("Enter")
    expect(field).to_have_value("Ask @helen ")
    page.get_by_role("button", name="Post comment").click()
    expect(page.locator(".comment:target").get_by_role("link", name="@helen")).to_have_attribute("href", "/fans/helen/")
