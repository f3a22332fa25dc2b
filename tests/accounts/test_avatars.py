"""The picture by which a fan is known."""

import io
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image

from accounts import avatars
from accounts.models import User
from tests.factories_theories import make_comment, make_theory

pytestmark = pytest.mark.django_db
PROFILE = "/settings/profile/"


@pytest.fixture(autouse=True)
def own_media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def picture(width=300, height=200, kind="PNG", colour="crimson", **options) -> ContentFile:
    buffer = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(buffer, kind, **options)
    return ContentFile(buffer.getvalue(), f"me.{kind.lower()}")


def send(client, **fields):
    return client.post(PROFILE, {"display_name": "Rooney", "bio": ""} | fields)


def stored(fan) -> set[str]:
    return set(default_storage.listdir(avatars.folder_of(fan.pk))[1])


def test_it_is_cut_square_and_shown(sign_in, fan, author, guest, django_capture_on_commit_callbacks):
    exif = Image.Exif()
    exif[0x010E] = "secret place"
    with django_capture_on_commit_callbacks(execute=True):
        assert send(sign_in(fan), picture=picture(kind="JPEG", exif=exif)).status_code == 302
    fan.refresh_from_db()
    answer = guest.get(fan.avatar_large)
    data = b"".join(answer)
    shown = Image.open(io.BytesIO(data))
    assert (shown.format, shown.size) == ("WEBP", (240, 240))
    assert b"secret place" not in data
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    theory = make_theory(author)
    make_comment(fan, theory)
    assert f'src="{fan.avatar_large}"' in guest.get(fan.get_absolute_url()).content.decode()
    assert f'src="{fan.avatar_small}"' in guest.get(theory.get_absolute_url()).content.decode()
    assert f'src="{fan.avatar_small}"' in sign_in(author).get("/inbox/").content.decode()
    make_theory(fan)
    assert f'src="{fan.avatar_small}"' in guest.get("/theories/").content.decode()


def test_a_new_one_takes_the_old_ones_place(sign_in, fan, guest, django_capture_on_commit_callbacks):
    client = sign_in(fan)
    for colour in ("crimson", "teal"):
        with django_capture_on_commit_callbacks(execute=True):
            send(client, picture=picture(colour=colour))
    old = User.objects.get(pk=fan.pk).avatar
    assert stored(fan) == {f"{old}-80.webp", f"{old}-240.webp"}
    with django_capture_on_commit_callbacks(execute=True):
        assert send(client, no_picture="on").status_code == 302
    assert stored(fan) == set()
    assert guest.get(f"/fans/{fan.pk}/avatar/{old}-80.webp").status_code == 404
    assert "tone-" in client.get(PROFILE).content.decode()


@pytest.mark.parametrize("content", [b"<svg/>", b"", b"GIF89a"])
def test_what_is_no_picture_is_refused(sign_in, fan, content):
    answer = send(sign_in(fan), picture=ContentFile(content, "me.png"), bio="Still here.")
    assert answer.status_code == 422
    assert answer.context["form"].errors["picture"]
    assert "Still here." in answer.content.decode()
    assert User.objects.get(pk=fan.pk).avatar == ""


def test_somebody_who_cannot_be_met_has_no_picture(fan, guest):
    avatars.set_avatar(fan, picture())
    User.objects.filter(pk=fan.pk).update(is_active=False)
    assert guest.get(fan.avatar_small).status_code == 404


def test_drawn_by_the_name_and_always_the_same():
    tones = {name: User(username=name).tone for name in ("rooney", "olga", "author", "fan", "Rooney")}
    assert tones["rooney"] == tones["Rooney"]
    assert set(tones.values()) == {"a", "b"}


def test_files_that_are_nobodys_go_and_young_ones_wait(fan, author, settings):
    avatars.set_avatar(fan, picture())
    kept = stored(fan)
    for reader in (fan, author):
        default_storage.save(avatars.file_name(reader.pk, "0" * 64, 80), ContentFile(b"stray"))
    assert avatars.drop_strays() == 0
    assert avatars.drop_strays(timedelta(0)) == 2
    assert (stored(fan), stored(author)) == (kept, set())
