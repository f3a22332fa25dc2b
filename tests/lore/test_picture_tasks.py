"""Renditions are made outside the request, and whatever is killed on the way is mended."""

import os
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.utils import timezone
from PIL import Image as Pillow

from ballerina_site.storage import WholeFiles
from lore import preparing, sweeping
from lore.models import Image
from lore.picturing import decline_picture, withdraw_picture
from lore.preparing import prepare
from lore.tasks import prepare_picture
from tests.factories import make_page
from tests.lore.pictures import files, make_image, make_suggestion, png, store

HOUR_OLD = timedelta(hours=2)


@pytest.fixture(autouse=True)
def media(settings, tmp_path, db):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def grow_old(folder: Path, age: timedelta = HOUR_OLD) -> None:
    then = (timezone.now() - age).timestamp()
    for file in folder.rglob("*"):
        os.utime(file, (then, then))


def made(image: Image) -> list[str]:
    return sorted([image.original, *image.files, *image.card_files])


class TestPreparing:
    def test_happens_after_the_commit(self, media, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks(execute=True):
            image = store(png(1000, 500))
            assert files(media) == [image.original]
        image.refresh_from_db()
        assert image.is_ready
        assert files(media) == made(image)

    def test_nothing_is_made_of_what_was_rolled_back(self, media, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks() as waiting:
            image = store()
        image.delete()
        for callback in waiting:
            callback()
        assert not (media / "pictures").exists()

    def test_twice_makes_nothing_twice(self, media, monkeypatch):
        image = make_image()
        monkeypatch.setattr(preparing, "read_picture", lambda *args, **kwargs: pytest.fail("read again"))
        prepare(image.pk)
        assert files(media) == made(image)

    def test_goes_on_where_it_was_killed(self, media):
        image = make_image()
        for name in image.files[1:4]:
            (media / name).unlink()
        Image.objects.update(making="waiting")
        prepare(image.pk)
        assert files(media) == made(image)
        assert Image.objects.get().is_ready

    def test_two_at_once_leave_one_set(self, media):
        image = store(png(1000, 500))
        one = preparing.with_files().get()
        crews = [threading.Thread(target=preparing._make, args=self.work(one)) for _ in range(3)]
        for crew in crews:
            crew.start()
        for crew in crews:
            crew.join()
        assert files(media) == sorted([image.original, *image.files])

    @staticmethod
    def work(image):
        return image, image.files, "", lambda: preparing.renditions(preparing._Source(image).read())

    def test_moves_the_crop_with_the_focal_point(self, media):
        image = make_image(png(600, 100))
        Image.objects.update(focal_x=0)
        prepare(image.pk)
        moved = Image.objects.get()
        assert set(moved.card_files) <= set(files(media))
        assert set(image.card_files) <= set(files(media))  # pages that are still open ask for them

    def test_without_a_master_takes_the_largest_rendition(self, media):
        image = make_image(png(1000, 500))
        (media / image.original).unlink()
        Image.objects.update(focal_x=0)
        prepare(image.pk)
        assert set(Image.objects.get().card_files) <= set(files(media))

    def test_of_a_picture_that_is_gone_does_nothing(self):
        prepare(999)


class TestFailing:
    def test_without_its_master_it_fails_and_says_so(self, media, guest, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks() as waiting:
            image = store()
        (media / image.original).unlink()
        for callback in waiting:
            callback()
        assert Image.objects.get().has_failed
        make_page(lead_image=Image.objects.get())
        assert "It could not be prepared" in guest.get("/lore/ruska-roma/").text

    def test_a_full_disk_is_tried_again_later(self, settings, monkeypatch):
        settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
        image = store()
        monkeypatch.setattr(WholeFiles, "_save", self.no_room)
        prepare_picture.call(image.pk)
        assert Image.objects.get().making == "waiting"
        monkeypatch.undo()
        prepare_picture.call(image.pk, 1)
        assert Image.objects.get().is_ready

    def test_in_the_end_it_gives_up(self, settings, monkeypatch):
        settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
        image = store()
        monkeypatch.setattr(WholeFiles, "_save", self.no_room)
        with pytest.raises(OSError, match="No space"):
            prepare_picture.call(image.pk, 4)
        assert Image.objects.get().has_failed

    @staticmethod
    def no_room(*args, **kwargs):
        raise OSError("No space left on device")

    def test_a_page_shows_a_box_of_the_right_size_meanwhile(self, guest):
        make_page(lead_image=store(png(1000, 500)))
        text = guest.get("/lore/ruska-roma/").text
        assert 'width="960" height="480" alt="A ballet shoe (the picture is being prepared)"' in text
        assert "Being prepared; reload in a moment." in text


class TestSweeping:
    def test_leaves_alone_what_is_well(self, media):
        image = make_image()
        grow_old(media)
        call_command("sweep_pictures", now=True, verbosity=0)
        assert files(media) == made(image)

    def test_asks_again_for_what_waits_too_long_but_not_at_once(self, media):
        store()
        assert sweeping.prepare_lost() == 0
        Image.objects.update(created_at=timezone.now() - timedelta(hours=1))
        assert (sweeping.prepare_lost(), sweeping.prepare_lost()) == (1, 0)
        assert Image.objects.get().is_ready

    def test_asks_for_crops_of_pictures_from_before_there_were_any(self, media):
        image = make_image()
        for name in image.card_files:
            (media / name).unlink()
        assert sweeping.prepare_missing() == 1
        assert files(media) == made(image)

    def test_drops_files_of_no_picture_when_they_are_old(self, media):
        image = make_image()
        for name in ("originals/ab.webp", "pictures/ab/480.jpg", f"{image.folder}/c1x1-480.jpg", "originals/x.part"):
            default_storage.save(name, ContentFile(b"stray"))
        assert sweeping.drop_strays() == 0
        grow_old(media)
        assert sweeping.drop_strays() == 4
        assert files(media) == made(image)
        assert not (media / "pictures" / "ab").exists()

    def test_drops_what_was_killed_before_its_row_came(self, media):
        store().delete()
        grow_old(media)
        sweeping.drop_strays()
        assert files(media) == []

    def test_drops_what_a_killed_decision_left(self, media, fan, editor):
        """Without the commit's callbacks, as after a kill -9."""
        page = make_page()
        decline_picture(make_suggestion(fan, page), editor=editor, reason="No.")
        withdraw_picture(make_suggestion(fan, page), fan=fan)
        assert files(media)
        grow_old(media)
        sweeping.drop_strays()
        assert files(media) == []
        assert Image.objects.count() == 2

    def test_drops_pictures_that_belong_to_nothing(self, media, fan, django_capture_on_commit_callbacks):
        make_image(is_public=False, uploader=fan)
        kept = [make_image(), make_suggestion(fan, make_page()).image]
        assert sweeping.drop_abandoned() == 0
        Image.objects.update(created_at=timezone.now() - timedelta(days=2))
        with django_capture_on_commit_callbacks(execute=True):
            assert sweeping.drop_abandoned() == 1
        assert set(Image.objects.all()) == set(kept)
        assert len(files(media)) == sum(len(made(image)) for image in kept)

    def test_looks_through_the_files_once_an_hour(self, media, capsys):
        default_storage.save("originals/ab.webp", ContentFile(b"stray"))
        grow_old(media)
        call_command("sweep_pictures")
        assert "1 stray files dropped" in capsys.readouterr().out
        call_command("sweep_pictures")
        assert capsys.readouterr().out == ""

    def test_with_nothing_there_is_nothing_to_do(self):
        assert sweeping.drop_strays() == 0


class TestWholeFiles:
    def test_a_file_takes_the_place_of_the_old(self, media):
        storage = WholeFiles(location=media)
        for words in (b"old", b"new"):
            assert storage.save("a/b.txt", ContentFile(words)) == "a/b.txt"
        assert (files(media), (media / "a/b.txt").read_bytes()) == (["a/b.txt"], b"new")

    def test_one_that_is_cut_short_is_not_there(self, media):
        class Torn(ContentFile):
            def chunks(self, chunk_size=None):
                yield b"half"
                raise OSError("No space left on device")

        storage = WholeFiles(location=media)
        storage.save("b.txt", ContentFile(b"whole"))
        with pytest.raises(OSError, match="No space"):
            storage.save("b.txt", Torn(b"xx"))
        assert (files(media), (media / "b.txt").read_bytes()) == (["b.txt"], b"whole")

    def test_readers_may_read_it(self, media):
        WholeFiles(location=media, file_permissions_mode=0o644).save("b.txt", ContentFile(b"x"))
        assert (media / "b.txt").stat().st_mode & 0o777 == 0o644


def test_the_first_frame_alone_is_decoded():
    frames = [Pillow.new("RGB", (30, 30), colour) for colour in ("red", "blue", "green")]
    path = default_storage.path("frames.gif")
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    frames[0].save(path, save_all=True, append_images=frames[1:])
    image = make_image(Path(path).read_bytes())
    kept = Pillow.open(default_storage.open(image.original))
    assert getattr(kept, "n_frames", 1) == 1
    assert kept.convert("RGB").getpixel((5, 5))[0] > 200
