"""The seed's pictures: stored anew only where the file is another, and left as editors hang them."""

import pytest
from django.core.exceptions import ValidationError
from PIL import Image as Pillow

from accounts.models import User
from lore.exporting import export_lore
from lore.importing import import_lore
from lore.models import Image, Page, Work
from lore.seeding import SEED_DIR, Verdict
from tests.lore.seeds import add_picture, change, empty_the_site, page_of


def picture_called(alt="A hall with mirrors"):
    return Image.objects.get(alt=alt)


class TestOfTheSeed:
    def test_hang_on_every_page_and_are_stored_once(self, db, stored):
        assert import_lore().counts["picture", Verdict.CREATE] == Image.objects.count()
        assert not Page.objects.lore().filter(lead_image=None).exists()
        files = stored()
        ours = {file.read_bytes() for file in (SEED_DIR / "pictures").glob("*.webp")}
        assert {file.read_bytes() for file in files if file.parent.name == "originals"} == ours
        assert {verdict for _, verdict in import_lore().counts} == {Verdict.SAME}
        assert stored() == files

    def test_come_back_from_an_export(self, db, tmp_path):
        import_lore()
        pictures = set(Image.objects.values_list("alt", "leads__slug", "credit", "licence", "focal_x", "focal_y"))
        export_lore(tmp_path / "first")
        empty_the_site()
        import_lore(tmp_path / "first")
        found = Image.objects.values_list("alt", "leads__slug", "credit", "licence", "focal_x", "focal_y")
        assert set(found) == pictures
        assert {verdict for _, verdict in import_lore().counts} == {Verdict.SAME}
        export_lore(tmp_path / "second")
        assert files_in(tmp_path / "second") == files_in(tmp_path / "first")
        assert files_in(tmp_path / "second" / "pictures") == files_in(SEED_DIR / "pictures")


def files_in(folder):
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*.*")}


@pytest.mark.usefixtures("seeded")
class TestPictures:
    def test_hang_where_their_seed_says(self, seed):
        add_picture(seed, lead_of=["rooney"], shows=["rooney", "winston"], focal_x=10, scope=["chapter-3"])
        import_lore()
        picture = picture_called()
        assert page_of("rooney").lead_image == picture
        assert list(picture.pages.all()) == [page_of("rooney"), page_of("winston")]
        assert (picture.focal_x, picture.focal_y, picture.scope) == (10, 50, Work.objects.mask(["chapter-3"]))
        assert picture.uploader == User.objects.archive()

    def test_are_stored_once(self, seed, stored):
        add_picture(seed, lead_of=["rooney"])
        import_lore()
        files = stored()
        assert import_lore().said == []
        assert (stored(), Image.objects.filter(alt="A hall with mirrors").count()) == (files, 1)

    def test_follow_their_seed_without_being_stored_anew(self, seed, stored):
        add_picture(seed)
        import_lore()
        files, digest = stored(), picture_called().digest
        change(seed / "pictures.toml", "A hall with mirrors", "A hall without mirrors")
        assert import_lore().said == ["picture hall: updated"]
        assert (picture_called("A hall without mirrors").digest, stored()) == (digest, files)

    def test_are_replaced_when_the_file_is_another(self, seed):
        add_picture(seed, lead_of=["rooney"], shows=["winston"])
        import_lore()
        old = picture_called()
        Pillow.new("RGB", (60, 40), "blue").save(seed / "pictures" / "hall.png")
        assert import_lore().said == ["picture hall: updated"]
        assert picture_called() != old
        assert page_of("rooney").lead_image == picture_called()
        assert page_of("winston").pictures.get() == picture_called()

    def test_keep_what_an_editor_wrote_and_hung(self, seed):
        add_picture(seed, lead_of=["rooney"])
        import_lore()
        Image.objects.filter(alt="A hall with mirrors").update(alt="Mirrors, and a barre")
        add_picture(seed, "stage.png", "green", alt="An empty stage", lead_of=["rooney"])
        assert "picture hall: kept as edited on the site" in import_lore().said
        assert page_of("rooney").lead_image.alt == "Mirrors, and a barre"

    def test_change_places(self, seed):
        add_picture(seed, lead_of=["rooney"])
        add_picture(seed, "stage.png", "green", alt="An empty stage", lead_of=["winston"])
        import_lore()
        text = (seed / "pictures.toml").read_text()
        (seed / "pictures.toml").write_text(
            text.replace('"rooney"', '"x"').replace('"winston"', '"rooney"').replace('"x"', '"winston"')
        )
        import_lore()
        assert page_of("rooney").lead_image.alt == "An empty stage"
        assert page_of("winston").lead_image.alt == "A hall with mirrors"

    def test_taken_away_stay_away(self, seed):
        add_picture(seed)
        import_lore()
        picture_called().delete()
        assert import_lore().said == ["picture hall: left deleted"]

    @pytest.mark.parametrize(
        ("name", "told"),
        [("gone.png", "is not there"), ("../works.toml", "without folders"), ("broken.png", "broken: .*picture")],
    )
    def test_that_are_none_are_told_and_nothing_is_kept(self, seed, stored, name, told):
        add_picture(seed)
        (seed / "pictures" / "broken.png").write_bytes(b"no picture")
        with (seed / "pictures.toml").open("a") as file:
            file.write(f'\n[[picture]]\nfile = "{name}"\nalt = "Nothing"\ncredit = "Nobody"\nlicence = "own"\n')
        with pytest.raises(ValidationError, match=told):
            import_lore()
        assert stored() == set()
        assert not Image.objects.filter(alt="A hall with mirrors").exists()
