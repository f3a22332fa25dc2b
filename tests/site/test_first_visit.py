"""What a first visit costs on the wire: the page and all it asks for, Brotli, against the budget."""

import re
from pathlib import Path

import brotli
import pytest
from django.contrib.staticfiles.finders import find

from lore.importing import import_lore
from lore.models import Page
from tests.factories import make_fan
from tests.factories_theories import make_comment
from tests.sharing import shared
from theories.importing import import_theories
from theories.models import Theory

pytestmark = [pytest.mark.django_db, pytest.mark.crawl]
KB = 1000
ASKED_FOR = re.compile(r'<(?:link|script)\b[^>]*?(?:href|src)="/static/([^"]+)"[^>]*>')
TALK = (
    "Nobody adds scenes with a man in order to have him nod from across the street, number {}. "
    "**Still**, see [[Rooney]]."
)


@pytest.fixture(scope="module")
def site(django_db_setup, django_db_blocker):
    with shared(django_db_blocker):
        import_lore()
        import_theories()
        yield


def wire(content: bytes) -> int:
    return len(brotli.compress(content))


def assets(html: str) -> dict[str, int]:
    """What the page asks for, favicon aside, with its size as it is sent."""
    names = {match[1] for match in ASKED_FOR.finditer(html) if 'rel="icon"' not in match[0]}
    return {name: _sent(name) for name in names}


def _sent(name: str) -> int:
    content = Path(find(name)).read_bytes()
    return len(content) if name.endswith(".woff2") else wire(content)


def in_all(html: str) -> int:
    return wire(html.encode()) + sum(assets(html).values())


def test_a_first_visit_to_any_lore_page(site, guest):
    slugs = Page.objects.lore().values_list("slug", flat=True)
    pages = {slug: guest.get(f"/lore/{slug}/").content.decode() for slug in slugs}
    assert len(pages) > 20
    assert {slug for slug, html in pages.items() if wire(html.encode()) > 8 * KB} == set()
    heaviest = max(pages.values(), key=lambda html: wire(html.encode()))
    assert 1 + len(assets(heaviest)) <= 5
    assert in_all(heaviest) <= 50 * KB


def test_a_first_visit_to_a_theory_with_50_comments(site, guest):
    theory = Theory.objects.get(seed_key="team-up")
    talkers = [make_fan(username=f"talker-{number}") for number in range(5)]
    said = []
    for number in range(50):
        parent = said[-1].pk if number % 3 else None
        said.append(make_comment(talkers[number % 5], theory, TALK.format(number), parent_id=parent))
    html = guest.get(theory.get_absolute_url()).content.decode()
    assert html.count('<article class="comment') == 50
    assert wire(html.encode()) <= 20 * KB
    assert 1 + len(assets(html)) <= 5
    assert in_all(html) <= 50 * KB


def test_the_front_page(site, guest):
    html = guest.get("/").content.decode()
    assert 1 + len(assets(html)) <= 5
    assert in_all(html) <= 50 * KB


def test_the_scales_see_everything_that_is_asked_for():
    head = '<link rel="stylesheet" href="/static/css/site.css"><script defer src="/static/js/site.js"></script>'
    icon = '<link rel="icon" href="/static/img/mark.svg">'
    assert set(assets(head + icon)) == {"css/site.css", "js/site.js"}
    assert in_all(head) > wire(head.encode()) + 8 * KB
