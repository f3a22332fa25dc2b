"""The page that asks before something shielded is shown: it says what that is."""

import pytest

from tests.factories import make_claim, make_page

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("address", "noun", "words"),
    [
        ("/lore/claims/T1/edit/", "claim", "It shows the claim in all its words"),
        ("/lore/telling/history/", "history", "It lists every version"),
        ("/lore/telling/history/1/", "revision", "the page’s text as it was written"),
        ("/lore/telling/ties/", "list of ties", "what this page is tied to"),
        ("/lore/telling/rename/", "page", "It names the page"),
        ("/lore/telling/claims/new/", "page", "It names the page"),
    ],
)
def test_says_what_is_behind_the_door(sign_in, editor, three, address, noun, words):
    make_claim("T1", page=make_page("telling", title="Telling title", scope=three.mask), text="Telling claim.")
    text = sign_in(editor).get(address).text
    assert f"<title>a {noun} that gives something away" in text
    assert f"this {noun} gives away" in text
    assert words in text
    assert "elling title" not in text
