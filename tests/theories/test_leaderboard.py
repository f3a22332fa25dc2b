import re
from datetime import UTC, datetime

import pytest

from accounts.models import User
from tests.factories import make_fan, make_work
from tests.theories.recording import make_past, make_standing
from theories import leaderboard
from theories.models import Standing, Theory

pytestmark = pytest.mark.django_db
ADDRESS = "/theories/record/"


def text(client, address=ADDRESS):
    return re.sub(r"\s+", " ", client.get(address).content.decode())


def names(page):
    return re.findall(r'class="who" href="/fans/([^/]+)/', page)


def test_the_best_first_with_interval(guest, fan, other):
    make_standing(fan, 0.0412)
    make_standing(other, 0.09)
    page = text(guest)
    assert names(page) == ["otto", "fan"]
    assert "+0.04" in page
    assert "−0.01 to 0.09" in page
    assert 'href="/theories/scoring/"' in page


def test_neither_the_archive_nor_who_left_is_on_it(guest, fan):
    make_standing(User.objects.archive(), 0.5)
    make_standing(make_fan(username="gone"), 0.4)
    User.objects.filter(username="gone").update(is_active=False)
    make_standing(fan, 0.1)
    assert names(text(guest)) == ["fan"]


def test_pages_by_key(guest, monkeypatch):
    monkeypatch.setattr(leaderboard, "SIZE", 2)
    for number in range(5):
        make_standing(make_fan(username=f"fan-{number}"), 0.1)
    found, address = [], ADDRESS
    while address:
        page = text(guest, address)
        found += names(page)
        further = re.search(r'rel="next" href="([^"]+)"', page)
        address = ADDRESS + further[1].replace("&amp;", "&") if further else ""
    assert found == [f"fan-{number}" for number in range(5)]
    assert 'id="place-5"' in page


@pytest.mark.parametrize(
    "query",
    ["?season=x", "?season=9999", "?after=nan,1,1", "?after=1", "?after=1,9999999999999999999999,1", "?after=,,"],
)
def test_silly_addresses_lead_to_the_top(guest, fan, query):
    make_standing(fan, 0.1)
    assert names(text(guest, ADDRESS + query)) == ["fan"]


def test_nobody_yet(guest):
    assert "The jury is still out" in text(guest)


class TestSeason:
    @pytest.fixture
    def past(self, author):
        """Of 2025: doubted and true, believed and true, failed, and one that gives away a film."""
        found = {}
        film = make_work("film")
        for claim, outcome, crowd, scope in [
            ("Doubted and true", "confirmed", 20, 0),
            ("Believed and true", "confirmed", 80, 0),
            ("It failed", "busted", 10, 0),
            ("Behind the shield", "confirmed", 5, film.mask),
        ]:
            found[claim] = make_past(author, outcome, claim=claim, crowd=crowd)
            # The factory counts the crowd anew.
            Theory.objects.filter(pk=found[claim].pk).update(crowd=crowd, scope=scope)
        return found

    def test_counts_best_calls_and_its_own_leaderboard(self, guest, past, fan, other):
        make_standing(fan, 0.1, season=2025)
        make_standing(other, 0.2)
        page = text(guest, ADDRESS + "?season=2025")
        assert names(page) == ["fan"]
        assert re.findall(r'is-(confirmed|busted)".*?class="num">(\d+)<', page) == [("confirmed", "2"), ("busted", "1")]
        assert "Doubted and true" in page
        assert "the crowd gave it 20 %" in page
        assert "Believed and true" not in page
        assert "Behind the shield" not in page

    def test_every_year_since_the_first_resolution(self, guest, past):
        seasons = re.findall(r'href="\?season=(\d+)"', text(guest))
        years = [str(year) for year in range(datetime.now(UTC).year, 2024, -1)]
        assert seasons == years

    def test_what_is_hidden_or_not_yet_final_does_not_count(self, guest, past):
        Theory.objects.filter(pk=past["It failed"].pk).update(is_hidden=True)
        Theory.objects.filter(pk=past["Doubted and true"].pk).update(resolved_at=datetime(2999, 1, 1, tzinfo=UTC))
        page = text(guest, ADDRESS + "?season=2025")
        assert "It failed" not in page
        assert "Doubted and true" not in page


def test_a_page_is_few_queries(sign_in, fan, author, django_assert_max_num_queries):
    for number in range(25):
        make_standing(make_fan(username=f"fan-{number}"), 0.1, season=2025)
    Theory.objects.filter(pk=make_past(author).pk).update(crowd=10)
    client = sign_in(fan)
    client.get(ADDRESS)
    # Session, user, films, first resolution, standings, the season's theories, best calls.
    with django_assert_max_num_queries(8):
        page = client.get(ADDRESS + "?season=2025").content.decode()
    assert page.count('class="who"') == 25
    assert Standing.objects.count() == 25
