"""What is wrong with a file is told in one sentence that names the place, and nothing is done. A dry run tells what
would be."""

import os
import socket
from io import StringIO
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command

from lore.importing import import_lore
from lore.models import Page, SeedRecord, Work
from lore.seeding import Verdict
from tests.lore.seeds import add_picture, change, page_of

FAULTS = {
    "bad TOML": ("events.toml", 'key = "release"', 'key = "release', r"events\.toml: .*line \d+"),
    "an unknown work": ("events.toml", 'scope = ["chapter-3"]', 'scope = ["chapter-33"]', "rehearsal: .*chapter-33"),
    "a work that is none": ("events.toml", 'work = "chapter-3"', 'work = "chapter-33"', "rehearsal: .*chapter-33"),
    "two of a key": ("faq.toml", 'key = "P2"', 'key = "P1"', r"faq\.toml, P1: there are two"),
    "two claims of a key": ("pages/rooney.md", 'id = "D1"', 'id = "E3"', "winston.md, E3: there are two"),
    "a day that never was": ("events.toml", 'when = "2025-06"', 'when = "2025-13"', "article-written: “when”"),
    "a name nobody knows": ("events.toml", "story_after =", "storyafter =", "ballerina-story: “storyafter”"),
    "a scope that is no list": ("events.toml", 'scope = ["chapter-3"]', 'scope = "chapter-3"', "rehearsal: “scope”"),
    "something missing": ("sources.toml", 'title = "The article"', "", "article: “title” is missing"),
    "a page that is none": ("pages/rooney.md", '"ruska-roma"', '"ruska-rama"', r"rooney\.md: .*ruska-rama"),
    "a claim that is none": ("faq.toml", '"E5"', '"E55"', "P1: .*E55"),
    "a source that is none": ("pages/rooney.md", 'id = "D1"', 'id = "D1"\nsources = ["x"]', "D1: .*source: x"),
    "an unknown status": ("pages/rooney.md", 'status = "confirmed"', 'status = "sure"', "D1: “status”"),
    "an unknown kind": ("pages/rooney.md", 'kind = "character"', 'kind = "heroine"', r"rooney\.md: “kind”"),
    "an open block": ("pages/rooney.md", "\n:::\n", "\n", r"rooney\.md: “body”: Line \d+: .*not closed"),
    "a claim that does not compile": ("pages/rooney.md", 'text = "Rooney', 'text = ">!Rooney', "D1: Line 1"),
    "a password in an address": (
        *("sources.toml", 'title = "The article"', 'title = "The article"\nurl = "https://me:pw@example.org/"'),
        "article: “url”: .*before the “@”",
    ),
    "a sign that turns the text": (
        *("sources.toml", 'title = "The article"', 'title = "The article"\nurl = "https://example.org/\u202ex"'),
        "article: “url”: .*cannot be seen",
    ),
    "no head": ("pages/rooney.md", "+++\n", "", r"pages/rooney\.md: .*\+\+\+"),
    "an alias that is taken": ("pages/rooney.md", '"The Ballerina"', '"Winston"', r"rooney\.md: .*winston"),
    "a key of no form": ("pages/rooney.md", 'id = "D1"', 'id = "no key"', "no key: “key”"),
}


class TestFaults:
    @pytest.mark.parametrize("fault", FAULTS)
    def test_are_told_with_their_place_and_nothing_is_imported(self, db, seed, fault):
        file, old, new, told = FAULTS[fault]
        change(seed / file, old, new)
        with pytest.raises(CommandError, match=told):
            call_command("import_lore", stdout=StringIO())
        assert not Work.objects.exists()
        assert not SeedRecord.objects.exists()

    def test_a_text_that_is_not_utf_8(self, db, seed):
        (seed / "pages" / "rooney.md").write_bytes(b"+++\ntitle = '\xff'\n+++\n")
        with pytest.raises(ValidationError, match=r"pages/rooney\.md: is not UTF-8"):
            import_lore()

    def test_a_folder_without_lore(self, db, tmp_path):
        with pytest.raises(CommandError, match="no lore"):
            call_command("import_lore", str(tmp_path), stdout=StringIO())

    @pytest.mark.parametrize("place", ["nowhere", "x/lore.json"])
    def test_a_place_that_is_not_there(self, db, tmp_path, place):
        with pytest.raises(ValidationError, match="no lore"):
            import_lore(tmp_path / place)

    @pytest.mark.parametrize("data", ["[]", "{}", '{"pages": 1}', '{"films": []}', '{"pages": [1]}', "{", '"x"'])
    def test_json_of_another_kind(self, db, tmp_path, data):
        (tmp_path / "lore.json").write_text(data)
        with pytest.raises(ValidationError, match=r"lore\.json"):
            import_lore(tmp_path / "lore.json")

    def test_a_circle_of_claims_that_replace_each_other(self, db, seed):
        change(seed / "pages" / "rooney.md", 'id = "D1"', 'id = "D1"\nsuperseded_by = "D2"')
        change(seed / "pages" / "rooney.md", 'id = "D2"', 'id = "D2"\nsuperseded_by = "D1"')
        with pytest.raises(ValidationError, match=r"D[12]: .*own place"):
            import_lore()


