import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from accounts.models import User
from accounts.names import fold, skeleton, validate_display_name, validate_username
from tests.factories import make_fan


@pytest.mark.parametrize("name", ["rooney", "Rooney_W", "a.b-c", "7eve", "x" * 30, "administrate"])
def test_good_names(name):
    validate_username(name)


@pytest.mark.parametrize("name", ["", ".", "..", "-a", "a_", "a b", "é", "а", "admin", "ADM1N", "a.d.m.i.n", "r00t"])
def test_bad_names(name):
    with pytest.raises(ValidationError):
        validate_username(name)


@pytest.mark.parametrize("name", ["Rooney", "Ана", "The Director", "Zoë ♥", "東京"])
def test_good_display_names(name):
    validate_display_name(name)


@pytest.mark.parametrize(
    "name", ["Moderator", "Mоderator", "ΜODERATOR", "the archive", "\u2066a", "a\nb", "Αdmin", "\u3164", "\u2800"]
)
def test_bad_display_names(name):
    with pytest.raises(ValidationError):
        validate_display_name(name)


@pytest.mark.parametrize(("one", "other"), [("Rooney1", "rooneyl"), ("r00ney", "ROONEY"), ("Lil", "iii")])
def test_folded_alike(one, other):
    assert fold(one) == fold(other)


def test_skeleton():
    assert skeleton("Tһе Αrсhіvе 1") == skeleton("The Archive l")


@pytest.mark.django_db
def test_the_database_holds_it_too():
    make_fan(username="rooney1")
    assert User.objects.name_taken("R00NEYL")
    with pytest.raises(IntegrityError):
        make_fan(username="RooneyL")


@pytest.mark.django_db
def test_the_archive_has_no_way_in():
    archive = User.objects.archive()
    assert archive == User.objects.archive()
    assert not archive.has_usable_password()
    assert (archive.email, archive.display_name, archive.is_archive) == ("", "The Archive", True)
