import pytest

ADDRESS = "/settings/theme/"
pytestmark = pytest.mark.django_db


def test_open_to_guests_with_three_buttons(guest):
    answer = guest.get(ADDRESS, {"next": "/lore/"})
    assert answer.content.decode().count('name="theme"') == 3
    assert 'name="next" value="/lore/"' in answer.content.decode()
    assert answer.headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize(("theme", "shown"), [("night", "night"), ("matinee", "matinee"), ("system", "")])
def test_chosen(guest, theme, shown):
    answer = guest.post(ADDRESS, {"theme": theme, "next": "/lore/"})
    assert answer.url == "/lore/"
    assert answer.cookies["theme"].value == theme
    assert answer.cookies["theme"]["httponly"]
    assert f'data-theme="{shown}"' in guest.get("/").content.decode()


def test_back_stays_on_the_site(guest):
    assert guest.post(ADDRESS, {"theme": "night", "next": "//evil.example"}).url == "/"


def test_an_unknown_theme(guest):
    answer = guest.post(ADDRESS, {"theme": "neon"})
    assert answer.status_code == 422
    assert not answer.cookies.get("theme")


def test_a_forged_cookie_is_no_theme(guest):
    guest.cookies["theme"] = '"><script>'
    assert 'data-theme=""' in guest.get("/").content.decode()


@pytest.mark.parametrize("method", ["put", "delete"])
def test_other_methods(guest, method):
    assert getattr(guest, method)(ADDRESS).status_code == 405
