"""The gate: one table of who sees what, asked of single things and of querysets."""

from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lore.models import Claim, Event, Image, Page
from lore.spoilers import (
    EVERYTHING,
    Fold,
    Shield,
    Viewer,
    folded,
    gate,
    is_inside,
    listed,
    reveal_from,
    screened,
    whole_scope,
)
from tests.factories import make_claim, make_fan, make_page, make_work

A, B, LAST = 1 << 0, 1 << 1, 1 << 61
MASKS = [0, A, B, A | B, LAST, A | LAST]

# (scope, seen-set, is their own, is revealed, is kept) → visible
TABLE = [
    (0, 0, False, False, False, True),
    (A, 0, False, False, False, False),
    (A, A, False, False, False, True),
    (A, B, False, False, False, False),
    (A | B, A, False, False, False, False),
    (A | B, B, False, False, False, False),
    (A | B, A | B, False, False, False, True),
    (A, A | B, False, False, False, True),
    (LAST, A | B, False, False, False, False),
    (A | LAST, EVERYTHING, False, False, False, True),
    (A | B, 0, True, False, False, True),
    (A | B, 0, False, True, False, True),
    (A | B, 0, False, False, True, True),
    (LAST, A, True, True, True, True),
]


def make_image(number, **fields):
    fields = {"width": 1, "height": 1, "alt": "", "credit": "", "licence": "own"} | fields
    return Image.objects.create(digest=f"{number:064}", **fields)


@pytest.mark.parametrize("scope, seen, own, revealed, kept, visible", TABLE)
def test_the_table(fan, scope, seen, own, revealed, kept, visible):
    image = make_image(1, scope=scope, uploader=fan if own else None)
    viewer = Viewer(
        fan.pk,
        seen,
        ("image", str(image.pk)) if revealed else None,
        load_kept=lambda: [("image", image.pk)] if kept else [],
    )
    assert viewer.sees(image) is visible
    assert Image.objects.visible_to(viewer).exists() is visible
    assert isinstance(gate(viewer, image), Shield) is not visible


@pytest.mark.parametrize("seen", [*MASKS, EVERYTHING])
def test_what_is_kept_or_revealed_of_another_kind_or_id_opens_nothing(fan, seen):
    image = make_image(1, scope=B)
    for kind, pk in [("claim", image.pk), ("image", image.pk + 1)]:
        viewer = Viewer(fan.pk, seen, (kind, str(pk)), load_kept=lambda thing=(kind, pk): [thing])
        assert viewer.sees(image) is is_inside(B, seen)
        assert Image.objects.visible_to(viewer).exists() is is_inside(B, seen)


def test_what_is_somebody_elses_is_not_ones_own(fan, author):
    image = make_image(1, scope=A, uploader=author)
    assert not Viewer(fan.pk).sees(image)
    assert not Viewer(None).sees(image)
    assert not Image.objects.visible_to(Viewer(fan.pk)).exists()


def test_nobody_owns_what_nobody_uploaded(db):
    make_image(1, scope=A, uploader=None)
    assert not Image.objects.visible_to(Viewer(None)).exists()


@pytest.fixture
def world(fan):
    """Rows of every way in which a scope comes together."""
    for number, (mask, owner) in enumerate(product(MASKS, [fan, make_fan("else"), None])):
        make_image(number, scope=mask, uploader=owner)
    pages = [make_page(f"p{number}", scope=mask) for number, mask in enumerate(MASKS)]
    claims = [
        make_claim(f"C{number}", page=page, scope=mask) for number, (page, mask) in enumerate(product(pages, MASKS[:3]))
    ]
    for number, (mask, page, claim) in enumerate(product(MASKS[:3], [None, *pages[:3]], [None, *claims[:5]])):
        Event.objects.create(key=f"e{number}", title="E", track="real", scope=mask, page=page, claim=claim)
    return {model: list(model.objects.all()) for model in (Image, Page, Claim, Event)}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_lists_and_details_agree(world, fan, data):
    """Whatever somebody has seen, keeps and reveals: the queryset holds just those rows that the predicate lets in."""
    model = data.draw(st.sampled_from(list(world)))
    some = st.tuples(st.just(model.shield_kind), st.sampled_from([row.pk for row in world[model]]))
    kept = data.draw(st.lists(some, max_size=3))
    reveal = data.draw(st.none() | some.map(lambda thing: (thing[0], str(thing[1]))))
    seen = data.draw(st.sampled_from([*MASKS, EVERYTHING]))
    viewer = Viewer(data.draw(st.sampled_from([None, fan.pk])), seen, reveal, load_kept=lambda: kept)
    listed_rows = set(model.objects.visible_to(viewer).values_list("pk", flat=True))
    assert listed_rows == {row.pk for row in world[model] if viewer.sees(row)}


@given(st.sets(st.integers(0, 61)), st.sets(st.integers(0, 61)))
def test_inside_means_subset(scope, seen):
    def mask(bits):
        return sum(1 << bit for bit in bits)

    assert is_inside(mask(scope), mask(seen)) is (scope <= seen)


