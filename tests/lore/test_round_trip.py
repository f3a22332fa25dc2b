"""Export, then import into an empty site: the same lore. And the export of that is the same, sign by sign."""

import io
from datetime import UTC, datetime
from operator import attrgetter

import pytest
from django.core.files.storage import default_storage
from hypothesis import example, given
from hypothesis import strategies as st
from PIL import Image as Pillow
from PIL import ImageChops, ImageStat

from lore.addressing import rename, set_aliases
from lore.arranging import arrange
from lore.bulk.page_rows import _facts
from lore.bulk.reading import read_lore
from lore.bulk.shapes import lean
from lore.bulk.writing import files_of, write_files
from lore.claiming import supersede
from lore.editing import delete_page, rescope, save_revision
from lore.exporting import export_lore
from lore.importing import import_lore
from lore.models import (
    Category,
    Claim,
    Event,
    Image,
    Page,
    PageLink,
    Question,
    Source,
    Tie,
    Work,
)
from lore.prose import Prose
from lore.seeding import Verdict
from lore.uploads import store_image
from tests.factories import make_claim, make_page, make_source, make_work
from tests.lore.pictures import ABOUT
from tests.lore.seeds import empty_the_site, page_of

WORK = "slug title short_title kind release_order story_order release_words released_on"


def works_in(mask):
    return sorted(work.slug for work in Work.objects.all() if work.mask & mask)


def values(thing, *names):
    return tuple(attrgetter(*names)(thing)) if len(names) > 1 else attrgetter(*names)(thing)


def all_lore():
    """Everything that a round trip must bring back, in words that do not depend on ids."""
    return {
        "pages": {page.slug: _page(page) for page in Page.objects.select_related("current", "lead_image")},
        "claims": {claim.key: _claim(claim) for claim in Claim.objects.select_related("page", "superseded_by")},
        "links": sorted(
            (link.source.slug, link.slug, works_in(link.scope), link.target and link.target.slug)
            for link in PageLink.objects.select_related("source", "target")
        ),
        "events": [_event(event) for event in Event.objects.all()],
        "questions": [
            (*values(question, "key", "question", "answer", "position"), sorted(c.key for c in question.claims.all()))
            for question in Question.objects.all()
        ],
        "ties": sorted(
            (tie.source.slug, tie.kind, tie.target.slug, works_in(tie.scope), tie.claim and tie.claim.key)
            for tie in Tie.objects.all()
        ),
        "works": [(*values(work, *WORK.split()), work.page and work.page.slug) for work in Work.objects.all()],
        "sources": sorted(Source.objects.values_list("key", "title", "kind", "url", "published_on", "precision")),
        "categories": sorted(Category.objects.values_list("slug", "name")),
        "pictures": [
            (*values(image, "alt", "credit", "licence", "focal_x", "focal_y"), works_in(image.scope))
            for image in Image.objects.order_by("pk")
        ],
    }


def _page(page):
    addresses = page.addresses.exclude(slug=page.slug)
    return {
        "prose": Prose.of(page.current),
        "about": values(page, "title", "kind", "is_published", "deleted_at", "summary"),
        "scope": works_in(page.scope),
        "names": sorted(addresses.values_list("slug", "name")),
        "categories": sorted(page.categories.values_list("slug", flat=True)),
        "see_also": sorted(page.see_also.values_list("slug", flat=True)),
        "picture": page.lead_image and page.lead_image.alt,
        "pictures": sorted(page.pictures.values_list("alt", flat=True)),
    }


def _claim(claim):
    return {
        "about": values(claim, *"text status as_of precision position story_position".split()),
        "scope": works_in(claim.scope),
        "home": claim.page.slug,
        "sources": sorted(claim.sources.values_list("key", flat=True)),
        "also_on": sorted(claim.also_on.values_list("slug", flat=True)),
        "superseded_by": claim.superseded_by and claim.superseded_by.key,
    }


def _event(event):
    named = [event.work and event.work.slug, event.story_after and event.story_after.slug]
    named += [event.page and event.page.slug, event.claim and event.claim.key, works_in(event.scope)]
    return values(event, *"key title text track kind happened_on precision when_words position".split()), named


def texts_in(folder):
    return {
        str(file.relative_to(folder)): file.read_bytes()
        for file in folder.rglob("*")
        if file.is_file() and file.parent.name != "pictures"
    }


