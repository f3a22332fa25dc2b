"""What differs between two texts."""

import pytest
from django.template.loader import render_to_string
from hypothesis import given
from hypothesis import strategies as st

from lore import aligning
from lore.aligning import changes
from lore.diff import FieldDiff, Pieces, Row, compare, folded, rows_of, words
from lore.prose import Prose

TEXT = st.lists(st.text("ab é\t。語́", max_size=6), max_size=12).map("\n".join)


def kinds(old: str, new: str) -> list[str]:
    return [row.kind for row in rows_of(old, new)]


def joined(pieces: Pieces) -> str:
    return "".join(text for text, _ in pieces)


def marked(pieces: Pieces) -> list[str]:
    return [text for text, is_marked in pieces if is_marked]


def test_only_fields_that_differ_are_compared_in_the_order_of_the_page():
    old = Prose("Title", "Lead", "Body", "Hatnote", "Kind: school")
    new = Prose("Other title", "Lead", "Other body", "", "Kind: school")
    assert [(field.name, field.label) for field in compare(old, new)] == [
        ("title", "Title"),
        ("hatnote", "Hatnote"),
        ("body", "Text"),
    ]
    assert compare(old, old) == []


def test_words_are_marked_in_lines_that_are_alike():
    row = rows_of("She trained at the academy.", "She danced at the old academy.")[0]
    assert (row.kind, row.old_number, row.new_number) == ("changed", 1, 1)
    assert (marked(row.old), marked(row.new)) == (["trained"], ["danced", " old"])


def test_words_with_only_a_space_between_are_marked_together():
    old, new = words("one two three four five", "one 2 3 four five")
    assert (marked(old), marked(new)) == (["two three"], ["2 3"])


def test_letters_are_not_torn_from_their_marks_nor_an_emoji_into_parts():
    old, new = words("the cafe\u0301 👩‍👩‍👧 here", "the cafe 👩‍👧 here")
    assert (marked(old), marked(new)) == (["cafe\u0301 👩‍👩‍👧"], ["cafe 👩‍👧"])


def test_lines_that_are_not_alike_stand_beside_each_other_unmarked():
    rows = rows_of("The Ruska Roma run a school.", "Nothing of the kind: 1234567890!")
    assert [row.kind for row in rows] == ["replaced"]
    assert marked(rows[0].old) == marked(rows[0].new) == []


def test_lines_find_their_other_version_past_what_was_put_in():
    old = "She came to the academy as a child.\nThe Director took her in."
    new = "A new paragraph, of no kin.\n\nShe came to the school as a child.\nThe Director took her in again."
    assert kinds(old, new) == ["added", "added", "changed", "changed"]


def test_a_blank_line_between_two_changed_paragraphs_does_not_part_versions():
    old = "First paragraph, as it was.\n\nThe second paragraph, as it was."
    new = "Put in.\n\nFirst paragraph, as it is.\n\nThe second paragraph, as it is."
    assert kinds(old, new) == ["added", "added", "changed", "same", "changed"]


def test_nothing_is_not_a_blank_line():
    assert kinds("", "one\ntwo") == ["added", "added"]
    assert kinds("one", "") == ["removed"]
    assert rows_of("", "") == []


def test_long_unchanged_runs_are_folded_to_three_lines_on_either_side():
    lines = [f"line {number}" for number in range(30)]
    rows = list(folded(rows_of("\n".join(lines), "\n".join([*lines[:15], "new", *lines[15:]]))))
    assert [row.kind for row in rows] == ["folded", *["same"] * 3, "added", *["same"] * 3, "folded"]
    assert [row.hidden for row in rows if row.kind == "folded"] == [12, 12]
    assert rows[1].old_number == 13


def test_a_single_hidden_line_is_shown():
    lines = [f"line {number}" for number in range(7)]
    ends = "\n".join(["x", *lines, "y"]), "\n".join(["X", *lines, "Y"])
    assert "folded" not in [row.kind for row in folded(rows_of(*ends))]


def test_below_each_other_versions_follow_and_other_lines_come_in_blocks():
    rows = (
        *rows_of("One line as it was.\nAnother line as it was.", "One line as it is.\nAnother line as it is."),
        Row("same", 3, 3, (("", False),), (("", False),)),
        Row("replaced", 4, 4, (("a", False),), (("x", False),)),
        Row("replaced", 5, 5, (("b", False),), (("y", False),)),
    )
    field = FieldDiff("body", rows)
    told = [(line.kind, line.old_number or line.new_number) for line in field.lines]
    versions = [("removed", 1), ("added", 1), ("removed", 2), ("added", 2)]
    assert told == [*versions, ("same", 3), ("removed", 4), ("removed", 5), ("added", 4), ("added", 5)]
    assert (field.added, field.removed) == (4, 4)


