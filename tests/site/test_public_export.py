"""What `export_lore --public` writes is what a newcomer reads, and nothing else: no word of the crawl's universe that
is behind a shield, in no file and no file's name."""

import io
import re

import pytest
from django.core.files.storage import default_storage

from lore import markup, spoilers
from lore.addressing import rename, set_aliases
from lore.bulk.cutting import LEFT_OUT, cut_body, cut_facts, cut_line
from lore.canon import lexicon_for
from lore.exporting import export_lore
from lore.importing import import_lore
from lore.models import Claim, Event, Image, Page, Source, Tie, Work
from lore.seeding import read_page
from lore.spoilers import Viewer
from tests.factories import make_claim, make_page, make_source, make_work
from tests.lore.pictures import png
from tests.sharing import shared
from tests.site.universe import WORD, make_universe, word
from theories.models import Theory

SHOWN = "page lead heading pagebody alias cat category inline inner section wanted claim newer event eventkey"
SHOWN += " answer alt altcredit"
NOT_LORE = "why reason status taken gone gonewhy proposal proposedpart proposalwhy proposed proposedcredit picturewhy"


@pytest.fixture(scope="class")
def made(django_db_setup, django_db_blocker):
    with shared(django_db_blocker):
        yield _made()


@pytest.fixture
def universe(made, db):
    return made


def _made():
    """With a source of its own for each claim, and files for the pictures."""
    made = make_universe()
    for claim in Claim.objects.all():
        key = f"source-{claim.key.lower()}"
        claim.sources.add(make_source(key, title=f"On {word(claim.scope, 'source')}"))
    for image in Image.objects.all():
        default_storage.save(image.file(480, "webp"), io.BytesIO(png(48, 32)))
    return made


def told(folder):
    files = [file for file in folder.rglob("*") if file.is_file()]
    texts = [file.read_text(errors="replace") for file in files]
    return "\n".join([*(str(file.relative_to(folder)) for file in files), *texts])


def words_in(folder):
    return {match[0] for match in WORD.finditer(told(folder))}


class TestTheUniverse:
    def test_nothing_behind_a_shield_is_told(self, universe, tmp_path):
        said = export_lore(tmp_path, is_public=True)
        assert {
            found for found in words_in(tmp_path) | set(WORD.findall(said)) if not found.startswith("zq000")
        } == set()
        for name in ("works.toml", "events.toml", "ties.toml", "pictures.toml", "faq.toml", "sources.toml"):
            assert (tmp_path / name).is_file()

    def test_what_a_newcomer_reads_is_all_there(self, universe, tmp_path):
        export_lore(tmp_path, is_public=True)
        assert {word(0, kind) for kind in SHOWN.split()} <= words_in(tmp_path)

    def test_what_is_not_lore_or_not_yet_is_not_told(self, universe, tmp_path):
        Page.objects.filter(slug="holder-0").update(is_published=False)
        for is_public in (True, False):
            folder = tmp_path / str(is_public)
            export_lore(folder, is_public=is_public)
            kinds = set(NOT_LORE.split()) - (set() if is_public else {"gone"})
            assert not {word(0, kind) for kind in kinds} & words_in(folder)
            assert not re.search(r"helper|careful|writer|archive@|@example", told(folder))
        assert not (tmp_path / "True" / "pages" / "holder-0.md").exists()
        assert (tmp_path / "False" / "pages" / "holder-0.md").exists()

    def test_the_whole_export_holds_all(self, universe, tmp_path):
        export_lore(tmp_path)
        assert {
            word(mask, kind) for mask in range(8) for kind in ("pagebody", "section", "claim", "event", "alias")
        } <= (words_in(tmp_path))

    @pytest.mark.parametrize("hole", ["inside", "sees_part", "visible_to"])
    def test_the_judge_finds_a_hole(self, universe, tmp_path, monkeypatch, hole):
        if hole == "visible_to":
            monkeypatch.setattr(spoilers.ShieldedQuerySet, "visible_to", lambda self, viewer: self)
        else:
            monkeypatch.setattr(Viewer, hole, lambda self, *args, **kwargs: True)
        export_lore(tmp_path, is_public=True)
        assert any(not found.startswith("zq000") for found in words_in(tmp_path))

    def test_it_can_be_imported_and_reads_the_same(self, universe, tmp_path):
        newcomer = Viewer()
        pages = set(Page.objects.published().visible_to(newcomer).values_list("slug", flat=True))
        claims = set(Claim.objects.published().visible_to(newcomer).values_list("key", flat=True))
        export_lore(tmp_path / "out", is_public=True)
        Theory.objects.exclude(duplicate_of=None).delete()  # another could not go before them
        for model in (Theory, Event, Tie, Work, Page, Source, Image):
            model.objects.all().delete()
        import_lore(tmp_path / "out")
        assert set(Page.objects.values_list("slug", flat=True)) == pages
        assert set(Claim.objects.values_list("key", flat=True)) == claims
        assert not Event.objects.exclude(scope=0).exists()


# Gaps and old names tell, too


@pytest.fixture
def works(db):
    return [make_work("chapter-3"), make_work("chapter-4"), make_work("john-wick", title="John Wick")]


