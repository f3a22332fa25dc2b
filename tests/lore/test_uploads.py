"""Pictures: kept as a master that nobody gets, served harmless and inside the shield."""

import io

import pytest
from django.core.exceptions import ValidationError
from PIL import Image as Pillow

from ballerina_site.pictures import PictureError
from lore.models import Image
from lore.uploads import remove_image
from tests.factories import make_page
from tests.lore.pictures import files, make_image, make_suggestion, png, store


@pytest.fixture(autouse=True)
def media(settings, tmp_path, db):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


class TestStoring:
    def test_keeps_one_master_and_knows_its_sizes_at_once(self, media):
        image = store(png(1000, 500))
        assert (image.widths, image.width, image.height, image.making) == ([480, 960], 960, 480, "waiting")
        assert files(media) == [image.original]
        assert Pillow.open(media / image.original).size == (1000, 500)

    def test_the_master_is_bounded(self, media):
        image = store(png(5000, 40))
        assert Pillow.open(media / image.original).size == (3200, 26)
        assert (image.width, image.height) == (1600, 13)

    def test_of_what_came_no_hidden_word_is_kept(self, media):
        exif = Pillow.Exif()
        exif[0x013B] = "A. Photographer"
        exif.get_ifd(0x8825)[27] = b"N51.5007"
        buffer = io.BytesIO()
        Pillow.new("RGB", (30, 20), "blue").save(buffer, "JPEG", exif=exif, comment=b"Photographer")
        image = make_image(buffer.getvalue() + b"<script>alert(1)</script>")
        for name in files(media):
            kept = (media / name).read_bytes()
            assert not [secret for secret in (b"Photographer", b"N51", b"script", b"Exif") if secret in kept], name
        assert len(files(media)) == 1 + len(image.files) + len(image.card_files)

    def test_no_address_leads_to_the_master(self, guest):
        image = make_image()
        name = image.original.rpartition("/")[2]
        for address in [f"/media/{image.original}", f"/lore/pictures/{image.pk}/{name}", f"/{image.original}"]:
            assert guest.get(address).status_code == 404
        assert guest.get(f"/lore/pictures/{image.pk}/{image.digest[:12]}-original.webp").status_code == 404

    def test_the_same_file_twice_is_two_pictures(self):
        assert store().digest != store().digest

    def test_remembers_who_sent_it_and_what_it_gives_away(self, fan, three):
        image = Image.objects.get(pk=store(uploader=fan, scope=three.mask, is_public=False).pk)
        assert (image.uploader, image.scope, image.is_public) == (fan, three.mask, False)

    @pytest.mark.parametrize(
        "data", [b"no picture", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"\x89PNG\r\n\x1a\n", b""]
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

    @pytest.mark.parametrize(
        "alt",
        [
            *("IMG_1234.jpg", "my photo (1).PNG", "DSC0042", "Screenshot 2024-01-02 at 10.11.12", "a-dancer.webp"),
            *("picture", "A picture of", "the photograph", "Image of it", "20240102_101112", "…", "photo 3"),
        ],
    )
    def test_an_alternative_text_that_says_nothing_is_refused(self, alt):
        with pytest.raises(ValidationError) as refused:
            store(alt=alt)
        assert set(refused.value.error_dict) == {"alt"}

    @pytest.mark.parametrize("alt", ["Picture of a dancer", "A photograph shows two men", "舞者", "Rome at 10.30"])
    def test_one_that_says_something_passes(self, alt):
        assert store(alt=alt).alt == alt

    def test_is_removed_with_its_files(self, media, django_capture_on_commit_callbacks):
        image = make_image()
        with django_capture_on_commit_callbacks(execute=True):
            remove_image(image)
        assert files(media) == []
        assert not (media / image.folder).exists()
        assert not Image.objects.exists()


class TestServing:
    @pytest.mark.parametrize(
        "kind, media_type", [("avif", "image/avif"), ("webp", "image/webp"), ("jpg", "image/jpeg")]
    )
    def test_is_served_as_what_it_is(self, guest, kind, media_type):
        answer = guest.get(make_image().address(12, kind))
        assert (answer.status_code, answer["Content-Type"]) == (200, media_type)
        assert Pillow.open(io.BytesIO(answer.getvalue())).size == (12, 8)

    def test_is_served_harmless(self, guest):
        answer = guest.get(make_image().fallback)
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"

    def test_may_be_kept_for_good(self, guest):
        image = make_image()
        for address in (image.fallback, image.card_fallback):
            assert guest.get(address)["Cache-Control"] == "public, max-age=31536000, immutable"

    def test_cards_get_their_part_of_it(self, guest):
        image = make_image(png(1000, 300), focal_x=90)
        assert "-c90x50-480.jpg" in image.card_fallback
        answer = guest.get(image.address(960, "webp", image.crop))
        assert Pillow.open(io.BytesIO(answer.getvalue())).size == (960, 640)

    def test_while_a_crop_is_being_made_cards_get_the_whole(self, guest):
        image = make_image()
        Image.objects.filter(pk=image.pk).update(focal_x=10)
        answer = guest.get(Image.objects.get().card_fallback)
        assert (answer.status_code, answer["Cache-Control"]) == (200, "private, no-store")

    def test_what_is_not_made_yet_is_not_found(self, guest):
        assert guest.get(store().fallback).status_code == 404

    @pytest.mark.parametrize(
        "wrong",
        [
            *("{}-13.jpg", "{}-12.png", "{}-12.jpg.jpg", "000000000000-12.jpg", "{}-12", "{}-99999.jpg", "x", "..%2Fx"),
            *("{}-c1x1-480.jpg", "{}-c50x50-12.jpg", "{}-c-480.jpg", "{}-c999x50-480.jpg"),
        ],
    )
    def test_under_a_wrong_name_it_is_not_found(self, guest, wrong):
        image = make_image()
        assert guest.get(f"/lore/pictures/{image.pk}/{wrong.format(image.digest[:12])}").status_code == 404

    def test_of_another_picture_it_is_not_found(self, guest):
        one, other = make_image(), make_image(png(13, 8))
        assert guest.get(one.fallback.replace(f"/{one.pk}/", f"/{other.pk}/")).status_code == 404

    def test_files_are_not_listed(self, guest):
        image = make_image()
        for address in ["/media/", f"/media/{image.file(12, 'jpg')}", "/pictures/", "/originals/"]:
            assert guest.get(address).status_code == 404

    def test_a_lost_file_is_not_found(self, guest, media):
        image = make_image()
        (media / image.file(12, "jpg")).unlink()
        assert guest.get(image.fallback).status_code == 404

    def test_only_reading_is_allowed(self, guest):
        assert guest.post(make_image().fallback).status_code == 405


class TestNotForAll:
    def test_one_of_a_draft_is_only_its_uploaders(self, guest, sign_in, fan, author, editor):
        address = make_image(uploader=fan, is_public=False).fallback
        assert [sign_in(user).get(address).status_code for user in (fan, author, editor)] == [200, 404, 404]
        assert guest.get(address).status_code == 404

    def test_one_of_a_draft_whose_uploader_is_gone_is_nobodys(self, guest):
        assert guest.get(make_image(uploader=None, is_public=False).fallback).status_code == 404

    def test_a_suggested_one_is_also_the_editors_while_it_waits(self, guest, sign_in, fan, author, editor):
        address = make_suggestion(fan, make_page()).image.fallback
        assert [sign_in(user).get(address).status_code for user in (fan, editor, author)] == [200, 200, 404]
        assert sign_in(editor).get(address)["Cache-Control"].startswith("private")
        assert guest.get(address).status_code == 404

    def test_one_with_a_scope_is_for_those_inside(self, guest, having_seen, three, four):
        address = make_image(scope=three.mask).fallback
        assert guest.get(address).status_code == 404
        assert having_seen(four).get(address).status_code == 404
        assert having_seen(three).get(address).status_code == 200

    def test_one_with_a_scope_is_kept_by_no_shared_cache(self, having_seen, three):
        answer = having_seen(three).get(make_image(scope=three.mask).fallback)
        assert answer["Cache-Control"].startswith("private")

    def test_a_page_shows_its_picture_only_inside(self, guest, having_seen, three):
        image = make_image(scope=three.mask, alt="Telling words")
        make_page(lead_image=image)
        assert "Telling words" not in guest.get("/lore/ruska-roma/").text
        assert image.digest[:12] not in guest.get("/lore/ruska-roma/").text
        assert image.fallback in having_seen(three).get("/lore/ruska-roma/").text

    def test_a_page_shows_an_open_picture_with_words_and_credit(self, guest):
        make_page(lead_image=make_image())
        text = guest.get("/lore/ruska-roma/").text
        assert 'alt="A ballet shoe"' in text
        assert "A fan, Made for the archive" in text
        assert 'width="12" height="8"' in text

    def test_a_reveal_shows_a_pages_picture_and_its_files(self, guest, three):
        image = make_image(scope=three.mask, alt="Telling words")
        make_page(lead_image=image)
        asked = f"?reveal=image-{image.pk}"
        assert asked in guest.get("/lore/ruska-roma/").text
        assert f"{image.fallback}{asked}" in guest.get(f"/lore/ruska-roma/{asked}").text
        assert guest.get(f"{image.fallback}{asked}").status_code == 200

    def test_a_page_shows_no_picture_of_a_draft(self, guest):
        make_page(lead_image=make_image(is_public=False))
        assert "A ballet shoe" not in guest.get("/lore/ruska-roma/").text


class TestOnCards:
    def test_the_index_shows_a_pages_picture(self, guest):
        image = make_image()
        make_page(lead_image=image)
        text = guest.get("/lore/").text
        assert image.card_fallback in text
        assert 'width="480" height="320"' in text

    def test_it_shows_none_that_gives_something_away(self, guest, having_seen, three):
        image = make_image(scope=three.mask)
        make_page(lead_image=image)
        assert image.digest[:12] not in guest.get(f"/lore/?reveal=image-{image.pk}").text
        assert image.card_fallback in having_seen(three).get("/lore/").text

    def test_one_that_is_being_prepared_leaves_its_room(self, guest):
        make_page(lead_image=store())
        text = guest.get("/lore/").text
        assert "preparing" in text
        assert 'width="480" height="320"' in text
