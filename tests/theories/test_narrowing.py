"""Lists of very many theories: what is looked up, what is walked, and that the indexes serve it."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from lore.spoilers import EVERYTHING, Viewer
from tests.factories import make_claim, make_fan, make_page, make_work
from tests.factories_theories import make_tag, make_theory, resolved
from theories import listing as lists
from theories import narrowing
from theories.listing import ORDERS, listing
from theories.models import RESOLVED, Theory
from theories.narrowing import OF_OPEN, STATUSES
from theories.posting import Cited
from theories.registrations import leaning_theories

pytestmark = pytest.mark.django_db
SEES_ALL, GUEST = Viewer(seen=EVERYTHING), Viewer()


@pytest.fixture
def many(monkeypatch):
    """As if all were many: nothing is looked up, and a window is three theories wide."""
    monkeypatch.setattr(narrowing, "FEW", 0)
    monkeypatch.setattr(lists, "NEAR", 2)
    monkeypatch.setattr(lists, "WINDOW", 3)
    monkeypatch.setattr(narrowing, "WINDOW", 3)


@pytest.fixture
def world(author, fan):
    """Twelve theories, each with something of its own."""
    work = make_work(page=make_page("chapter-3"))
    tag, now = make_tag(), timezone.now()
    for number in range(12):
        fields = {
            "tags": [tag] if number % 2 else [],
            "scope": work.mask if number in {3, 4} else 0,
            "citations": [[Cited(work.page)], [Cited(make_claim(key=f"A{number}", page=work.page))], []][number % 3],
            "due_work": work if number == 5 else None,
        }
        ends = {"closes_at": now + timedelta(days=3 * number + 1)} if number != 5 else {}
        state = resolved("busted", now) if number in {7, 8} else ends
        if number == 9:
            state = {"closes_at": now - timedelta(days=1)}
        theory = make_theory(author if number % 4 else fan, claim=f"theory {number}", set_to=state, **fields)
        Theory.objects.filter(pk=theory.pk).update(hot=number % 5, top=number / 12, controversy=number % 3)
    return work


def walked(viewer, **query):
    """All that a list holds, page by page."""
    found, pages, shown = [], 0, None
    while shown is None or shown.next_place:
        shown = listing(viewer, query | {"after": shown.next_place if shown else ""})
        found += [entry.claim for entry in shown.entries]
        pages += 1
        assert pages < 20, "that goes round in circles"
    return found


QUERIES = [
    {"tag": "rooney"},
    {"work": "chapter-3"},
    {"author": "FAN"},
    {"author": "nobody"},
    {"status": "open"},
    {"status": "closing"},
    {"status": "due"},
    {"status": "busted"},
    {"tag": "rooney", "author": "author", "status": "open"},
    {"tag": "rooney", "work": "chapter-3", "order": "new"},
    {"order": "closing", "tag": "rooney"},
    {"order": "resolved"},
    {"order": "top", "status": "open", "work": "chapter-3"},
    {"status": "busted", "tag": "rooney"},
    {"order": "resolved", "status": "busted", "author": "author"},
]


def test_walking_finds_what_looking_up_finds(world, many, monkeypatch):
    for viewer in (SEES_ALL, GUEST):
        by_windows = [walked(viewer, **query) for query in QUERIES]
        with monkeypatch.context() as few:
            few.setattr(narrowing, "FEW", 2000)
            few.setattr(lists, "WINDOW", 2000)
            looked_up = [walked(viewer, **query) for query in QUERIES]
        assert by_windows == looked_up
        assert all(looked_up[number] for number in (0, 1, 2, 4, 7))


def test_a_page_that_found_nothing_in_its_window_leads_on_and_tells_nothing(world, many):
    Theory.objects.filter(tags=None).update(hot=99)
    page = listing(GUEST, {"tag": "rooney"})
    assert page.entries == []
    assert re.fullmatch(r"at,\d+", page.next_place), "where a shielded theory may stand is told by its id alone"


def test_a_work_that_was_not_seen_finds_ones_own_that_give_it_away(world, author, many, monkeypatch):
    own = Viewer(fan_id=author.pk)
    assert "theory 3" in walked(own, work="chapter-3")
    assert "theory 3" not in walked(GUEST, work="chapter-3")
    monkeypatch.setattr(narrowing, "FEW", 2000)
    assert "theory 3" in walked(own, work="chapter-3")


def test_the_panel_of_a_page_that_very_many_lean_on_shows_the_hottest(world, many, monkeypatch):
    page = world.page
    shown = [entry.claim for entry in leaning_theories(GUEST, page).context["entries"] if isinstance(entry, Theory)]
    hottest = set(Theory.objects.in_lists().order_by("-hot", "-id").values_list("claim", flat=True)[:4])
    assert shown
    assert set(shown) <= hottest
    monkeypatch.setattr(narrowing, "FEW", 2000)
    assert len(leaning_theories(SEES_ALL, page).context["entries"]) == 8


def test_what_is_near_is_found_without_measuring_a_whole_window(world, many, monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(lists, "SIZE", 1)
    with django_assert_num_queries(3):
        near = listing(SEES_ALL, {"order": "closing"})
    Theory.objects.exclude(scope=0).update(closes_at=timezone.now() + timedelta(hours=1))
    with django_assert_num_queries(5):
        further = listing(GUEST, {"order": "closing"})
    assert [entry.claim for entry in near.entries + further.entries] == ["theory 0", "theory 0"]


# What the database does. On SQLite, whose planner knows nothing of how many rows there are.


@pytest.fixture
def plans():
    if connection.vendor != "sqlite":
        pytest.skip("plans are read on SQLite")

    def explained(**query):
        """Of those statements that read theories in some order."""
        with CaptureQueriesContext(connection) as done:
            listing(SEES_ALL, query)
        asked = [entry["sql"] for entry in done.captured_queries]
        asked = [sql for sql in asked if sql.startswith('SELECT "theories_theory"') and not sql.endswith("LIMIT 1")]
        assert asked
        with connection.cursor() as cursor:
            return [finding(sql, cursor.execute(f"EXPLAIN QUERY PLAN {sql}").fetchall()) for sql in asked]

    def finding(sql, rows):
        """Of a page the part that finds its ids: what comes for these few is looked up, and sorted again."""
        is_page = re.search(r"LIMIT \d+\)", sql)
        return "; ".join(words for _, parent, _, words in rows if parent or not is_page)

    return explained


def test_an_order_is_read_from_its_index_wherever_one_is(world, plans):
    for order in ORDERS.values():
        last = order.rows().order_by(*order.by).last()
        for after in ("", f"at,{last.pk}"):
            for plan in plans(order=order.name, after=after):
                assert re.search(r"^(SCAN|SEARCH) \w+ USING (COVERING )?INDEX theory_by_", plan), plan
                assert "TEMP B-TREE" not in plan


def test_what_many_fit_is_walked_along_the_order(world, many, plans):
    for order in ORDERS:
        for query in ({"tag": "rooney"}, {"work": "chapter-3"}, {"author": "fan"}):
            end, page = plans(order=order, **query)
            assert re.search(r"^(SCAN|SEARCH) theories_theory USING COVERING INDEX theory_by_", end), end
            assert re.search(r"^SEARCH \w+ USING (COVERING )?INDEX theory_by_", page), page
            assert "TEMP B-TREE" not in end + page


def test_what_few_fit_is_looked_up(world, plans):
    """One by a quiet author among a million is not searched for along the order."""
    for order in ORDERS:
        for query in ({"tag": "rooney"}, {"author": "fan"}, {"work": "chapter-3"}):
            *_, page = plans(order=order, **query)
            assert "INTEGER PRIMARY KEY" in page, (order, query, page)


def test_a_status_is_read_from_an_index_in_the_order(world, many, plans):
    for order in ("hot", "new", "top", "controversial"):
        for status in STATUSES:
            *_, page = plans(order=order, status=status)
            index = "outcome" if status in {*RESOLVED, "resolved"} else "by" if status in OF_OPEN else "state"
            assert re.search(rf"USING (COVERING )?INDEX theory_{index}_", page), (order, status, page)
            assert "TEMP B-TREE" not in page, (order, status)


def test_fans_are_found_by_name_and_their_theories_counted_without_reading_all(plans, world, guest):
    make_fan("Ruska")
    with CaptureQueriesContext(connection) as done:
        assert guest.get("/fans/rUSKA/").status_code == 200
    for said, index in (
        ("LOWER", "INDEX fan_by_username"),
        ('theory"."id") FILTER', "COVERING INDEX theory_by_author"),
    ):
        [asked] = [query["sql"] for query in done.captured_queries if said in query["sql"]]
        with connection.cursor() as cursor:
            assert index in str(cursor.execute(f"EXPLAIN QUERY PLAN {asked}").fetchall())
