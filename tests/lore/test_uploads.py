"""Pictures: stored under names that nobody can guess, served harmless and inside the shield."""

import io
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from PIL import Image as Pillow

from ballerina_site.pictures import PictureError
from lore.models import Image
from lore.uploads import remove_image, store_image
from tests.factories import make_page
from tests.lore.pictures import ABOUT, png


@pytest.fixture(autouse=True)
def media(settings, tmp_path, db):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def store(data=None, *, uploader=None, **fields):
    return store_image(io.BytesIO(data or png()), uploader=uploader, **(ABOUT | fields))


def files(folder):
    return sorted(str(path.relative_to(folder)) for path in Path(folder).rglob("*") if path.is_file())


class TestStoring:
    def test_keeps_three_encodings_of_each_width(self, media):
        image = store(png(1000, 500))
        assert image.widths == [480, 960]
        assert (image.width, image.height) == (960, 480)
        assert files(media) == sorted(
            image.file(width, kind) for width in (480, 960) for kind in ("avif", "webp", "jpg")
        )

    def test_the_same_file_twice_is_two_pictures(self):
        assert store().digest != store().digest

    def test_remembers_who_sent_it_and_what_it_gives_away(self, fan, three):
        image = Image.objects.get(pk=store(uploader=fan, scope=three.mask, is_public=False).pk)
        assert (image.uploader, image.scope, image.is_public) == (fan, three.mask, False)

    @pytest.mark.parametrize(
        "data", [b"no picture", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"\x89PNG\r\n\x1a\n"]
    )
    def test_what_is_no_picture_is_refused_and_nothing_is_stored(self, media, data):
        with pytest.raises(PictureError):
            store(data)
        assert files(media) == []
        assert not Image.objects.exists()

    @pytest.mark.parametrize(
        "bad", [{"alt": ""}, {"credit": ""}, {"licence": "stolen"}, {"alt": "a" * 251}, {"focal_x": 101}]
    )
    def test_what_is_said_about_it_is_checked_first(self, media, bad):
        with pytest.raises(ValidationError):
            store(**bad)
        assert files(media) == []

    def test_is_removed_with_its_files(self, media):
        remove_image(store())
        assert files(media) == []
        assert not Image.objects.exists()


class TestServing:
    @pytest.mark.parametrize(
        "kind, media_type", [("avif", "image/avif"), ("webp", "image/webp"), ("jpg", "image/jpeg")]
    )
    def test_is_served_as_what_it_is(self, guest, kind, media_type):
        answer = guest.get(store().address(12, kind))
        assert (answer.status_code, answer["Content-Type"]) == (200, media_type)
        assert Pillow.open(io.BytesIO(answer.getvalue())).size == (12, 8)

    def test_is_served_harmless(self, guest):
        answer = guest.get(store().fallback)
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"

    def test_may_be_kept_for_good(self, guest):
        assert guest.get(store().fallback)["Cache-Control"] == "public, max-age=31536000, immutable"

    @pytest.mark.parametrize(
        "wrong",
        ["{}-13.jpg", "{}-12.png", "{}-12.jpg.jpg", "000000000000-12.jpg", "{}-12", "{}-99999.jpg", "x", "..%2Fx"],
    )
    def test_under_a_wrong_name_it_is_not_found(self, guest, wrong):
        image = store()
        assert guest.get(f"/lore/pictures/{image.pk}/{wrong.format(image.digest[:12])}").status_code == 404

    def test_of_another_picture_it_is_not_found(self, guest):
        one, other = store(), store(png(13, 8))
        assert guest.get(one.fallback.replace(f"/{one.pk}/", f"/{other.pk}/")).status_code == 404

    def test_there_is_no_list_of_them(self, guest):
        image = store()
        for address in ["/lore/pictures/", f"/lore/pictures/{image.pk}/", "/media/", f"/media/{image.file(12, 'jpg')}"]:
            assert guest.get(address).status_code == 404

    def test_a_lost_file_is_not_found(self, guest, media):
        image = store()
        (media / image.file(12, "jpg")).unlink()
        assert guest.get(image.fallback).status_code == 404

    def test_only_reading_is_allowed(self, guest):
        assert guest.post(store().fallback).status_code == 405


class TestNotForAll:
    def test_one_of_a_draft_is_only_its_uploaders(self, guest, sign_in, fan, author):
        address = store(uploader=fan, is_public=False).fallback
        assert sign_in(fan).get(address).status_code == 200
        assert sign_in(author).get(address).status_code == 404
        assert guest.get(address).status_code == 404

    def test_one_of_a_draft_whose_uploader_is_gone_is_nobodys(self, guest):
        assert guest.get(store(uploader=None, is_public=False).fallback).status_code == 404

    def test_one_with_a_scope_is_for_those_inside(self, guest, having_seen, three, four):
        address = store(scope=three.mask).fallback
        assert guest.get(address).status_code == 404
        assert having_seen(four).get(address).status_code == 404
        assert having_seen(three).get(address).status_code == 200

    def test_one_with_a_scope_is_kept_by_no_shared_cache(self, having_seen, three):
        answer = having_seen(three).get(store(scope=three.mask).fallback)
        assert answer["Cache-Control"].startswith("private")

    def test_a_page_shows_its_picture_only_inside(self, guest, having_seen, three):
        image = store(scope=three.mask, alt="Telling words")
        make_page(lead_image=image)
        assert "Telling words" not in guest.get("/lore/ruska-roma/").text
        assert image.digest[:12] not in guest.get("/lore/ruska-roma/").text
        assert image.fallback in having_seen(three).get("/lore/ruska-roma/").text

    def test_a_page_shows_an_open_picture_with_words_and_credit(self, guest):
        make_page(lead_image=store())
        text = guest.get("/lore/ruska-roma/").text
        assert 'alt="A ballet shoe"' in text
        assert "A fan, Made for the archive" in text
        assert 'width="12" height="8"' in text

    def test_a_reveal_shows_a_pages_picture_and_its_files(self, guest, three):
        image = store(scope=three.mask, alt="Telling words")
        make_page(lead_image=image)
        asked = f"?reveal=image-{image.pk}"
        assert asked in guest.get("/lore/ruska-roma/").text
        assert f"{image.fallback}{asked}" in guest.get(f"/lore/ruska-roma/{asked}").text
        assert guest.get(f"{image.fallback}{asked}").status_code == 200

    def test_a_page_shows_no_picture_of_a_draft(self, guest):
        make_page(lead_image=store(is_public=False))
        assert "A ballet shoe" not in guest.get("/lore/ruska-roma/").text