def _sparse(file, size):
    with file.open("wb") as opened:
        opened.truncate(size)


def _socket(file):
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(str(file))


STRANGE = {
    "a pipe": ("pages/pipe.md", os.mkfifo, "is no ordinary file"),
    "a pipe for a table": ("events.toml", os.mkfifo, "is no ordinary file"),
    "a socket": ("pages/s.md", _socket, "is no ordinary file"),
    "a folder": ("pages/folder.md", Path.mkdir, "is no ordinary file"),
    "a way out": ("pages/out.md", lambda file: file.symlink_to("/etc/hostname"), "leads out of its folder"),
    "a device": ("faq.toml", lambda file: file.symlink_to("/dev/zero"), "leads out of its folder"),
    "a picture from elsewhere": ("pictures/rose.webp", lambda file: file.symlink_to("/dev/zero"), "leads out"),
    "a pipe for a picture": ("pictures/rose.webp", os.mkfifo, "is no ordinary file"),
    "a link to nothing": ("ties.toml", lambda file: file.symlink_to("gone.toml"), "is not there"),
    "a ring of links": ("ties.toml", lambda file: file.symlink_to(file.name), "cannot be read"),
    "a huge page": ("pages/huge.md", lambda file: _sparse(file, 2**40), "is larger than 4 MB"),
    "a huge table": ("events.toml", lambda file: _sparse(file, 2**40), "is larger than 20 MB"),
    "a name of many parts": (
        "events.toml",
        lambda file: file.write_text(f"{'a.' * 100_000}a = 1"),
        "nested too deeply",
    ),
    "many brackets": ("events.toml", lambda file: file.write_text(f"a = {'[' * 100_000}"), "nested too deeply"),
    "a long name": ("events.toml", lambda file: file.write_text(f"{'a' * 100_000} = 1"), "a…"),
}


@pytest.mark.parametrize("kind", STRANGE)
def test_strange_files_are_refused_with_a_plain_line(db, tmp_path, monkeypatch, kind):
    """Nobody waits for a file that has no end, and no memory is filled with it."""
    monkeypatch.chdir(tmp_path)  # a socket's path is short
    name, make, told = STRANGE[kind]
    for folder in ("pages", "pictures"):
        Path(folder).mkdir()
    Path("works.toml").write_text("")
    about = 'alt = "A rose"\ncredit = "Me"\nlicence = "CC0"\n'
    Path("pictures.toml").write_text(f'[[picture]]\nfile = "rose.webp"\n{about}' if "rose" in name else "")
    make(Path(name))
    with pytest.raises(CommandError, match=told) as refusal:
        call_command("import_lore", ".", stdout=StringIO())
    words = str(refusal.value)
    assert name in words
    assert "\n" not in words
    assert len(words) < 600


def test_a_json_of_any_depth_is_refused_too(db, tmp_path):
    (tmp_path / "lore.json").write_text(f'{{"pages": {"[" * 100_000}')
    with pytest.raises(CommandError, match=r"lore\.json: is nested too deeply"):
        call_command("import_lore", str(tmp_path), stdout=StringIO())


class TestDryRun:
    def test_tells_what_would_be_and_does_nothing(self, db, seed):
        said = StringIO()
        call_command("import_lore", "--dry-run", stdout=said)
        assert "nothing was changed" in said.getvalue()
        assert "page: 37 added" in said.getvalue()
        assert not Page.objects.exists()
        assert not SeedRecord.objects.exists()

    def test_stores_no_picture_and_starts_no_task(self, db, seed, stored, django_capture_on_commit_callbacks):
        add_picture(seed)
        with django_capture_on_commit_callbacks() as later:
            ledger = import_lore(dry_run=True)
        assert ledger.counts["picture", Verdict.CREATE] >= 1
        assert stored() == set()
        assert later == []

    def test_finds_what_an_import_would_find(self, db, seed):
        add_picture(seed, alt="picture.png")
        with pytest.raises(ValidationError, match=r"pictures\.toml, hall: “alt”"):
            import_lore(dry_run=True)


class TestDryRunOnASeededSite:
    def test_tells_of_an_update(self, seeded, seed):
        change(seed / "pages" / "rooney.md", "Two trades are usually kept apart", "Two trades are seldom met")
        assert import_lore(dry_run=True).said == ["page rooney: updated"]
        assert page_of("rooney").revisions.count() == 1
