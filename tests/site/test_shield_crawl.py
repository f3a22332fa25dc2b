"""Walks every address in a universe of three works and looks for words that the viewer must not get.

Each of the eight scopes has one of every kind of thing, and each thing holds a word of its own, `zq` + the
scope's three bits +
the kind: `zq101claim`. For each of the eight seen-sets, nothing that comes back (page, headers, address of a
redirect) may hold
a word whose scope is not inside it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import pytest
from django.http import HttpResponse
from django.test import Client

from lore import spoilers
from lore.addressing import set_aliases
from lore.admin.forms import QuestionForm
from lore.models import Category, Claim, Event, Page, Question, Revision, Work
from lore.seeing import COOKIE, remember_in_cookie, set_seen
from lore.spoilers import Viewer
from moderation.models import Decision
from tests.addresses import ELSEWHERE, spots
from tests.factories import make_claim, make_fan, make_page, make_work
from theories.discussing import comment
from theories.models import Tag, Theory
from theories.posting import Cited, Writing, publish

MASKS = range(8)
WORD = re.compile(r"zq([01]{3})[a-z]+")
pytestmark = [pytest.mark.django_db, pytest.mark.crawl]


def word(mask: int, kind: str) -> str:
    return f"zq{mask:03b}{kind}"


@dataclass
class Universe:
    values: dict[str, list]
    things: dict[tuple[str, str], str]


@pytest.fixture
def universe(db) -> Universe:
    for name in ("one", "two", "three"):
        make_work(name)
    things: dict[tuple[str, str], str] = {}
    for mask in MASKS:
        things |= _things(mask)
    return Universe(_values(), things)


def _things(mask: int) -> dict[tuple[str, str], str]:
    """One of everything with this scope. (kind, key) of a reveal → the word that it then shows."""
    page, holder = _pages(mask)
    claim = make_claim(f"K{mask}", page=holder, text=f"A claim {word(mask, 'claim')}.", scope=mask)
    event = Event.objects.create(
        key=word(mask, "eventkey"), title=word(mask, "event"), track="real", scope=mask, text=word(mask, "eventtext")
    )
    question = _question(mask)
    theory = _theory(mask, claim, page)
    said = comment(theory.author, _theory_for_all(), f"Well, {word(mask, 'comment')}.", scope=mask)
    return {
        ("page", str(page.pk)): word(mask, "pagebody"),
        ("claim", str(claim.pk)): word(mask, "claim"),
        ("event", str(event.pk)): word(mask, "event"),
        ("theory", str(theory.pk)): word(mask, "theory"),
        ("comment", str(said.pk)): word(mask, "comment"),
        ("section", f"{holder.pk}-1"): word(mask, "section"),
        ("question", f"{question.pk}-1"): word(mask, "answer"),
    }


def _pages(mask: int) -> tuple[Page, Page]:
    """A page with this scope, and an open one that holds a part with it, linking to the first."""
    page = make_page(
        word(mask, "page"),
        lead=f"Lead {word(mask, 'lead')}.",
        body=f"## {word(mask, 'heading')}\n\n{word(mask, 'pagebody')}",
        scope=mask,
    )
    page.categories.add(Category.objects.create(slug=word(mask, "cat"), name=word(mask, "category")))
    set_aliases(page, [word(mask, "alias")])
    names = " ".join(work.slug for work in Work.objects.all() if work.mask & mask)
    inner = f"## {word(mask, 'inner')}\n\n{word(mask, 'section')} [[{word(mask, 'page')}]] [[{word(mask, 'wanted')}]]"
    part = f"::: gives-away {names}\n{inner}\n:::" if mask else inner
    spoiler = f">!{' '.join(names.split())}: {word(mask, 'inline')}!<" if mask else word(mask, "inline")
    holder = make_page(f"holder-{mask}", body=f"Before {spoiler}.\n\n{part}\n\nAfter.")
    holder.see_also.add(page)
    return page, holder


def _question(mask: int) -> Question:
    names = " ".join(work.slug for work in Work.objects.all() if work.mask & mask)
    answer = (
        f"Yes.\n\n::: gives-away {names}\n{word(mask, 'answer')}\n:::" if mask else f"Yes.\n\n{word(mask, 'answer')}"
    )
    form = QuestionForm({"key": f"Q{mask}", "position": mask, "question": f"Question {mask}?", "answer": answer})
    return form.save()


def _theory(mask: int, claim: Claim, page: Page) -> Theory:
    tag = Tag.objects.create(slug=word(mask, "tagslug"), name=word(mask, "tag"), scope=mask)
    writing = Writing(
        claim=f"It will turn out {word(mask, 'theory')}",
        case=f"Since {word(mask, 'case')}.",
        criteria=f"We would see {word(mask, 'criteria')}.",
        due=date(2035, 1, 1),
        scope=mask,
        tags=[tag],
        citations=[Cited(claim), Cited(page)],
    )
    return publish(make_fan(username=f"writer{mask}x"), writing)


def _theory_for_all() -> Theory:
    """An open theory that cites everything and is discussed by everybody."""
    found = Theory.objects.filter(claim="A safe theory").first()
    if found:
        return found
    writing = Writing(claim="A safe theory", case="A case.", criteria="We would see.", due=date(2035, 1, 1))
    return publish(make_fan(username="careful"), writing)


def _values() -> dict[str, list]:
    """What goes into the parameters of our addresses: everything there is, and something there is not."""
    pages = [
        *Page.objects.values_list("slug", flat=True),
        *(f"page-{pk}" for pk in Page.objects.values_list("pk", flat=True)),
    ]
    return {
        "slug": [*pages, *(word(mask, "alias") for mask in MASKS), "holder-9"],
        "username": ["careful", "writer7x"],
        "kind": ["theory", "comment", "page", "claim"],
        "pk": list(Theory.objects.values_list("pk", flat=True)),
        "name": ["0123456789ab-480.jpg"],
        "comment_id": list(Theory.objects.get(claim="A safe theory").comments.values_list("pk", flat=True)),
    }


QUERIES = {
    "lore:index": ["kind=topic"],
    "lore:timeline": ["order=release"],
    "search": ["q=zq", "q=lead", "q=turn", "q=claim", *(f"q={word(mask, 'pag')}" for mask in MASKS)],
    "theories:list": [
        *(f"order={order}" for order in ("new", "top", "controversial", "closing", "resolved")),
        *("work=one", "status=open", "author=careful", "author=writer7x", "q=turn"),
        *(f"tag={word(mask, 'tagslug')}" for mask in MASKS),
    ],
    "moderation:report": ["kind=theory&id=3", "kind=page&id=9", "kind=claim&id=4"],
}
# Addresses of one theory: by id, with its slug as stored, and with a wrong one.
THEORY = ("pk", "slug")


def addresses(universe: Universe) -> Iterator[str]:
    for spot in spots():
        values = ELSEWHERE if not spot.is_ours else universe.values
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
    assert response.status_code < 500, address
    body = b"".join(response.streaming_content) if response.streaming else response.content
    told = body.decode() + " ".join(f"{name}: {value}" for name, value in response.headers.items())
    found = {match[0] for match in WORD.finditer(told) if not spoilers.is_inside(int(match[1], 2), seen)}
    return found - _typed(address) if _may_repeat(address, response) else found


def _may_repeat(address: str, response: HttpResponse) -> bool:
    """Where the answer repeats what was asked for: a search, a page that is not there, the way to sign-in and back."""
    to_sign_in = response.headers.get("Location", "").startswith("/accounts/login/?next=")
    return response.status_code == 404 or to_sign_in or address.startswith(("/search/?", "/theories/?"))


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
    client = guest_who_saw(seen)
    found = {address: told for address in addresses(universe) if (told := leaks(client, address, seen))}
    assert found == {}


@pytest.mark.parametrize("seen", [0, 3, 6])
def test_no_address_tells_a_fan_what_they_have_not_seen(universe, sign_in, seen):
    reader = make_fan(username="reader")
    set_seen(reader, seen)
    client = sign_in(reader)
    found = {address: told for address in addresses(universe) if (told := leaks(client, address, seen))}
    assert found == {}


@pytest.mark.parametrize("kind", ["page", "section", "claim", "event", "theory", "comment", "question"])
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
        "page": ["page", "pagebody", "lead", "heading", "alias", "category"],
        "section": ["section", "inner", "page", "wanted"],
        "claim": ["claim"],
        "event": ["event", "eventtext", "eventkey"],
        "theory": ["theory", "case", "criteria"],
        "comment": ["comment"],
        "question": ["answer"],
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
    return {"event": "/lore/timeline/", "question": "/lore/faq/"}[kind]


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
    assert Theory.objects.count() == 9
    assert Revision.objects.count() == 16
    assert Decision.objects.count() == 0
