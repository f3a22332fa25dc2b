"""The public log narrowed down, as a feed, and in numbers."""

from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

import pytest
from django.utils import timezone

from moderation.appealing import appeal, judge
from moderation.deciding import decide
from moderation.models import Decision, Report
from moderation.reporting import report
from tests.factories_theories import make_theory

LOG = "/moderation/log/"
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def log(db):
    rows = [("hide", "theory", "spam"), ("lock", "theory", "heated"), ("hide", "comment", "unkind")]
    for number, (act, kind, reason) in enumerate(rows, 1):
        words = f"Words no. {number}.\x0b"
        Decision.objects.create(act=act, kind=kind, object_id=number, reason=reason, words=words)


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("act=hide", [1, 3]),
        ("kind=theory", [1, 2]),
        ("reason=heated", [2]),
        ("act=hide&kind=comment", [3]),
        ("month=1999-12", []),
        ("month=9999-13", [1, 2, 3]),
        ("act=%00&kind=x&reason=y&month=z", [1, 2, 3]),
    ],
)
def test_the_log_and_its_feed_narrow_down_alike(guest, log, query, numbers):
    page, feed = guest.get(f"{LOG}?{query}"), guest.get(f"{LOG}feed/?{query}")
    assert (page.status_code, feed.status_code) == (200, 200)
    entries = ElementTree.fromstring(feed.content).findall(f"{ATOM}entry")
    for number in (1, 2, 3):
        assert (f"Words no. {number}." in page.text) is (number in numbers)
    assert len(entries) == len(numbers)


def test_a_month_is_a_month(guest, log):
    month = datetime.now(UTC).strftime("%Y-%m")
    assert guest.get(f"{LOG}?month={month}").text.count("Words no.") == 3
    assert guest.get(f"{LOG}?month=1999-12").text.count("Words no.") == 0


def test_an_entry_of_the_feed_leads_to_its_place(guest, log):
    feed = ElementTree.fromstring(guest.get(f"{LOG}feed/").content)
    href = feed.find(f"{ATOM}entry/{ATOM}link").get("href")
    path, _, anchor = href.partition("#")
    assert f'id="{anchor}"' in guest.get(path.removeprefix("http://localhost:8000")).text


def test_the_figures_name_nobody(guest, moderator, admin, author, fan):
    assert "nothing to measure yet" in guest.get(f"{LOG}figures/").text
    theory = make_theory(author)
    report("theory", theory.pk, fan, "spam", "")
    Report.objects.update(created_at=timezone.now() - timedelta(hours=3))
    made = decide(moderator, "theory", theory.pk, "hide", "spam", "An advert.")
    judge(admin, appeal(made, "No.").pk, is_granted=True, answer="Right.")
    page = guest.get(f"{LOG}figures/").text
    assert "3.0 hours" in page
    assert "1 of 1 judged (100 %)" in page
    assert "Hidden" in page
    for name in ("morgan", "adrian", "author@", ">fan<"):
        assert name not in page