def test_places_in_an_order_have_no_gaps(works, tmp_path):
    page = make_page("open")
    for number, scope in enumerate([0, 1, 0, 1, 0]):
        make_claim(f"A{number}", page=page, scope=scope, position=number, story_position=number * 10)
    export_lore(tmp_path, is_public=True)
    claims = read_page(tmp_path / "pages" / "open.md")[0]["claims"]
    assert [(claim["id"], claim["story"]) for claim in claims] == [("A0", 1), ("A2", 2), ("A4", 3)]
    assert not any("position" in claim for claim in claims)


def test_an_old_address_is_told_only_where_a_text_names_it(works, tmp_path):
    page = make_page("the-traitor")
    rename(page, "winston-betrays-them")
    rename(page, "winston")
    set_aliases(page, ["The Killer"])
    set_aliases(page, [])
    make_page("other", body="[[The traitor]]")
    export_lore(tmp_path, is_public=True)
    assert read_page(tmp_path / "pages" / "winston.md")[0]["old_addresses"] == ["the-traitor"]
    assert "betrays" not in told(tmp_path)
    assert "killer" not in told(tmp_path).lower()


def test_references_to_what_is_shielded_are_left_out(works, tmp_path):
    page, secret = make_page("open"), make_page("secret", scope=1)
    page.see_also.add(secret)
    older, newer = make_claim("A1", page=page), make_claim("A2", page=page, scope=1)
    older.also_on.add(secret)
    Claim.objects.filter(pk=older.pk).update(superseded_by=newer)
    Work.objects.update(page=secret)
    Event.objects.create(
        key="open", title="Open", track="real", claim=older, page=make_page("draft", is_published=False)
    )
    export_lore(tmp_path, is_public=True)
    assert not re.search("secret|draft|A2", told(tmp_path))


# Cutting


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Plain *words*.", "Plain *words*."),
        ("A >!chapter-4: secret!< B", "A … B"),
        ("A >!John Wick: Chapter 3: secret!< B", "A … B"),
        (">!chapter-3, chapter-4: secret!<", LEFT_OUT),
        ("A >!open to all here!< B", "A >!open to all here!< B"),
        ("A `>!chapter-4: as written!<` B", "A `>!chapter-4: as written!<` B"),
        ("`>!` A >!chapter-4: secret!< B", "`>!` A … B"),
        ("A >!chapter-4: `code` and [[Rooney|link]]!< B", "A … B"),
        ("A >!chapter-4: <https://a.example/secret>!< B", "A … B"),
        ("``` A >!chapter-4: secret!< B", "``` A … B"),
        ("", ""),
    ],
)
def test_lines_are_cut(works, text, left):
    compiled = markup.to_json(markup.compile_line(text, lexicon_for(text)))
    assert cut_line(Viewer(), text, compiled) == left


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("One.\n\nTwo.", "One.\n\nTwo."),
        ("One.\n\n::: gives-away chapter-3\nSecret.\n:::\n\nTwo.", "One.\n\nTwo."),
        ("One.\n::: gives-away chapter-3\nSecret.\n:::\nTwo.", "One.\n\nTwo."),
        ("One.\r\n::: gives-away chapter-3\r\nSecret.\r\n:::\r\nTwo.", "One.\n\nTwo."),
        ("::: gives-away chapter-3 chapter-4\nSecret.\n:::", ""),
        ("```\nshown\n::: gives-away chapter-3\nsecret\n:::\n```", "```\nshown\n\n```"),
        ("| a | >!chapter-4: secret!< |\n|---|---|\n| b | c |", "| a | … |\n|---|---|\n| b | c |"),
        ("```\n>!chapter-4: as written!<\n```", "```\n>!chapter-4: as written!<\n```"),
        ("## A >!chapter-4: secret!<\n\nB", "## A …\n\nB"),
        ("One [[a|b]] [[c\\|d]] two.", "One [[a|b]] [[c|d]] two."),
    ],
)
def test_bodies_are_cut(works, text, left):
    assert cut_body(Viewer(), "section", 1, text, compiled_body(text)) == left


def compiled_body(text):
    return markup.blocks_to_json(markup.compile_page(text, lexicon_for(text)))


@pytest.mark.parametrize(
    "text", ["A >!Fourth film: secret!< B", "A >!chapter-4: secret!< B", "A\n::: gives-away chapter-4\nsecret\n:::\nB"]
)
def test_what_was_shielded_when_it_was_saved_stays_so_when_the_work_has_another_name(works, text, tmp_path):
    Work.objects.filter(slug="chapter-4").update(title="Fourth film")
    compiled = compiled_body(text)
    Work.objects.filter(slug="chapter-4").update(slug="film-four", title="Four", short_title="Four")
    assert "secret" not in cut_body(Viewer(), "section", 1, text, compiled)


def test_facts_keep_their_labels(works):
    page = make_page("open", facts="Fate: >!chapter-4: secret!<\nRole: lead")
    assert cut_facts(Viewer(), page.current.facts, page.current.compiled["facts"]) == "Fate: …\nRole: lead"
