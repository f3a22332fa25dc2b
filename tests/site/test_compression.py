import gzip

import brotli
import pytest

from tests.factories import make_page

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("accepts", "coding"), [("gzip, deflate, br", "br"), ("gzip", "gzip"), ("br;q=0, gzip", "gzip")]
)
def test_a_page_comes_in_the_best_coding_that_is_understood(guest, accepts, coding):
    make_page("ruska-roma", body="The academy. " * 100)
    answer = guest.get("/lore/ruska-roma/", headers={"Accept-Encoding": accepts})
    plain = brotli.decompress(answer.content) if coding == "br" else gzip.decompress(answer.content)
    assert answer["Content-Encoding"] == coding
    assert int(answer["Content-Length"]) == len(answer.content) < len(plain)
    assert b"The academy." in plain
    assert "Accept-Encoding" in answer["Vary"]


@pytest.mark.parametrize(("address", "accepts"), [("/", ""), ("/", "identity"), ("/health/live", "br")])
def test_what_is_short_or_not_asked_for_stays_plain(guest, address, accepts):
    assert "Content-Encoding" not in guest.get(address, headers={"Accept-Encoding": accepts}).headers