def told(rows: list[Row]) -> tuple[str, str, list[int], list[int]]:
    """Both texts as the rows have them, and the numbers of their lines."""
    old, new = [row for row in rows if row.old_number], [row for row in rows if row.new_number]
    return (
        "\n".join(joined(row.old) for row in old),
        "\n".join(joined(row.new) for row in new),
        [row.old_number for row in old],
        [row.new_number for row in new],
    )


def assert_whole(old: str, new: str) -> None:
    before, after, old_numbers, new_numbers = told(rows_of(old, new))
    assert (before, after) == (old, new)
    assert old_numbers == list(range(1, len(old_numbers) + 1))
    assert new_numbers == list(range(1, len(new_numbers) + 1))


@given(TEXT, TEXT)
def test_the_rows_hold_every_line_of_both_texts_once_and_in_order(old, new):
    assert_whole(old, new)
    assert all(row.old == row.new for row in rows_of(old, new) if row.kind == "same")


@given(TEXT, TEXT)
def test_folding_hides_only_lines_that_did_not_change(old, new):
    rows = rows_of(old, new)
    short = list(folded(rows))
    assert [row for row in short if row.kind not in ("same", "folded")] == [row for row in rows if row.kind != "same"]
    assert sum(row.hidden or 1 for row in short) == len(rows)


@given(st.lists(st.integers(0, 3), max_size=30), st.lists(st.integers(0, 3), max_size=30))
def test_what_no_change_names_is_equal_also_when_texts_are_compared_in_windows(old, new):
    for cells in (aligning._CELLS, 36):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(aligning, "_CELLS", cells)
            found = changes(old, new)
        made = list(old)
        for change in reversed(found):
            made[change.old_start : change.old_end] = new[change.new_start : change.new_end]
        assert made == new
        assert all(change.old_end > change.old_start or change.new_end > change.new_start for change in found)


# As it is shown


def shown(old: str, new: str, *, side: bool) -> str:
    return render_to_string(
        "lore/_diff.html", {"diff": compare(Prose("T", "L", old), Prose("T", "L", new)), "side": side}
    )


@pytest.mark.parametrize("side", [True, False])
def test_what_is_written_is_shown_as_it_is_written(side):
    html = shown("<b>{0} {} &amp; {x!r} old", "<b>{0} {} &amp; {x!r} new", side=side)
    start = "&lt;b&gt;{0} {} &amp;amp; {x!r} "
    assert f'dir="auto" class="diff-old"><span class="vh" dir="ltr">Removed: </span>{start}<del>old</del></td>' in html
    assert f'dir="auto" class="diff-new"><span class="vh" dir="ltr">Added: </span>{start}<ins>new</ins></td>' in html


@pytest.mark.parametrize("side", [True, False])
def test_each_line_is_shown_with_its_number_and_in_words_what_became_of_it(side):
    lines = [f"unlike {number} {chr(97 + number) * 9}" for number in range(20)]
    html = shown("\n".join(lines), "\n".join([*lines[:10], "put in", *lines[11:]]), side=side)
    assert '<td class="diff-no">11</td><td dir="auto" class="diff-new">' in html
    assert (html.count("Removed: "), html.count("Added: ")) == (1, 1)
    assert html.count("7 unchanged lines") == 1
    assert "1 line removed, 1 added" in html


def test_nothing_to_tell_is_told():
    assert "Nothing differs." in shown("same", "same", side=True)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("\n".join("abc" * 16_667), "\n".join("acb" * 16_667)),
        ("\n".join(map(chr, range(1_000, 51_000))), "\n".join(map(chr, range(60_000, 110_000)))),
        ("a\n" * 50_000, "b\n" * 50_000),
        ("a, b. " * 16_666, "a. b, " * 16_666),
        ("x" * 100_000, "y" * 100_000),
        ("one\ntwo", "\n" * 100_000),
    ],
    ids=["alike", "other", "one-line", "one-paragraph", "one-word", "blank"],
)
def test_texts_of_any_shape_are_compared(old, new):
    assert_whole(old, new)