def assert_comes_back(tmp_path):
    before = all_lore()
    export_lore(tmp_path / "first")
    empty_the_site()
    import_lore(tmp_path / "first")
    assert all_lore() == before
    export_lore(tmp_path / "second")
    assert texts_in(tmp_path / "second") == texts_in(tmp_path / "first")


def edit(page, editor, **fields):
    save_revision(page, Prose(**(Prose.of(page.current).fields | fields)), editor=editor)


class TestTheWholeSeed:
    def test_comes_back(self, seeded, tmp_path):
        assert_comes_back(tmp_path)

    def test_comes_back_from_json_alone(self, seeded, tmp_path):
        before = all_lore()
        export_lore(tmp_path)
        empty_the_site()
        import_lore(tmp_path / "lore.json")
        assert all_lore() == before

    def test_comes_back_with_what_was_edited(self, seeded, tmp_path, editor):
        rename(page_of("why-watch"), "why-see-it")
        set_aliases(page_of("rooney"), ["Die Tänzerin"])
        supersede(Claim.objects.get(key="E3"), make_claim("X900", page=page_of("winston"), story_position=55))
        rescope(page_of("plot"), Work.objects.mask(["chapter-4", "ballerina"]), editor=editor)
        edit(page_of("themes"), editor, body=">!chapter-4: covered!< [[Nowhere yet]] [[Why watch]]")
        arrange(page_of("visuals"), {"is_published": False}, editor=editor)
        delete_page(page_of("wider-universe"), editor=editor, reason="Doubtful")
        Event.objects.filter(key="release").update(position=40, kind="released")
        Claim.objects.filter(key="D1").update(position=7, precision="day", status="contradicted")
        Category.objects.filter(slug="characters").update(name="Figuren")
        assert_comes_back(tmp_path)

    def test_imported_again_changes_nothing(self, seeded, tmp_path):
        export_lore(tmp_path)
        assert {verdict for _, verdict in import_lore(tmp_path).counts} == {Verdict.SAME}
        assert {verdict for _, verdict in import_lore().counts} == {Verdict.SAME}

    def test_leaves_nothing_for_the_built_in_seed_to_do(self, seeded, tmp_path):
        export_lore(tmp_path)
        empty_the_site()
        import_lore(tmp_path)
        assert {verdict for _, verdict in import_lore().counts} == {Verdict.SAME}


HOSTILE = [
    'Quotes "double", \'single\' and """three"""',
    "Backslash \\ at the end \\",
    "Tab\tbell\x07escape\x1bdelete\x7f",
    "+++",
    "Zoë 🎭 “Ballerina” – Балерина \u200fעברית\u200f",
    "# no comment = [table]",
    "nul-like \\u0000 and \\x00",
    " edges ",
]
BODIES = [
    "+++\ntitle = 'another head'\n+++\nand its body",
    "Windows\r\nends\r\n\r\nthus.\r\n",
    "\n\n  indented first, blank last  \n\n",
    "Old Mac\rends",
    "```\n+++\n```",
    "form\x0cfeed, next\x85line, separator\u2028here",
    '"""\n\'\'\'\n\\"""',
    "",
]


@pytest.fixture
def works(db):
    return [make_work("chapter-3"), make_work("chapter-4")]


