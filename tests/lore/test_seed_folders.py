"""The folder that an import reads, and how its files are read."""

import shutil

import pytest

from lore.editing import save_revision
from lore.importing import import_lore
from lore.prose import Prose
from lore.seeding import read_date, read_page
from tests.lore.seeds import change, page_of


class TestFolders:
    """What is imported from elsewhere is recorded apart from the built-in seed."""

    def test_change_what_nobody_edited_and_the_next_start_leaves_that(self, seeded, plain_seed, tmp_path):
        copy = shutil.copytree(plain_seed, tmp_path / "copy")
        change(copy / "pages" / "rooney.md", "Two trades are usually kept apart", "Two trades are seldom met")
        assert import_lore(copy).said == ["page rooney: updated"]
        assert import_lore(copy).said == []
        assert import_lore().said == ["page rooney: kept as edited on the site"]
        assert "seldom met" in page_of("rooney").current.body

    def test_leave_what_an_editor_wrote(self, seeded, plain_seed, tmp_path, editor):
        save_revision(page_of("rooney"), Prose("Rooney", "Edited."), editor=editor)
        copy = shutil.copytree(plain_seed, tmp_path / "copy")
        assert import_lore(copy).said == ["page rooney: kept as edited on the site"]

    def test_carry_a_rename_along(self, seeded, plain_seed, tmp_path):
        copy = shutil.copytree(plain_seed, tmp_path / "copy")
        import_lore(copy)
        for file in (copy / "pages").glob("*.md"):
            file.write_text(file.read_text().replace('"why-watch"', '"why-see-it"'))
        page = (copy / "pages" / "why-watch.md").rename(copy / "pages" / "why-see-it.md")
        page.write_text(page.read_text().replace("+++\n", '+++\nold_addresses = ["why-watch"]\n', 1))
        assert import_lore(copy).said == ["page why-see-it: updated"]
        assert page_of("why-watch").slug == "why-see-it"
        assert import_lore(copy).said == import_lore().said == []


def test_a_folder_may_have_been_written_on_windows(db, tmp_path):
    (tmp_path / "pages").mkdir()
    page = '\ufeff+++\r\ntitle = "A page"\r\nkind = "topic"\r\nlead = "A lead."\r\n+++\r\nOne.\r\n\r\nTwo.\r\n'
    (tmp_path / "pages" / "a-page.md").write_bytes(page.encode())
    import_lore(tmp_path)
    assert page_of("a-page").current.body == "One.\n\nTwo."


@pytest.mark.parametrize(
    "words, day", [("2025", "2025-01-01"), ("2025-06", "2025-06-01"), ("2025-06-07", "2025-06-07")]
)
def test_dates_are_read_as_closely_as_they_are_given(words, day):
    assert read_date(words).isoformat() == day


def test_a_seed_file_begins_with_its_head(tmp_path):
    file = tmp_path / "page.md"
    file.write_text("Words first\n+++\n+++\nbody")
    with pytest.raises(ValueError, match=r"page\.md"):
        read_page(file)
