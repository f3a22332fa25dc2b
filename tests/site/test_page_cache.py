"""Guests' pages are kept whole until something on the site changes, and never for the wrong reader."""

from datetime import UTC, datetime, timedelta
from time import monotonic
from types import SimpleNamespace

import pytest
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from ballerina_site import pagecache, stamp
from ballerina_site.pagecache import SECONDS, Kept, PageCache
from lore.editing import save_revision
from lore.models import Page
from lore.prose import Prose
from lore.seeing import COOKIE, remember_in_cookie, set_seen
from tests.factories import make_fan, make_page, make_work
from tests.factories_theories import make_theory
from theories.models import Theory
from theories.models.theories import CLOSING_SOON

ADDRESS = "/lore/rooney/"


@pytest.fixture
def keeping(settings, transactional_db) -> None:
    """With real commits: only those move the stamp."""
    settings.PAGE_CACHE_BYTES = 1_000_000
    three = make_work("chapter-3")
    make_page("rooney", lead="First.", body=f"::: gives-away {three.slug}\nHidden words.\n:::")


@pytest.fixture
def guest(keeping) -> Client:
    return Client()


def seen_cookie(seen: int) -> str:
    response = HttpResponse()
    remember_in_cookie(response, seen, secure=False)
    return response.cookies[COOKIE].value


def rewrite(lead: str) -> None:
    page = Page.objects.get(slug="rooney")
    save_revision(page, Prose.of(page.current).__class__(page.title, lead), editor=None, comment="Anew.")


class TestGuests:
    def test_the_second_time_costs_no_query(self, guest, django_assert_num_queries):
        first = guest.get(ADDRESS)
        with django_assert_num_queries(0):
            again = guest.get(ADDRESS)
        assert again.content == first.content
        assert again["ETag"] == first["ETag"]
        assert again["Cache-Control"] == "public, no-cache"

    def test_who_has_it_already_is_told_so(self, guest):
        etag = guest.get(ADDRESS)["ETag"]
        answer = guest.get(ADDRESS, headers={"If-None-Match": etag})
        assert (answer.status_code, answer.content) == (304, b"")

    def test_a_change_is_seen_at_once(self, guest):
        assert "First." in guest.get(ADDRESS).text
        rewrite("Second.")
        assert "Second." in guest.get(ADDRESS).text

    def test_what_is_taken_back_changes_nothing(self, guest):
        guest.get(ADDRESS)
        before = stamp.current()
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            Page.objects.update(title="Other")
            raise ZeroDivisionError
        assert stamp.current() == before

    def test_each_seen_set_has_a_page_of_its_own(self, guest):
        assert "Hidden words" not in guest.get(ADDRESS).text
        knowing = Client()
        knowing.cookies[COOKIE] = seen_cookie(1)
        assert "Hidden words" in knowing.get(ADDRESS).text
        assert "Hidden words" not in guest.get(ADDRESS).text

    def test_a_forged_seen_set_is_none(self, guest):
        guest.cookies[COOKIE] = "1:forged"
        assert "Hidden words" not in guest.get(ADDRESS).text

    @pytest.mark.parametrize("theme", ["night", "matinee"])
    def test_so_does_each_theme(self, guest, theme):
        assert 'data-theme=""' in guest.get(ADDRESS).text
        guest.cookies["theme"] = theme
        assert f'data-theme="{theme}"' in guest.get(ADDRESS).text

    def test_a_reveal_is_not_kept(self, guest):
        page = Page.objects.get(slug="rooney")
        assert "Hidden words" in guest.get(f"{ADDRESS}?reveal=section-{page.pk}-0").text
        assert "Hidden words" not in guest.get(ADDRESS).text
        assert "ETag" not in guest.get(f"{ADDRESS}?reveal=section-{page.pk}-0").headers

    @pytest.mark.parametrize("accepted", ["br", "gzip", ""])
    def test_each_coding_has_its_own(self, guest, accepted):
        guest.get(ADDRESS, headers={"Accept-Encoding": "br"})
        answer = guest.get(ADDRESS, headers={"Accept-Encoding": accepted})
        assert answer.headers.get("Content-Encoding", "") == accepted

    def test_another_host_gets_nothing_kept(self, guest):
        guest.get(ADDRESS)
        assert guest.get(ADDRESS, headers={"Host": "elsewhere.example"}).status_code == 400