class TestOddities:
    @pytest.mark.parametrize("words", HOSTILE)
    def test_words_of_any_signs_come_back(self, works, tmp_path, words):
        page = make_page("odd", title=words, lead=words, hatnote=words, facts=f"Label: {words.strip()}")
        make_claim(page=page, text=words)
        make_source("odd", title=words)
        Category.objects.create(slug="Odd_one", name=words)
        page.categories.set(Category.objects.all())
        Event.objects.create(key="odd", title=words, text=words, track="real", when_words=words)
        assert_comes_back(tmp_path)

    @pytest.mark.parametrize("body", BODIES)
    def test_bodies_of_any_shape_come_back(self, works, tmp_path, body):
        make_page("odd", lead=f"A lead\n{body}" if body else "A lead.", body=body)
        assert_comes_back(tmp_path)

    @pytest.mark.parametrize(
        "facts", ["A : b", "A:b\n\n\nC: d", "A: b\r\nC: d", " A: b", "A: b: c", "[[x]]: y", "", "A: b\n"]
    )
    def test_facts_written_in_any_way_come_back(self, works, tmp_path, facts):
        make_page("odd", facts=facts)
        assert_comes_back(tmp_path)

    def test_names_and_places_come_back(self, works, tmp_path):
        three, four = works
        page = make_page("first", scope=three.mask, is_published=False)
        rename(page, "second")
        set_aliases(page, ["The First", "Die Zweite"])
        set_aliases(page, ["Die Zweite"])
        make_page("taken-away", is_published=False, deleted_at=datetime(2026, 1, 2, 3, 4, 5, 678, UTC))
        older = make_claim("A2", page=page, text="Older.", scope=four.mask, position=9)
        middle, newer = make_claim("A10", page=page), make_claim("A1", page=make_page("home"), text=">!chapter-3: so!<")
        supersede(middle, newer)
        Claim.objects.filter(pk=older.pk).update(superseded_by=middle)
        newer.also_on.add(page)
        make_source("film", kind="film", url="https://example.org/a?b=c&d", precision="year")
        newer.sources.set([make_source(), *Source.objects.all()])
        Work.objects.filter(pk=three.pk).update(page=page, released_on="2019-05-17", story_order=None)
        Tie.objects.create(source=page, target=newer.page, kind="leads", scope=four.mask, claim=newer)
        assert_comes_back(tmp_path)

    def test_twice_the_same_place_in_an_order_comes_back(self, works, tmp_path):
        for key in ("b", "a", "c"):
            Event.objects.create(key=key, title=key, track="real", position=1)
            Question.objects.create(key=key.upper(), question="Is it?", answer="No.", position=1)
            make_claim(f"{key.upper()}1", position=1)
        assert_comes_back(tmp_path)


class TestPictures:
    def test_come_back_as_near_as_an_eye_can_tell(self, works, tmp_path):
        shown = Pillow.effect_mandelbrot((640, 400), (-2, -1.2, 1, 1.2), 60).convert("RGB")
        buffer = io.BytesIO()
        shown.save(buffer, "PNG")
        page = make_page("hall")
        page.lead_image = store_image(
            buffer, uploader=None, scope=works[0].mask, focal_x=12, focal_y=88, **ABOUT | {"alt": 'Mirrors, "old"'}
        )
        page.save(update_fields=["lead_image"])
        page.pictures.add(page.lead_image)
        assert_comes_back(tmp_path)
        with default_storage.open(Image.objects.get().original) as file, Pillow.open(file) as image:
            assert image.size == (640, 400)
            assert not {"exif", "xmp", "icc_profile"} & set(image.info)
            assert max(ImageStat.Stat(ImageChops.difference(image.convert("RGB"), shown)).mean) < 4

    def test_of_this_site_are_known_again(self, works, tmp_path):
        buffer = io.BytesIO()
        Pillow.new("RGB", (64, 40), "navy").save(buffer, "PNG")
        store_image(buffer, uploader=None, **ABOUT)
        export_lore(tmp_path)
        assert import_lore(tmp_path).counts == {("work", Verdict.SAME): 2, ("picture", Verdict.SAME): 1}
        assert Image.objects.count() == 1


# Any text at all, without a database

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=80)


@given(title=TEXT, lead=TEXT, body=TEXT, value=TEXT)
@example(title="t", lead="a\n+++\nb", body="\ufeff", value="\r")
def test_any_text_is_read_as_it_was_written(tmp_path_factory, title, lead, body, value):
    page = {"slug": "odd", "title": title, "kind": "topic", "lead": lead, "body": body}
    page |= {"facts": value, "claims": [{"id": "A1", "status": "rumour", "text": value}]}
    rows = {kind: [] for kind in ("work", "source", "category", "event", "question", "tie", "picture")}
    folder = tmp_path_factory.mktemp("any")
    write_files(folder, files_of(rows | {"page": [lean("page", page)]}), {})
    for place in (folder, folder / "lore.json"):
        entries = read_lore(place)
        (read,) = entries["page"]
        assert {name: read.row[name] for name in page} == page
        assert entries["claim"][0].row["text"] == value


def test_facts_are_tables_where_that_says_the_same():
    assert _facts("A: b\nC: d: e") == [{"label": "A", "value": "b"}, {"label": "C", "value": "d: e"}]
    assert _facts("A:b") == "A:b"
