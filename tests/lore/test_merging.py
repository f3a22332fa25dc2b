"""Two people, one text: what a three-way merge makes of it."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lore.aligning import changes
from lore.merging import Merged, merge, merge_lines
from lore.prose import Prose

LINES = st.lists(st.sampled_from(["one", "two", "three", "", "four"]), max_size=8).map("\n".join)
FENCES = ["::: gives-away chapter-3", ":::", "::: gives-away chapter-4"]
GUARDED = st.lists(st.sampled_from(["one", "two", "three", *FENCES]), max_size=8).map("\n".join)
WORDS = st.sampled_from(["", "A", "B", "C"])
PROSE = st.builds(Prose, title=WORDS, lead=WORDS, body=LINES, hatnote=WORDS, facts=LINES)


def lines(text: str) -> str:
    """One line for each letter."""
    return "\n".join(text)


def body(base: str, mine: str, theirs: str) -> Merged:
    return merge(*(Prose("Title", "Lead", lines(text)) for text in (base, mine, theirs)))


@pytest.mark.parametrize(
    ("base", "mine", "theirs", "merged"),
    [
        ("abcde", "aXcde", "abcdY", "aXcdY"),  # far apart
        ("abcde", "abXde", "abcYe", "abXYe"),  # neighbours
        ("abc", "aXbc", "abYc", "aXbYc"),  # something put in, on either side of a line
        ("abc", "aXc", "abYc", "aXYc"),  # put in behind a line that changed
        ("abc", "aXc", "aYbc", "aYXc"),  # and before it
        ("abcd", "ad", "abcdY", "adY"),  # taken out here, put in there
        ("abc", "aXc", "aXc", "aXc"),  # the same, by both
        ("abc", "aXcd", "aXce", None),  # the same, and each something else at one place
        ("abc", "aXc", "aYc", None),
        ("abc", "abcX", "abcY", None),  # which comes first?
        ("abc", "ac", "aYc", None),  # taken out by one, changed by the other
        ("abcd", "ad", "abYcd", None),  # put into what the other took out
        ("", "X", "Y", None),
    ],
)
def test_two_edits_are_brought_together_where_they_do_not_touch(base, mine, theirs, merged):
    found = body(base, mine, theirs)
    assert found.is_clean == (merged is not None)
    assert found.conflicts == (() if merged is not None else ("body",))
    if merged is not None:
        assert found.prose.body == lines(merged)


def test_where_both_changed_one_place_mine_stands_and_their_other_changes_are_in():
    found = body("abcdefg", "aXcdefg", "aYcdefZ")
    assert (found.prose.body, found.is_clean) == (lines("aXcdefZ"), False)


def test_short_fields_are_taken_whole_from_the_side_that_changed():
    base = Prose("Title", "Lead", "Body", "Hatnote", "Kind: school")
    mine = Prose("My title", "Lead", "Body", "Hatnote", "Kind: school")
    theirs = Prose("Title", "Their lead", "Body", "Hatnote", "Kind: school\nSeat: New York")
    found = merge(base, mine, theirs)
    assert found.prose == Prose("My title", "Their lead", "Body", "Hatnote", "Kind: school\nSeat: New York")
    assert found.is_clean


def test_conflicts_name_the_fields():
    base = Prose("Title", "Lead", "Body")
    found = merge(base, Prose("Mine", "Mine", "Mine"), Prose("Theirs", "Lead", "Theirs"))
    assert (found.prose, found.conflicts) == (Prose("Mine", "Mine", "Mine"), ("body", "title"))


def test_a_line_put_into_a_spoiler_block_never_comes_out_of_it_by_a_merge():
    base = "before\n::: gives-away chapter-3\nsecret\n:::\nafter"
    opened = "before\nno secret\nafter"
    added = base.replace("secret\n", "secret\nanother secret\n")
    for mine, theirs in ((opened, added), (added, opened)):
        merged, is_clean = merge_lines(base, mine, theirs)
        assert (merged, is_clean) == (mine, False)


def test_the_ends_of_a_block_guard_all_that_stands_between_them():
    base = "::: gives-away chapter-3\na\nb\n:::\nafter"
    unguarded = "a\nb\nafter"
    merged, is_clean = merge_lines(base, unguarded, base.replace("a\nb", "a\nsecret\nb"))
    assert (merged, is_clean) == (unguarded, False)


def test_behind_a_spoiler_block_that_another_opened_one_may_still_write():
    base = "::: gives-away chapter-3\na\n:::\nafter"
    assert merge_lines(base, "a\nafter", base + "\nmore") == ("a\nafter\nmore", True)


@given(PROSE, PROSE)
def test_who_changed_nothing_changes_nothing(base, other):
    assert merge(base, base, other).prose == other
    assert merge(base, other, base).prose == other
    assert merge(base, other, other).prose == other
    assert all(merge(*texts).is_clean for texts in [(base, base, other), (base, other, base), (base, other, other)])


def added(base: str, text: str) -> Counter[str]:
    before, after = base.split("\n"), text.split("\n")
    return Counter(
        line for change in changes(before, after) for line in after[change.new_start : change.new_end] if line
    )


@given(LINES, LINES, LINES)
def test_a_clean_merge_holds_every_line_that_either_side_added(base, mine, theirs):
    merged, is_clean = merge_lines(base, mine, theirs)
    if is_clean:
        assert added(base, mine) <= Counter(merged.split("\n"))
        assert added(base, theirs) <= Counter(merged.split("\n"))


@given(LINES, LINES, LINES)
def test_no_merge_loses_a_line_that_i_typed(base, mine, theirs):
    merged, _ = merge_lines(base, mine, theirs)
    assert added(base, mine) <= Counter(merged.split("\n"))


@given(LINES, LINES, LINES)
def test_whether_two_edits_merge_does_not_depend_on_who_saved_first(base, mine, theirs):
    one, other = merge_lines(base, mine, theirs), merge_lines(base, theirs, mine)
    assert one[1] == other[1]
    assert not one[1] or one[0] == other[0]


def guards(text: str) -> Counter[tuple[str, str]]:
    """Lines with the spoiler block that they stand in."""
    found, guard = Counter(), ""
    for line in text.split("\n"):
        if line.startswith(":::"):
            guard = line.removeprefix(":::")
        elif line:
            found[guard, line] += 1
    return found


@given(GUARDED, GUARDED, GUARDED)
def test_no_line_of_a_merge_stands_in_another_block_than_where_somebody_wrote_it(base, mine, theirs):
    merged, _ = merge_lines(base, mine, theirs)
    assert guards(merged).keys() <= guards(base).keys() | guards(mine).keys() | guards(theirs).keys()


def test_two_who_write_at_the_end_are_both_kept_and_told():
    text, is_clean = merge_lines("One.", "One.\n\nMine.", "One.\n\nTheirs.")
    assert (text, is_clean) == ("One.\n\nTheirs.\n\nMine.", False)
