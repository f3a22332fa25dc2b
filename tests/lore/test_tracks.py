"""The geometry of the timeline's picture."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lore.tracks import Happening, Place, arc, axis, row

WIDE = 1000


def happening(name="An event", day=None, precision="day", kind="other"):
    return Happening(name, name, "some day", kind, f"#{name}", day, precision)


def place(title, *, during=(), after=()):
    return Place(title, "", f"#{title}", False, f"#{title}", during, after)


def apart(boxes):
    return all(
        one.x >= other.x + other.width
        or other.x >= one.x + one.width
        or one.y >= other.y + other.height
        or other.y >= one.y + one.height
        for number, one in enumerate(boxes)
        for other in boxes[:number]
    )


class TestRow:
    def test_what_comes_after_a_work_stands_between_it_and_the_next(self):
        made = row([place("One", after=[happening()]), place("Two")], WIDE)
        one, two = made.dots
        assert one.x < made.marks[0].x < two.x

    def test_what_happens_in_a_work_hangs_below_it(self):
        made = row([place("One", during=[happening("a"), happening("b")])], WIDE)
        assert {mark.x for mark in made.marks} == {made.dots[0].x}
        assert made.y < made.marks[0].y < made.marks[1].y

    def test_many_works_make_it_wider_and_not_narrower_than_its_names(self):
        made = row([place(f"Work {number}") for number in range(30)], WIDE)
        assert made.width > WIDE
        assert apart([dot.hit for dot in made.dots])

    def test_a_long_stack_leaves_the_rest_to_the_list(self):
        made = row([place("One", during=[happening(str(number)) for number in range(20)])], WIDE)
        assert len(made.marks) + made.more[0].count == 20
        assert made.more[0].href == "#One"
        assert made.height > made.more[0].y

    def test_nothing_stands_on_anything(self):
        events = [happening("A title that needs more than one line to be told")] * 4
        made = row([place("One", during=events, after=events), place("Two", during=events)], WIDE)
        assert apart([*(mark.hit for mark in made.marks), *(dot.hit for dot in made.dots)])


class TestArc:
    @pytest.mark.parametrize("released", [[], [1], [1, 2, 3]])
    def test_there_is_none_where_the_last_released_comes_last(self, released):
        assert arc(row([place(str(order)) for order in released], WIDE), released) is None

    def test_leads_back_to_the_last_released(self):
        made = row([place("One"), place("Three"), place("Two")], WIDE)
        found = arc(made, [1, 3, 2])
        assert made.dots[1].x < found.x < made.dots[2].x


class TestAxis:
    def test_is_empty_without_dates(self):
        assert axis([happening()], WIDE).marks == ()

    def test_is_as_long_as_the_years_that_hold_something(self):
        made = axis([happening(day=date(2023, 5, 1)), happening(day=date(2025, 1, 1))], WIDE)
        assert [tick.word for tick in made.years] == ["2023", "2024", "2025"]

    @pytest.mark.parametrize(("precision", "months"), [("year", 12), ("month", 1), ("day", 0)])
    def test_a_bar_lies_over_the_time_that_a_date_leaves_open(self, precision, months):
        [mark] = axis([happening(day=date(2023, 1, 1), precision=precision)], WIDE).marks
        assert mark.bar.width == pytest.approx(952 * months / 12, abs=6)
        assert mark.bar.x <= mark.x <= mark.bar.x + mark.bar.width

    @pytest.mark.parametrize(("day", "share"), [(date(2023, 1, 1), 0.5), (date(2023, 12, 1), 0.95)])
    def test_a_mark_stands_amid_its_year_or_in_the_month_that_is_noted(self, day, share):
        [mark] = axis([happening(day=day, precision="year")], WIDE).marks
        assert (mark.x - mark.bar.x) / mark.bar.width == pytest.approx(share, abs=0.03)

    @given(st.lists(st.tuples(st.dates(), st.sampled_from(["day", "month", "year"])), min_size=1, max_size=12))
    def test_whatever_the_dates_all_are_drawn_inside_it_and_apart(self, dates):
        made = axis([happening("An event with a title", day, precision) for day, precision in dates], WIDE)
        assert len(made.marks) == len(dates)
        assert apart([mark.hit for mark in made.marks])
        assert all(0 < mark.x < made.width and mark.hit.y + mark.hit.height <= made.height for mark in made.marks)
        assert len(made.years) <= 20
