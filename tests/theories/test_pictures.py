"""A theory's picture: stored, shown, taken off, refused."""

import io

import pytest

from lore.models import Image
from tests.factories import make_work
from tests.theories.authoring import FIELDS, NEW, address, png
from theories.models import Theory

pytestmark = pytest.mark.django_db


def test_a_picture_is_public_only_with_its_theory(sign_in, fan, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    client = sign_in(fan)
    client.post(NEW, FIELDS | {"action": "draft", "picture": png(), "picture_alt": "A red wall"})
    draft = Theory.objects.get()
    assert (draft.picture.is_public, draft.picture.alt) == (False, "A red wall")
    form = client.get(address("edit", draft)).text
    assert 'alt="A red wall' in form and "Take the picture off" in form
    work = make_work()
    client.post(address("edit", draft), FIELDS | {"scope": [work.slug], "picture_alt": "A very red wall"})
    picture = Image.objects.get()
    assert (picture.is_public, picture.scope, picture.alt) == (True, work.mask, "A very red wall")
    assert "A very red wall" in client.get(Theory.objects.get().get_absolute_url()).content.decode()


def test_a_picture_can_be_taken_off(sign_in, fan, settings, tmp_path, django_capture_on_commit_callbacks):
    settings.MEDIA_ROOT = tmp_path
    client = sign_in(fan)
    client.post(NEW, FIELDS | {"picture": png(), "picture_alt": "A red wall"})
    with django_capture_on_commit_callbacks(execute=True):
        client.post(address("edit", Theory.objects.get()), FIELDS | {"without_picture": "on"})
    assert Theory.objects.get().picture is None
    assert not Image.objects.exists()
    assert not [file for file in tmp_path.rglob("*") if file.is_file()]


@pytest.mark.parametrize(("content", "alt"), [(b"<svg/>", "A wall"), (b"", "A wall"), (None, "")])
def test_bad_pictures_are_refused_and_nothing_is_stored(sign_in, fan, settings, tmp_path, content, alt):
    settings.MEDIA_ROOT = tmp_path
    file = png() if content is None else io.BytesIO(content)
    file.name = "a.png"
    answer = sign_in(fan).post(NEW, FIELDS | {"picture": file, "picture_alt": alt})
    assert answer.status_code == 422
    assert not Image.objects.exists()
    assert not Theory.objects.exists()


def test_a_picture_goes_when_the_theory_is_refused(sign_in, fan, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    answer = sign_in(fan).post(NEW, FIELDS | {"due": "", "picture": png(), "picture_alt": "A red wall"})
    assert answer.status_code == 422
    assert not Image.objects.exists()


def test_words_that_say_nothing_are_told_at_their_field(sign_in, fan, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    answer = sign_in(fan).post(NEW, FIELDS | {"picture": png(), "picture_alt": "IMG_0001.jpg"})
    assert answer.status_code == 422
    assert "file’s name" in answer.context["form"].errors["picture_alt"][0]
    assert not Image.objects.exists()
