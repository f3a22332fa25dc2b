"""The map of ties as a viewer gets it, and a page's own neighbourhood."""

import html
import re

import pytest

from lore.layout import lay_out
from lore.models import Spot, Tie, TieKind
from lore.neighbouring import AROUND, neighbourhood
from lore.spoilers import EVERYTHING, Viewer
from lore.ties import BACKWARDS, Filters, tie_map
from tests.factories import make_claim, make_page

pytestmark = pytest.mark.django_db


@pytest.fixture
def rooney():
    return make_page("rooney", kind="character", title="Rooney")


@pytest.fixture
def cast(rooney):
    """Rooney, who plays her, and where; one of the three ties is a rumour."""
    actress = make_page("ana-de-armas", kind="person", title="Ana de Armas")
    film = make_page("ballerina", kind="work", title="Ballerina")
    rumour = make_claim("E3", page=film, status="rumour")
    Tie.objects.create(source=rooney, kind="played_by", target=actress, claim=make_claim("D3", page=rooney))
    Tie.objects.create(source=rooney, kind="appears_in", target=film, claim=rumour)
    Tie.objects.create(source=actress, kind="appears_in", target=film)
    return rooney, actress, film


class TestMap:
    def test_each_kind_can_be_read_both_ways(self):
        assert set(BACKWARDS) == set(TieKind)

    def test_a_page_is_named_with_all_its_ties(self, cast):
        names = [node.name for node in tie_map(Viewer(), Filters()).nodes]
        assert names == [
            "Ana de Armas: appears in Ballerina, plays Rooney",
            "Ballerina: shows Ana de Armas, shows Rooney (rumour)",
            "Rooney: appears in Ballerina (rumour), is played by Ana de Armas",
        ]

    def test_a_tie_is_no_surer_than_its_claim(self, cast):
        edges = tie_map(Viewer(), Filters()).edges
        assert [edge.line.is_sure for edge in edges] == [True, False, True]

    def test_a_claim_that_nobody_may_read_is_not_named_and_its_doubt_stays(self, cast):
        cast[2].claims.update(page=make_page("draft", is_published=False))
        line = tie_map(Viewer(), Filters(relation="appears_in", page="rooney")).lines[0]
        assert line.claim is None
        assert line.doubt == " (rumour)"

    @pytest.mark.parametrize(
        ("asked", "count"),
        [
            ({}, 3),
            ({"kind": "person"}, 2),
            ({"relation": "played_by"}, 1),
            ({"page": "rooney"}, 2),
            ({"page": "rooney", "kind": "person"}, 1),
            ({"kind": "nonsense", "relation": "\0", "page": "nobody"}, 3),
        ],
    )
    def test_filters(self, cast, asked, count):
        assert len(tie_map(Viewer(), Filters(**asked)).lines) == count

    def test_without_a_layout_all_are_drawn(self, cast):
        assert not Spot.objects.exists()
        assert len(set(tie_map(Viewer(), Filters()).places.values())) == 3

    @pytest.mark.parametrize("hidden", [{"is_published": False}, {"scope": 1}, {"kind": "house"}])
    def test_a_page_that_is_not_read_takes_its_ties_along(self, cast, hidden):
        type(cast[2]).objects.filter(pk=cast[2].pk).update(**hidden)
        found = tie_map(Viewer(), Filters(page="ballerina"))
        assert [line.tie.kind for line in found.lines] == ["played_by"]
        assert found.here is None
        assert "work" not in found.kinds

    def test_the_scope_of_the_claim_counts(self, cast):
        make_claim("Z1", page=cast[0], scope=2)
        Tie.objects.filter(kind="played_by").update(claim=cast[0].claims.get(key="Z1"))
        assert len(tie_map(Viewer(), Filters()).lines) == 2
        assert len(tie_map(Viewer(seen=2), Filters()).lines) == 3

    def test_a_reveal_of_the_tie_names_no_page_behind_the_shield(self, cast):
        type(cast[2]).objects.filter(pk=cast[2].pk).update(scope=1)
        hidden = Tie.objects.get(source=cast[0], target=cast[2])
        viewer = Viewer(reveal=("tie", str(hidden.pk)))
        assert len(tie_map(viewer, Filters()).lines) == 1
        assert len(neighbourhood(viewer, cast[0]).spokes) == 1

    def test_takes_one_query(self, cast, django_assert_num_queries):
        lay_out()
        # the ties with their pages, places and claims
        with django_assert_num_queries(1):
            found = tie_map(Viewer(), Filters())
            assert found.nodes
            assert found.edges


class TestNeighbourhood:
    def test_says_both_ways_what_binds_it_the_sure_first(self, cast):
        def said(page):
            return [(spoke.relation, spoke.page.title) for spoke in neighbourhood(Viewer(), page).spokes]

        assert said(cast[0]) == [("is played by", "Ana de Armas"), ("appears in", "Ballerina")]
        assert said(cast[2]) == [("shows", "Ana de Armas"), ("shows", "Rooney")]

    def test_of_a_page_without_ties_there_is_none(self, rooney):
        assert neighbourhood(Viewer(), rooney) is None

    def test_shows_a_few_and_counts_the_rest_that_is_seen(self, rooney):
        for number in range(AROUND + 4):
            other = make_page(f"o{number}", kind="character", scope=number == 0)
            Tie.objects.create(source=rooney, kind="ally_of", target=other)
        near = neighbourhood(Viewer(), rooney)
        assert (len(near.spokes), near.more) == (AROUND, 3)
        assert neighbourhood(Viewer(seen=EVERYTHING), rooney).more == 4

    @pytest.mark.parametrize("hidden", [{"is_published": False}, {"scope": 1}, {"kind": "house"}])
    def test_neighbours_that_are_not_read_are_not_there(self, cast, hidden):
        type(cast[1]).objects.filter(pk=cast[1].pk).update(**hidden)
        assert [spoke.page for spoke in neighbourhood(Viewer(), cast[0]).spokes] == [cast[2]]

    def test_on_a_revealed_page_its_open_neighbours_stand(self, cast):
        type(cast[0]).objects.filter(pk=cast[0].pk).update(scope=1)
        cast[0].refresh_from_db()
        viewer = Viewer(reveal=("page", str(cast[0].pk)))
        assert len(neighbourhood(viewer, cast[0]).spokes) == 2

    def test_takes_one_query(self, cast, django_assert_num_queries):
        with django_assert_num_queries(1):
            assert neighbourhood(Viewer(), cast[0]).names

    def test_stands_on_the_page_before_what_to_see_also(self, guest, cast):
        cast[0].see_also.add(cast[2])
        text = guest.get("/lore/rooney/").text
        part = text[text.index('id="ties"') : text.index('id="see-also"')]
        assert 'is played by <a href="/lore/ana-de-armas/">Ana de Armas</a>' in part
        assert 'appears in <a href="/lore/ballerina/">Ballerina</a> (rumour)' in html.unescape(part)
        assert "/lore/ties/?page=rooney" in part
        assert not re.search(r"style=|<script|onclick", part)
        assert 'id="ties"' not in guest.get(f"/lore/{make_page('alone').slug}/").text