class TestWholeScope:
    def test_of_a_claim_is_its_own_and_its_pages(self, db):
        claim = make_claim(page=make_page(scope=A), scope=B)
        assert whole_scope(claim) == A | B

    def test_of_an_event_reaches_through_its_claim_to_that_claims_page(self, db):
        claim = make_claim(page=make_page(scope=LAST), scope=B)
        event = Event.objects.create(key="e", title="E", track="real", scope=A, claim=claim)
        assert whole_scope(event) == A | B | LAST

    def test_a_missing_row_along_the_way_counts_as_safe(self, db):
        event = Event.objects.create(key="e", title="E", track="real", scope=A)
        assert whole_scope(event) == A
        assert Viewer(seen=A).sees(event)


class TestWithin:
    """What stands in a page that the viewer was let into."""

    @pytest.fixture
    def page(self, db):
        return make_page(scope=A)

    def test_comes_along_when_it_has_no_scope_of_its_own(self, page):
        claim = make_claim(page=page)
        assert Viewer().sees(claim, within=page)
        assert not Viewer().sees(claim)

    def test_stays_shielded_when_it_has(self, page):
        claim = make_claim(page=page, scope=B)
        assert not Viewer(seen=A).sees(claim, within=page)
        assert Viewer(seen=B).sees(claim, within=page)

    def test_does_not_come_along_on_another_page(self, page):
        other = make_page("other")
        assert not Viewer().sees(make_claim(page=page), within=other)


def shields(*works):
    return [Shield("claim", number, "claim", tuple(work_list)) for number, work_list in enumerate(works)]


class TestFolding:
    def test_two_in_a_row_stand_as_they_are(self):
        pair = shields([], [])
        assert list(folded(["a", *pair, "b"])) == ["a", *pair, "b"]

    def test_three_in_a_row_fold_into_one(self):
        three = shields([], [], [])
        assert list(folded(["a", *three, "b"])) == ["a", Fold(tuple(three)), "b"]

    def test_only_rows_fold(self):
        one, two, three = shields([], [], [])
        assert list(folded([one, two, "a", three])) == [one, two, "a", three]

    def test_a_fold_names_each_work_once(self, db):
        first, second = make_work("first"), make_work("second")
        fold = Fold(tuple(shields([second], [first, second], [first])))
        assert fold.works == (first, second)

    def test_a_list_is_screened_and_folded(self, db):
        pages = [make_page(f"p{number}", scope=A) for number in range(3)] + [make_page("open")]
        kinds = [type(entry) for entry in screened(Viewer(), pages)]
        assert kinds == [Fold, Page]


class TestShield:
    def test_names_only_the_works_that_are_still_unseen(self, three, four):
        page = make_page(scope=three.mask | four.mask)
        viewer = Viewer(seen=three.mask, load_works=lambda: [three, four])
        assert viewer.shield(page).works == (four,)

    def test_says_nothing_but_kind_id_and_works(self, three):
        page = make_page("secret-slug", title="Secret", scope=three.mask)
        shield = Viewer(load_works=lambda: [three]).shield(page)
        assert (shield.reveal, shield.href) == (f"page-{page.pk}", f"/lore/page-{page.pk}/")
        assert "ecret" not in repr(shield)

    def test_a_work_that_nobody_knows_any_more_is_a_film(self):
        assert Viewer().names(A) == "a film"

    @pytest.mark.parametrize(
        "words, said", [([], ""), (["A"], "A"), (["A", "B"], "A and B"), (["A", "B", "C"], "A, B and C")]
    )
    def test_lists_works_in_words(self, words, said):
        assert listed(words) == said


def test_who_shields_nothing_sees_what_gives_away_a_work_yet_to_come(db):
    page = make_page(scope=LAST)
    assert Viewer(seen=EVERYTHING).sees(page)
    assert page in Page.objects.visible_to(Viewer(seen=EVERYTHING))
    assert not Viewer(seen=EVERYTHING & ~LAST).sees(page)


@pytest.mark.parametrize(
    "raw, thing",
    [
        ("theory-12", ("theory", "12")),
        ("section-3-1", ("section", "3-1")),
        ("", None),
        ("theory", None),
        ("theory-", None),
        ("-12", None),
        ("theory-x", None),
        ("theory-1.5", None),
        ("section-3-", None),
        ("section-1-2-3", None),
        ("th3ory-1", None),
        ("theory-²", None),
        ("théorie-1", None),
        ("theory-" + "9" * 19, None),
        ("t" * 21 + "-1", None),
    ],
)
def test_reads_a_reveal(raw, thing):
    assert reveal_from(raw) == thing


def test_parts_are_revealed_one_by_one():
    viewer = Viewer(reveal=("section", "3-1"))
    assert viewer.sees_part("section", "3-1", A)
    assert not viewer.sees_part("section", "3-2", A)
    assert not viewer.sees_part("question", "3-1", A)
    assert viewer.sees_part("section", "3-2", 0)
