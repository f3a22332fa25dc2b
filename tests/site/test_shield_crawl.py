"""Walks every address in a universe of three works (`tests/site/universe.py`) and looks for words that the viewer must
not get.

For each of the eight seen-sets, nothing that comes back (page, headers, address of a redirect) may hold a word whose
scope is not inside it.
"""

from collections.abc import Iterator

import pytest
from django.http import HttpResponse
from django.test import Client

from lore import spoilers
from lore.models import Claim, Page, Revision
from lore.seeing import COOKIE, remember_in_cookie, set_seen
from lore.spoilers import Viewer
from moderation.models import Decision
from tests.addresses import ELSEWHERE, spots
from tests.factories import make_fan
from tests.sharing import shared
from tests.site.universe import MASKS, WORD, Universe, hears_of_all, make_universe, word
from theories.models import Theory

pytestmark = [pytest.mark.django_db, pytest.mark.crawl]


@pytest.fixture(scope="module")
def universe(django_db_setup, django_db_blocker) -> Iterator[Universe]:
    with shared(django_db_blocker):
        yield make_universe()


QUERIES = {
    "profile": ["show=comments"],
    "lore:index": ["kind=topic"],
    "lore:timeline": ["order=release", "track=real&zoom=2"],
    "lore:ties": ["kind=topic", "relation=ally_of", "page=common", "page=holder-7"],
    "lore:catch_up": ["seen=one", "seen=one&seen=two&seen=three"],
    "lore:changes": ["kind=edited", "kind=claim_status", "kind=deleted", "pages=topic", "who=helper", "since=7"],
    "lore:compare": ["from=1&to=2", "from=1&to=2&view=side"],
    "lore:image_new": ["page=holder-7"],
    "lore:new": [f"title={word(7, 'wanted')}"],
    "lore:names": ["q=zq", "q=hold", *(f"q={word(mask, 'pag')}" for mask in MASKS)],
    "lore:desk": [f"queue={name}" for name in "suggestions pictures scheduled drafts deleted sources rumours".split()],
    "lore:suggestion": ["side=1"],
    "lore:claim_new": ["supersedes=K7"],
    "search": ["q=zq", "q=lead", "q=turn", "q=claim", *(f"q={word(mask, 'pag')}" for mask in MASKS)],
    "theories:list": [
        *(f"order={order}" for order in ("new", "top", "controversial", "closing", "resolved")),
        *("work=one", "status=open", "author=careful", "author=writer7x", "q=turn"),
        *(f"tag={word(mask, 'tagslug')}" for mask in MASKS),
    ],
    "theories:history": ["to=1"],
    "theories:cite_names": ["q=zq", *(f"q={word(mask, 'pag')}" for mask in MASKS), "q=claim"],
    "theories:tag_names": ["q=zq", *(f"q={word(mask, 'tagslug')}" for mask in MASKS)],
    "theories:mine": ["show=voted", "show=forecast"],
    "theories:record": ["season=2026"],
    "moderation:report": ["kind=theory&id=3", "kind=page&id=9", "kind=claim&id=4"],
}


def addresses(universe: Universe, *, only_open: bool = False) -> Iterator[str]:
    """`only_open`: without what sends a guest to the door before any view is asked."""
    for spot in spots():
        if only_open and getattr(spot.view, "login_required", True):
            continue
        values = universe.values if spot.is_ours else ELSEWHERE
        if spot.is_ours and spot.name.startswith("theories:") and "slug" in spot.params:
            paths = [
                path
                for theory in Theory.objects.all()
                for path in spot.paths(values | {"pk": [theory.pk], "slug": [theory.slug, "x"]})
            ]
        else:
            paths = spot.paths(values)
        yield from paths
        yield from (f"{path}?{query}" for path in paths for query in QUERIES.get(spot.name, []))


def leaks(client: Client, address: str, seen: int) -> set[str]:
    """Words in the answer that are not inside the seen-set."""
    response = client.get(address)
    assert response.status_code in {*range(500), 501}, address
    body = b"".join(response.streaming_content) if response.streaming else response.content
    told = body.decode() + " ".join(f"{name}: {value}" for name, value in response.headers.items())
    found = {match[0] for match in WORD.finditer(told) if not spoilers.is_inside(int(match[1], 2), seen)}
    return found - _typed(address) if _may_repeat(address, response) else found


def _may_repeat(address: str, response: HttpResponse) -> bool:
    """Where the answer repeats what was asked for: a search, a page that is not there, the way on from an address."""
    repeating = ("/search/?", "/theories/?", "/lore/new/?")
    return response.status_code in {302, 404} or address.startswith(repeating)


