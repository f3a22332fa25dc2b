"""Where the map puts the pages: the same each time, and never on top of each other."""

import random
import subprocess
import sys
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from lore.importing import import_lore
from lore.layout import lay_out, places_of
from lore.models import Spot, Tie
from lore.relaying import LOST_AFTER, lay_out_lost
from lore.spoilers import EVERYTHING, Viewer
from lore.tasks import lay_out_ties
from lore.ties import Filters, tie_map
from lore.webbing import CELL, drawn, label, rim_to_rim, with_circle
from tests.factories import make_page


def overlapping(points):
    placed = list(points.values())
    return [
        (one, other)
        for number, one in enumerate(placed)
        for other in placed[:number]
        if abs(one[0] - other[0]) < CELL[0] - 2 and abs(one[1] - other[1]) < CELL[1] - 2
    ]


STAR = [(1, number) for number in range(2, 30)]
CHAIN = [(number, number + 1) for number in range(1, 40)]
APART = [(1, 2), (3, 4), (5, 6), (7, 8)]
CLIQUE = [(one, other) for one in range(1, 12) for other in range(1, one)]


class TestPlaces:
    @pytest.mark.parametrize("edges", [STAR, CHAIN, APART, CLIQUE, [(1, 2)]])
    def test_are_within_bounds_and_clear_of_each_other(self, edges):
        places = places_of(edges)
        assert set(places) == {node for edge in edges for node in edge}
        assert all(0 <= x <= 1 and 0 <= y <= 1 for x, y in places.values())
        assert overlapping(drawn(places)) == []

    def test_are_the_same_for_the_same_rows(self):
        shuffled = random.Random(4).sample(STAR, len(STAR))
        assert places_of(STAR) == places_of(shuffled) == places_of([(two, one) for one, two in STAR])

    def test_there_are_none_without_ties(self):
        assert places_of([]) == {}

    def test_many_pages_are_laid_out_too(self, monkeypatch):
        monkeypatch.setattr("lore.layout._parted", lambda places: places)  # the same for few, and slow for many
        edges = [(number, number // 2) for number in range(2, 521)]
        assert len(places_of(edges)) == 520


@pytest.mark.django_db
class TestTask:
    def test_places_each_page_that_has_a_tie_and_no_other(self):
        one, two, alone = make_page("one"), make_page("two"), make_page("alone")
        Spot.objects.create(page=alone, x=0.5, y=0.5)
        Tie.objects.create(source=one, kind="part_of", target=two)
        lay_out_ties.enqueue()
        assert set(Spot.objects.values_list("page_id", flat=True)) == {one.pk, two.pk}

    def test_again_it_moves_nothing(self):
        pages = [make_page(f"p{number}") for number in range(6)]
        for page in pages[1:]:
            Tie.objects.create(source=page, kind="part_of", target=pages[0])
        lay_out()
        before = list(Spot.objects.order_by("page").values_list())
        lay_out()
        assert list(Spot.objects.order_by("page").values_list()) == before

    def test_one_that_got_lost_is_asked_for_again_when_it_is_overdue(
        self, monkeypatch, django_capture_on_commit_callbacks
    ):
        now, asked = timezone.now(), []
        monkeypatch.setattr("lore.relaying.timezone.now", lambda: now)
        monkeypatch.setattr("lore.relaying.lay_out_ties", SimpleNamespace(enqueue=lambda: asked.append(now)))
        one, two, three = (make_page(slug) for slug in ("one", "two", "three"))
        Tie.objects.create(source=one, kind="part_of", target=two)
        with django_capture_on_commit_callbacks(execute=True):
            lay_out()
        Tie.objects.create(source=two, kind="ally_of", target=one)  # drawn where the other is
        assert not lay_out_lost()
        Tie.objects.create(source=three, kind="part_of", target=two)
        call_command("redraw_ties")  # its worker may be at it
        now += LOST_AFTER
        for _ in range(2):
            call_command("redraw_ties")
        assert asked == [now]
        with django_capture_on_commit_callbacks(execute=True):
            lay_out()
        now += LOST_AFTER
        assert not lay_out_lost()

    def test_an_import_asks_for_it(self, seed, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks() as later:
            import_lore()
        assert lay_out_ties.enqueue in later
        with django_capture_on_commit_callbacks() as later:
            import_lore()
        assert lay_out_ties.enqueue not in later


def test_labels_of_the_seeded_map_stay_clear_of_each_other(seeded):
    lay_out()
    whole = tie_map(Viewer(seen=EVERYTHING), Filters())
    assert 35 <= len(whole.lines) <= 60
    for shown in (whole, *(tie_map(Viewer(), Filters(kind=kind)) for kind in whole.kinds)):
        assert overlapping(shown.places) == []
        assert max(shown.size) < 1600


def test_web_processes_load_neither_networkx_nor_numpy():
    dear = "print({'networkx', 'numpy'} & set(sys.modules))"
    asked = f"import django, sys; django.setup(); import ballerina_site.urls; {dear}"
    environment = {"DJANGO_SETTINGS_MODULE": "ballerina_site.settings", "DATA_DIR": str(settings.DATA_DIR)}
    told = subprocess.run(
        [sys.executable, "-c", asked],
        env=environment,
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.strip() == "set()"


class TestDrawing:
    def test_pages_without_a_place_stand_on_a_circle(self):
        assert overlapping(drawn(with_circle({}, list(range(12))))) == []
        places = with_circle({1: (0.2, 0.3), 2: (0.9, 0.8)}, [3, 4, 5])
        assert len(set(places.values())) == 5
        assert overlapping(drawn(places)) == []

    def test_two_on_one_place_do_not_make_it_endless(self):
        assert len(drawn({1: (0.5, 0.5), 2: (0.5, 0.5)})) == 2
        assert rim_to_rim((5, 5), (5, 5)) == ((5, 5), (5, 5))

    @pytest.mark.parametrize(
        ("title", "rows"),
        [
            ("Rooney", ("Rooney",)),
            ("Catalina Sandino Moreno", ("Catalina Sandino", "Moreno")),
            (
                "A title of so many words that nobody could ever take it in",
                ("A title of so", "many words that", "nobody could…"),
            ),
        ],
    )
    def test_labels_have_three_lines_at_most(self, title, rows):
        assert label(title) == rows