@pytest.mark.parametrize(
    ("columns", "before", "after"),
    [
        ({"closes_at": timedelta(0)}, "closing", "due"),
        ({"closes_at": CLOSING_SOON}, "open", "closing"),
        ({"state": "proposed", "outcome": "busted", "resolved_at": timedelta(0)}, "proposed", "busted"),
    ],
    ids=["closes", "closes soon", "is settled"],
)
def test_what_time_changes_is_shown_at_its_moment(
    guest, monkeypatch, django_assert_num_queries, columns, before, after
):
    """Also where another process has made the page later, or earlier."""
    ahead = timedelta(0)
    monkeypatch.setattr(timezone, "now", lambda: datetime.now(UTC) + ahead)
    begun = monotonic()
    monkeypatch.setattr(pagecache, "time", SimpleNamespace(monotonic=lambda: begun + ahead.total_seconds()))
    theory = make_theory(make_fan(username="author"))
    in_half_a_minute = timezone.now() + timedelta(seconds=SECONDS / 2)
    times = {name: in_half_a_minute + value for name, value in columns.items() if isinstance(value, timedelta)}
    closed_at = timezone.now() if "outcome" in columns else None
    Theory.objects.update(closed_at=closed_at, **(columns | times))
    pages = [theory.get_absolute_url(), "/theories/?order=new"]
    for page in pages:
        assert f"stamp is-{before}" in guest.get(page).text
    ahead = timedelta(seconds=SECONDS / 4)
    with django_assert_num_queries(0):
        guest.get(pages[0])
    ahead = timedelta(seconds=SECONDS / 2 + 1)
    for page in pages:
        assert f"stamp is-{after}" in guest.get(page).text


class TestFans:
    def test_get_pages_of_their_own(self, guest):
        fan = make_fan(username="reader")
        set_seen(fan, 1)
        guest.get(ADDRESS)
        signed_in = Client()
        signed_in.force_login(fan)
        answer = signed_in.get(ADDRESS)
        assert "Hidden words" in answer.text
        assert "reader" in answer.text
        assert "reader" not in guest.get(ADDRESS).text
        assert "ETag" not in answer.headers


@pytest.mark.parametrize(
    ("sql", "moves"),
    [
        ('UPDATE "lore_page" SET "title" = %s', True),
        ('INSERT INTO "theories_vote" ("value") VALUES (1)', True),
        ('DELETE FROM "lore_claim" WHERE 1', True),
        ('INSERT OR IGNORE INTO "theories_vote" VALUES (1)', True),
        ("WITH theory AS (SELECT 1) UPDATE theories_theory SET hot = 1", True),
        ("WITH theory AS (SELECT 1) SELECT * FROM theory", False),
        ("insert into lore_page values (1)", True),
        ('UPDATE "accounts_user" SET "bio" = %s', True),
        ('UPDATE "accounts_user" SET "last_login" = %s WHERE', False),
        ('INSERT INTO "django_session" VALUES (1)', False),
        ('UPDATE "lore_seen" SET "works" = 1', False),
        ('INSERT INTO "lore_draft" VALUES (1)', False),
        ('SELECT "lore_page"."title" FROM "lore_page"', False),
    ],
)
def test_what_counts_as_a_change(sql, moves):
    assert stamp.is_content(sql) is moves


@pytest.mark.django_db(transaction=True)
def test_a_statement_outside_a_transaction_counts_too():
    make_page("rooney")
    before = stamp.current()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE lore_page SET title = 'Other'")
    assert stamp.current() != before


def test_the_stamp_never_comes_back():
    told = set()
    for _ in range(50):
        stamp.move()
        told.add(stamp.current())
    assert len(told) == 50


def test_the_cache_keeps_no_more_than_it_may():
    pages = PageCache(100)
    for number in range(30):
        pages.put(number, Kept(b"x" * 10, (), "", float("inf")))
    assert pages.size == 100
    assert pages.get(0) is None
    assert pages.get(29) is not None


def test_what_is_too_old_is_not_given():
    pages = PageCache(100)
    pages.put("old", Kept(b"x", (), "", 0.0))
    assert pages.get("old") is None