def _typed(address: str) -> set[str]:
    return {match[0] for match in WORD.finditer(address)}


def guest_who_saw(seen: int) -> Client:
    client = Client()
    response = HttpResponse()
    remember_in_cookie(response, seen, secure=False)
    client.cookies[COOKIE] = response.cookies[COOKIE].value
    return client


@pytest.mark.parametrize("seen", MASKS)
def test_no_address_tells_a_guest_what_they_have_not_seen(universe, seen):
    """Those who saw nothing try the closed doors too, which tell all guests the same."""
    client = guest_who_saw(seen)
    asked = addresses(universe, only_open=seen != 0)
    found = {address: told for address in asked if (told := leaks(client, address, seen))}
    assert found == {}


@pytest.mark.parametrize("seen", [0, 6])
def test_no_address_tells_a_fan_what_they_have_not_seen(universe, sign_in, seen):
    reader = make_fan(username="reader")
    set_seen(reader, seen)
    hears_of_all(reader)
    client = sign_in(reader)
    found = {address: told for address in addresses(universe) if (told := leaks(client, address, seen))}
    assert found == {}


@pytest.mark.parametrize("seen", [5])
def test_no_address_tells_an_editor_what_they_have_not_seen(universe, sign_in, editor, seen):
    """Staff are shielded like everybody. In the admin they work behind the curtain, as its first page says."""
    set_seen(editor, seen)
    client = sign_in(editor)
    ours = (address for address in addresses(universe) if not address.startswith("/admin/"))
    found = {address: told for address in ours if (told := leaks(client, address, seen))}
    assert found == {}


@pytest.mark.parametrize(
    "kind", ["page", "section", "claim", "event", "theory", "comment", "proposal", "question", "image"]
)
def test_a_reveal_shows_exactly_that_thing(universe, kind):
    client = guest_who_saw(0)
    things = {key: told for key, told in universe.things.items() if key[0] == kind and "zq000" not in told}
    assert len(things) == 7
    for (_, key), told in things.items():
        place = _place_of(kind, key)
        answer = client.get(f"{place}?reveal={kind}-{key}")
        own = told[:5]
        shown = {match[0] for match in WORD.finditer(answer.content.decode()) if match[1] != "000"}
        assert told in shown, (place, kind, key)
        assert {each for each in shown if not each.startswith(own)} == set()
        assert shown <= _belongs_to(kind, told), (place, shown)
        assert answer["Cache-Control"] == "private, no-store"
        assert "noindex" in answer["X-Robots-Tag"]


def _belongs_to(kind: str, told: str) -> set[str]:
    """The words that are part of that one thing."""
    parts = {
        "page": ["page", "pagebody", "lead", "heading", "alias", "category", "cat"],
        "section": ["section", "inner", "page", "wanted"],
        "claim": ["claim"],
        "event": ["event", "eventtext", "eventkey"],
        "theory": ["theory", "case", "criteria"],
        "comment": ["comment"],
        "proposal": ["evidence", "objection"],
        "question": ["answer"],
        "image": ["alt", "altcredit"],
    }
    return {told[:5] + part for part in parts[kind]}


def _place_of(kind: str, key: str) -> str:
    if kind == "page":
        return f"/lore/page-{key}/"
    if kind == "section":
        return Page.objects.get(pk=key.split("-")[0]).get_absolute_url()
    if kind == "claim":
        return Claim.objects.get(pk=key).page.get_absolute_url()
    if kind == "theory":
        return f"/theories/{key}/"
    if kind == "comment":
        return Theory.objects.get(claim="A safe theory").get_absolute_url()
    if kind == "proposal":
        theory = Theory.objects.get(claim="A safe theory")
        return f"{theory.get_absolute_url()}resolve/"
    return {"event": "/lore/timeline/", "question": "/lore/faq/", "image": f"/lore/pictures/{key}/"}[kind]


@pytest.mark.parametrize("hole", ["inside", "sees", "visible_to"])
def test_the_crawl_finds_a_hole(universe, monkeypatch, hole):
    """A judge that cannot fail proves nothing: with the gate left open, words come through."""
    if hole == "visible_to":
        monkeypatch.setattr(spoilers.ShieldedQuerySet, "visible_to", lambda self, viewer: self)
    else:
        monkeypatch.setattr(Viewer, hole, lambda self, *args, **kwargs: True)
    client = guest_who_saw(0)
    assert any(leaks(client, address, 0) for address in addresses(universe))


def test_the_universe_holds_what_it_should(universe):
    assert Theory.objects.count() == 10
    assert Revision.objects.count() == 8 * 5 + 1
    assert Decision.objects.count() == 8 * 3  # an outcome set aside, and what `_decided` adds
