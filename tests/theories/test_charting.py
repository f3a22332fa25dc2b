import re
from datetime import UTC, datetime, timedelta

import pytest

from theories.charting import (
    HEIGHT,
    LEFT,
    MOST_POINTS,
    MOST_ROWS,
    RIGHT,
    TOP,
    WIDTH,
    Step,
    changes,
    draw,
    height_of,
    line,
    moments,
    place_of,
)

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
END = BEGIN + timedelta(days=100)


def after(days, percent):
    return Step(BEGIN + timedelta(days=days), percent)


@pytest.mark.parametrize(("percent", "y"), [(100, TOP), (0, 142), (50, 76), (99, 11.3)])
def test_heights(percent, y):
    assert height_of(percent) == y


@pytest.mark.parametrize(("days", "x"), [(0, LEFT), (100, WIDTH - RIGHT), (50, 156), (-5, LEFT), (900, WIDTH - RIGHT)])
def test_places_stay_in_the_picture(days, x):
    assert place_of(BEGIN + timedelta(days=days), BEGIN, END) == x


@pytest.mark.parametrize(
    ("steps", "path"),
    [
        ([after(50, 50)], "M156 76H272"),
        ([after(0, 100), after(50, 50)], "M40 10H156V76H272"),
        ([after(0, 100), after(50, None)], "M40 10H156"),
        ([after(0, 100), after(50, None), after(75, 50)], "M40 10H156M214 76H272"),
    ],
)
def test_a_line_goes_in_steps_and_breaks_where_there_is_none(steps, path):
    assert line(steps, BEGIN, END).path == path


def test_no_steps_no_line():
    assert line([], BEGIN, END) is None


def test_what_changes_nothing_is_no_step():
    steps = [after(0, None), after(1, 5), after(2, 5), after(3, 6), after(4, None), after(5, None), after(6, 6)]
    assert [step.percent for step in changes(steps)] == [5, 6, None, 6]


def test_the_table_says_what_the_picture_shows():
    chart = draw([after(0, 40), after(50, 60)], [after(50, 70), after(60, None)], BEGIN, END)
    assert [(row.crowd, row.own, row.is_taken_back) for row in chart.rows] == [
        (None, None, True),
        (60, 70, False),
        (40, None, False),
    ]
    assert (chart.first, chart.lowest, chart.highest, chart.crowd.last, chart.own.last) == (40, 40, 60, 60, None)


def test_picture_and_table_are_bounded():
    crowd = [Step(BEGIN + timedelta(minutes=number), 1 + number % 99) for number in range(2000)]
    chart = draw(crowd, crowd, BEGIN, END)
    assert len(re.findall("[MV]", chart.crowd.path)) == MOST_POINTS
    assert (len(chart.rows), chart.left_out) == (MOST_ROWS, MOST_POINTS - MOST_ROWS)
    assert chart.rows[0].at == crowd[-1].at


def test_a_theory_of_this_very_moment():
    chart = draw([Step(BEGIN, 50)], [], BEGIN, BEGIN)
    assert chart.crowd.path == "M40 76H272"
    assert chart.own is None


@pytest.mark.parametrize(("days", "is_short"), [(1, True), (2, False)])
def test_within_two_days_the_hours_tell_the_ends_apart(days, is_short):
    assert draw([Step(BEGIN, 50)], [], BEGIN, BEGIN + timedelta(days=days)).is_short == is_short


def test_the_moments_asked_about_end_with_the_end():
    asked = moments(BEGIN, END)
    assert (len(asked), asked[-1]) == (MOST_POINTS, END)
    assert asked[0] > BEGIN


def test_the_grid_stands_in_the_picture():
    chart = draw([after(0, 40)], [], BEGIN, END)
    assert [word for _, word in chart.grid] == ["0 %", "", "50 %", "", "100 %"]
    assert all(0 < y < HEIGHT for y, _ in chart.grid)
