"""The export as a command: what it writes where, and what it leaves alone."""

import io
import json
import tomllib
from io import StringIO

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from PIL import Image as Pillow

from lore.bulk import writing
from lore.models import Image, Page
from lore.seeding import read_page
from lore.uploads import store_image
from tests.factories import make_claim, make_page, make_source, make_work
from tests.lore.pictures import ABOUT, png


def export(folder, *options):
    said = StringIO()
    call_command("export_lore", str(folder), *options, stdout=said)
    return said.getvalue()


@pytest.fixture
def page(db):
    return make_page("ruska-roma", title="Ruska Roma", body="An academy.")


class TestTheSeed:
    def test_is_written_in_its_own_layout(self, seeded, plain_seed, tmp_path):
        export(tmp_path)
        seeds = {str(file.relative_to(plain_seed)) for file in plain_seed.rglob("*.*")}
        assert {str(file.relative_to(tmp_path)) for file in tmp_path.rglob("*.*")} == seeds | {
            "lore.json",
            "categories.toml",
        }

    def test_is_counted(self, seeded, tmp_path):
        said = export(tmp_path / "out")
        assert "page: 37\n" in said
        assert f"Written to {tmp_path / 'out'}." in said

    def test_is_the_same_in_json(self, seeded, tmp_path):
        export(tmp_path)
        data = json.loads((tmp_path / "lore.json").read_text())
        assert data["events"] == tomllib.loads((tmp_path / "events.toml").read_text())["event"]
        for page in data["pages"]:
            head, body = read_page(tmp_path / ("house" if page["kind"] == "house" else "pages") / f"{page['slug']}.md")
            assert page == {"slug": page["slug"], **head} | ({"body": body} if body else {})


def test_what_goes_without_saying_is_left_out(page, tmp_path):
    export(tmp_path)
    text = (tmp_path / "pages" / "ruska-roma.md").read_text()
    assert text == '+++\ntitle = "Ruska Roma"\nkind = "topic"\nlead = "A lead."\n+++\nAn academy.\n'


def test_a_text_of_several_lines_is_written_as_such(page, tmp_path):
    make_page("two", lead='One.\n\nTwo "quoted".')
    export(tmp_path)
    assert 'lead = """\nOne.\n\nTwo \\"quoted\\"."""\n' in (tmp_path / "pages" / "two.md").read_text()


def test_a_claim_says_all_that_it_rests_on(page, tmp_path):
    source = make_source()
    make_work("chapter-3")
    claim = make_claim("A1", page=page, scope=1, story_position=20, precision="year")
    claim.sources.add(source)
    export(tmp_path)
    head, _ = read_page(tmp_path / "pages" / "ruska-roma.md")
    assert head["claims"] == [
        {
            "id": "A1",
            "status": "confirmed",
            "text": "A claim.",
            "scope": ["chapter-3"],
            "sources": ["article"],
            "as_of": "2025-06-01",
            "precision": "year",
            "story": 20,
        }
    ]


# Pictures


@pytest.fixture
def picture(page):
    picture = store_image(io.BytesIO(png(40, 30)), uploader=None, **ABOUT)
    Page.objects.update(lead_image=picture)
    page.pictures.add(picture)
    return picture


def test_pictures_are_written_beside_what_is_said_of_them(picture, tmp_path):
    export(tmp_path)
    (row,) = tomllib.loads((tmp_path / "pictures.toml").read_text())["picture"]
    assert row == {"file": f"{picture.digest[:12]}.webp", **ABOUT, "lead_of": ["ruska-roma"], "shows": ["ruska-roma"]}
    with Pillow.open(tmp_path / "pictures" / row["file"]) as image:
        assert image.size == (40, 30)
        assert not image.getexif()
        assert not {"exif", "xmp", "icc_profile"} & set(image.info)


def test_the_public_gets_no_master(picture, tmp_path):
    said = export(tmp_path, "--public")
    assert "left out, its file is not in the storage" in said
    assert not (tmp_path / "pictures").exists()
    default_storage.save(picture.file(picture.widths[-1], "webp"), io.BytesIO(b"a rendition"))
    export(tmp_path, "--public", "--force")
    assert [file.read_bytes() for file in (tmp_path / "pictures").iterdir()] == [b"a rendition"]


def test_pictures_that_are_not_the_lores_stay_away(picture, tmp_path):
    Image.objects.update(is_public=False)
    export(tmp_path)
    assert not (tmp_path / "pictures.toml").exists()


def test_a_picture_without_its_file_is_named_and_left_out(picture, tmp_path):
    default_storage.delete(picture.original)
    assert f"picture {picture.digest[:12]}.webp: left out" in export(tmp_path)
    assert not (tmp_path / "pictures.toml").exists()


# Where it writes


def test_a_folder_that_is_not_empty_is_refused(page, tmp_path):
    (tmp_path / "mine.txt").write_text("Mine.")
    with pytest.raises(CommandError, match="not empty"):
        export(tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == ["mine.txt"]


def test_with_force_an_older_export_is_replaced_and_nothing_else(page, tmp_path):
    make_page("gone")
    export(tmp_path)
    (tmp_path / "mine.txt").write_text("Mine.")
    Page.objects.filter(slug="gone").update(slug="here")
    export(tmp_path, "--force")
    assert {file.name for file in (tmp_path / "pages").iterdir()} == {"here.md", "ruska-roma.md"}
    assert {file.name for file in tmp_path.iterdir()} == {"lore.json", "pages", "mine.txt"}


def test_a_file_is_no_folder(page, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(CommandError, match="no folder"):
        export(tmp_path / "file", "--force")


def test_what_cannot_be_written_leaves_the_older_export_whole(page, tmp_path, monkeypatch):
    export(tmp_path)
    before = {file.name for file in tmp_path.iterdir()}
    monkeypatch.setattr(writing.shutil, "copyfileobj", lambda *files: (_ for _ in ()).throw(OSError("Disk full.")))
    store_image(io.BytesIO(png()), uploader=None, **ABOUT)
    with pytest.raises(CommandError, match="Disk full"):
        export(tmp_path, "--force")
    assert {file.name for file in tmp_path.iterdir()} == before


def test_an_empty_site_gives_an_empty_export(db, tmp_path):
    assert export(tmp_path / "out") == f"Written to {tmp_path / 'out'}.\n"
