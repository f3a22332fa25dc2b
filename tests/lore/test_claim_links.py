"""Wiki links in claims, events and answers follow their pages, though no rows are kept of them."""

import pytest

from lore import markup
from lore.addressing import rename, set_aliases
from lore.admin.forms import QuestionForm
from lore.canon import lexicon_for
from lore.editing import delete_page, rescope, undelete_page
from lore.models import Claim, Event, Question
from tests.factories import make_claim, make_page

pytestmark = pytest.mark.django_db
WANTED = 'class="wanted" href="/lore/rooney/"'


@pytest.fixture(autouse=True)
def linking(db):
    """One of each that names a page which nobody has written yet."""
    text = "[[Rooney]] dances."
    make_claim(text=text, page=make_page("plot"))
    compiled = markup.to_json(markup.compile_line(text, lexicon_for(text)))
    Event.objects.create(key="dance", title="A dance", text=text, track="real", compiled=compiled)
    QuestionForm({"key": "P1", "position": 0, "question": "Who dances?", "answer": text}).save()


def compiled():
    return [
        Claim.objects.get().compiled["html"],
        Event.objects.get().compiled["html"],
        Question.objects.get().compiled[0]["html"],
    ]


def test_to_a_page_that_comes_and_goes_and_comes_back(editor):
    assert all(WANTED in html for html in compiled())
    page = make_page("rooney")
    assert all('<a href="/lore/rooney/"' in html for html in compiled())
    delete_page(page, editor=editor, reason="A mistake")
    assert all(WANTED in html for html in compiled())
    undelete_page(page, editor=editor)
    assert all('<a href="/lore/rooney/"' in html for html in compiled())


def test_to_a_page_that_gets_the_name_or_another_address(editor):
    page = make_page("the-heroine")
    set_aliases(page, ["Rooney"])
    assert all('<a href="/lore/the-heroine/"' in html for html in compiled())
    rename(page, "the-dancer", editor)
    assert all('<a href="/lore/the-dancer/"' in html for html in compiled())


def test_to_a_page_that_begins_to_give_something_away(editor, three):
    page = make_page("telling-slug")
    set_aliases(page, ["Rooney"])
    rescope(page, three.mask, editor=editor)
    assert all("telling-slug" not in html for html in compiled())


def test_their_words_stay_as_they_were():
    make_page("rooney")
    assert Claim.objects.get().text == "[[Rooney]] dances."
