import pytest
from hypothesis import given
from hypothesis import strategies as st

from lore.passages import excerpt, fold

TEXT = "The Director runs the Ruska Roma. " * 3 + "Eve was a kikimora, raised in Élan. " + "Nothing more. " * 20


def marked(parts):
    return "".join(f"<{part}>" if hit else part for part, hit in parts)


def test_marks_the_beginnings_of_words_whatever_their_case():
    assert marked(excerpt("Ruska Roma, aroma", ["ruska", "ROM"], 100)) == "<Ruska> <Rom>a, aroma"


def test_accents_make_no_difference():
    assert marked(excerpt("from Élan", ["elan"], 100)) == "from <Élan>"
    assert marked(excerpt("from Elan", ["élan"], 100)) == "from <Elan>"


def test_shows_where_most_terms_meet():
    passage = marked(excerpt(TEXT, ["eve", "kikimora", "nothing"], 60))
    assert "<Eve> was a <kikimora>" in passage
    assert passage.startswith("…")
    assert passage.endswith("…")


def test_cuts_between_words():
    passage = "".join(part for part, _ in excerpt(TEXT, ["kikimora"], 60)).strip("…")
    assert passage in TEXT
    assert TEXT[TEXT.index(passage) - 1] == " "


def test_without_a_hit_shows_the_beginning():
    assert marked(excerpt(TEXT, ["cellar"], 30)) == "The Director runs the Ruska…"


@pytest.mark.parametrize("terms", [[], [""], [" "], ["("], ["a|b", "*"]])
def test_odd_terms(terms):
    assert marked(excerpt("a b", terms, 100)) == "a b"


def test_of_nothing_is_nothing():
    assert excerpt("", ["a"], 100) == []


@given(st.text(max_size=300), st.lists(st.text(max_size=8), max_size=4), st.integers(20, 120))
def test_any_text(text, terms, width):
    flat = " · ".join(" ".join(line.split()) for line in text.splitlines() if line.strip())
    parts = excerpt(text, terms, width)
    joined = "".join(part for part, _ in parts)
    assert len(joined) <= width + 2
    assert joined.strip("…") in flat
    assert all(part for part, _ in parts)


@given(st.text(max_size=100))
def test_folding_keeps_places(text):
    assert len(fold(text)) == len(text)
