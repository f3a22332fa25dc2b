"""Every HTML page that our addresses give, signed out and in: sound markup, nothing inline, everything labelled."""

from collections import Counter
from collections.abc import Iterator
from xml.etree.ElementTree import Element

import html5lib
import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from html5lib.html5parser import ParseError

from accounts.unsubscribing import stop_rhythm
from lore.admin.forms import QuestionForm
from lore.claiming import set_status
from lore.editing import delete_page, save_revision
from lore.models import Claim, Event, Page, Seen, Tie
from lore.prose import Prose
from lore.spoilers import EVERYTHING
from lore.suggesting import suggest
from moderation import deciding
from moderation.addressing import appeal_address
from moderation.models import Appeal, Decision
from tests.addresses import ELSEWHERE, Spot, spots
from tests.factories import make_claim, make_fan, make_page, make_work
from tests.factories_theories import make_comment, make_draft, make_tag, make_theory
from tests.lore.pictures import make_image, make_suggestion
from theories.models import Comment, Theory

pytestmark = [pytest.mark.django_db, pytest.mark.crawl]
PERSONAL = ("/appeals/", "/mail/stop/", "/accounts/", "/settings/", "/report/")
"""Where a guest may meet a form; all else is the same for everybody and can be cached."""
MARKUP = """A *word*, a [[Ruska Roma]] and a [[Wanted Page]], >!one: hidden!<.

> Quoted.

1. one
2. two

| a | b |
|---|---|
| c | d |"""


# What is wrong with a page


def faults(html: str, *, is_open_to_all: bool = False) -> list[str]:
    """What a validator and a screen reader would trip over. `is_open_to_all`: a page that guests' caches keep."""
    try:
        tree = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(html)
    except ParseError as problem:
        return [f"does not parse: {problem}"]
    found = [*_outline(tree), *_ids(tree), *_labels(tree), *_inline(tree)]
    return [*found, *_forms(tree, html)] if is_open_to_all else found


def _outline(tree: Element) -> Iterator[str]:
    if len(tree.findall(".//h1")) != 1:
        yield f"{len(tree.findall('.//h1'))} h1"
    if not tree.get("lang"):
        yield "no lang"
    if not (tree.findtext(".//title") or "").strip():
        yield "no title"
    if len(tree.findall(".//main")) != 1:
        yield "not one main"


def _ids(tree: Element) -> Iterator[str]:
    ids = Counter(el.get("id") for el in tree.iter() if el.get("id") is not None)
    yield from (f"id {name} {count} times" for name, count in ids.items() if count > 1)
    for el in tree.iter():
        for name in ("for", "form", "aria-labelledby", "aria-describedby"):
            yield from (f"{name} names no id: {each}" for each in (el.get(name) or "").split() if each not in ids)


def _labels(tree: Element) -> Iterator[str]:
    labelled = {label.get("for") for label in tree.iter("label")}
    inside = {field for label in tree.iter("label") for field in label.iter()}
    for field in tree.iter():
        if field.tag not in {"input", "select", "textarea"} or field.get("type") in {"hidden", "submit"}:
            continue
        if (
            field.get("id") not in labelled
            and field not in inside
            and not (field.get("aria-label") or field.get("aria-labelledby"))
        ):
            yield f"no label: {field.get('name')}"


def _inline(tree: Element) -> Iterator[str]:
    for el in tree.iter():
        names = [name for name in map(str, el.keys()) if name == "style" or name.startswith(("on", "hx-on"))]
        yield from (f"{el.tag} has {name}" for name in names)
        if el.tag == "style":
            yield "style element"
        if (
            el.tag == "script"
            and not el.get("src")
            and el.get("type") not in {"application/ld+json", "application/json"}
        ):
            yield "inline script"
        if el.tag == "img" and el.get("alt") is None:
            yield "img without alt"


def _forms(tree: Element, html: str) -> Iterator[str]:
    methods = {(form.get("method") or "get").lower() for form in tree.iter("form")}
    yield from (f"a form that {method}s" for method in methods - {"get"})
    if "csrfmiddlewaretoken" in html or "hx-post" in html:
        yield "a token, or a control that writes"


# The walk


@pytest.fixture
def values(author, moderator) -> dict[str, list]:
    """A site with something of everything. What goes into the parameters of its addresses."""
    work = make_work("one", release_words="June 2025")
    page = make_page(
        "ruska-roma",
        body=f"## Part\n\n{MARKUP}\n\n::: gives-away one\n## Inner\n\nText.\n:::",
        hatnote="See [[Ruska Roma]].",
        facts="Born: *1990*",
    )
    shielded = make_page("house-of-one", scope=work.mask)
    for slug in ("about", "rules", "privacy"):
        make_page(slug, kind="house", body=MARKUP)
    claim = make_claim("A1", page=page)
    make_claim("A2", page=page, scope=work.mask)
    Event.objects.create(key="e1", title="Announced", track="real")
    Event.objects.create(key="e2", title="Shown", track="real", scope=work.mask)
    QuestionForm({"key": "Q1", "position": 1, "question": "What?", "answer": MARKUP}).save()
    _discussed(author, moderator, work, claim)
    waiting = _lived_in(author, page, claim)
    return waiting | {
        "slug": ["ruska-roma", "house-of-one", f"page-{shielded.pk}", "the-bar", "gone", "nowhere"],
        "username": ["author", "nobody"],
        "kind": ["theory", "comment", "page", "claim", "x"],
        "pk": [*Theory.objects.values_list("pk", flat=True), 999],
        "key": ["A1", "A2", "A99"],
        "number": [1, 2, 99],
        "name": ["0123456789ab-480.jpg"],
        "tag": ["dance", "nothing"],
        "token": ["no-such-token"],
        "stop": [stop_rhythm(author, "daily").token],
        "appeal": [*_appealed(author), 999],
        "signed": [appeal_address(decision).split("/")[2] for decision in Decision.objects.all()],
        "comment_id": list(Comment.objects.values_list("pk", flat=True)),
    }


def _appealed(author) -> list[int]:
    """Against each decision about what the author wrote."""
    about = Decision.objects.filter(concerns=author)
    appeals = [
        Appeal.objects.create(decision=decision, fan=author, words="<b>No</b>.", made_at=timezone.now())
        for decision in about
    ]
    return [appeal.pk for appeal in appeals]


def _lived_in(author, page: Page, claim: Claim) -> dict[str, list]:
    """What a wiki has after a while: edits, suggestions, ties, pictures, a page that went."""
    editor = make_fan(username="earlier")
    suggestion = suggest(
        author, page, Prose(page.title, "Bold, *and more*."), comment="<b>Why</b>", based_on=page.current_id
    )
    save_revision(page, Prose(page.title, "A lead, moved on.", MARKUP), editor=editor, comment="Moved “on”.")
    set_status(claim, "contradicted", editor=editor, reason="It turned out otherwise.")
    make_claim("A3", page=page, status="rumour", story_position=10)
    Tie.objects.create(source=page, kind="ally_of", target=Page.objects.get(slug="house-of-one"))
    Tie.objects.create(source=page, kind="enemy_of", target=make_page("the-bar", title="The “Bar”"))
    image = make_image(credit="<b>us</b>")
    Page.objects.filter(pk=page.pk).update(lead_image=image)
    proposal = make_suggestion(author, page)
    delete_page(make_page("gone"), editor=editor, reason="It was empty.")
    return {"image": [image.pk, 999], "suggestion": [suggestion.pk, 999], "proposal": [proposal.pk, 999]}


def _discussed(author, moderator, work, claim: Claim) -> None:
    tag = make_tag("dance")
    theory = make_theory(author, claim="Rooney “returns”.", case=MARKUP, tags=[tag], picture_alt="")
    make_theory(author, claim="It gives away.", scope=work.mask)
    make_draft(author, claim="Not yet.")
    other = make_fan(username="otto")
    first = make_comment(other, theory, MARKUP)
    make_comment(author, theory, "Indeed.", parent_id=first.pk)
    for _ in range(3):
        make_comment(other, theory, "The stairs.", scope=work.mask)
    locked = make_theory(other, claim="Locked.")
    deciding.decide(moderator, "theory", locked.pk, act="lock", reason="heated", words="It ran hot.")
    deciding.decide(
        moderator,
        "theory",
        make_theory(author, claim="Hidden.").pk,
        act="hide",
        reason="spam",
        words="It sold something.",
    )


QUERIES = {
    "search": ["q=rooney", "q=%22%3Cb%3E&x"],
    "lore:index": ["kind=topic", "kind=x"],
    "lore:timeline": ["order=story", "order=release", "track=real&zoom=2"],
    "lore:ties": ["page=ruska-roma", "relation=enemy_of&zoom=2", "kind=x"],
    "lore:catch_up": ["seen=one", "seen=x"],
    "lore:changes": ["kind=edited", "who=earlier&since=7", "kind=x"],
    "lore:compare": ["from=1&to=2", "from=1&to=2&view=side"],
    "lore:history": ["before=2"],
    "lore:edit": ["reveal=source-1", "draft=1"],
    "lore:desk": [f"queue={name}" for name in "pictures scheduled drafts deleted sources rumours".split()],
    "lore:image_new": ["page=ruska-roma"],
    "lore:new": ["title=Wanted%20Page"],
    "lore:claim_new": ["supersedes=A1"],
    "lore:suggestion": ["side=1"],
    "theories:list": ["order=new&tag=dance&status=open", "order=closing", "q=%3Cb%3E"],
    "theories:theory": ["reply=1"],
    "moderation:report": ["kind=theory&id=1", "kind=page&id=1"],
    "accounts:theme": ["next=/lore/"],
}
OTHERS = ("account_", "mfa_", "usersessions_", "socialaccount_")
"""allauth's pages, which wear our templates. The admin's are Django's own."""


def addresses(values: dict[str, list]) -> Iterator[str]:
    for spot in spots():
        if spot.is_ours or spot.name.startswith(OTHERS):
            paths = _paths(spot, values)
            yield from paths
            yield from (f"{path}?{query}" for path in paths for query in QUERIES.get(spot.name, []))
    yield from ("/nowhere/", "/lore/ruska-roma/?reveal=section-1-1", "/theories/2/?reveal=theory-2")


def _paths(spot: Spot, values: dict[str, list]) -> list[str]:
    if spot.name.startswith("theories:") and "slug" in spot.params:
        theories = Theory.objects.all()
        return [path for theory in theories for path in spot.paths(values | {"pk": [theory.pk], "slug": [theory.slug]})]
    return spot.paths(values if spot.is_ours else ELSEWHERE)


def walk(client: Client, values: dict[str, list]) -> dict[str, HttpResponse]:
    answers = {address: client.get(address) for address in addresses(values)}
    return {
        address: answer
        for address, answer in answers.items()
        if answer.headers.get("Content-Type", "").startswith("text/html") and answer.content
    }


def judged(pages: dict[str, HttpResponse], *, for_guests: bool = False) -> dict[str, list[str]]:
    found = {}
    for address, answer in pages.items():
        is_open = for_guests and not address.startswith(PERSONAL)
        if told := faults(answer.content.decode(), is_open_to_all=is_open):
            found[address] = told
    return found


def test_a_guest_meets_sound_pages_without_a_form_that_writes(guest, values):
    pages = walk(guest, values)
    shielded = [
        Page.objects.get(slug="house-of-one").shield_href,
        Theory.objects.get(claim="It gives away.").shield_href,
    ]
    main = {"/", "/search/", "/lore/", "/lore/ruska-roma/", "/lore/faq/", "/theories/", "/about/", "/accounts/login/"}
    assert {*main, *shielded} <= pages.keys()
    assert {answer.status_code for answer in pages.values()} == {200, 404}
    assert judged(pages, for_guests=True) == {}


@pytest.mark.parametrize("who", ["author", "moderator", "fan", "editor"])
def test_who_is_signed_in_meets_sound_pages(request, sign_in, values, who):
    user = request.getfixturevalue(who)
    if who in {"fan", "editor"}:
        Seen.objects.create(fan=user, works=EVERYTHING)
    pages = walk(sign_in(user), values)
    assert len(pages) > 50
    assert judged(pages) == {}


@pytest.mark.parametrize(
    ("address", "fields"),
    [
        ("/theories/new/", {"action": "publish", "due": "x", "scope": "x", "tags": "x", "picture_alt": "a" * 300}),
        ("/theories/1/x/comment/", {"text": "", "parent": "x"}),
        ("/settings/seen/", {"works": "x"}),
        ("/settings/theme/", {"theme": "x"}),
        ("/settings/profile/", {"display_name": "x" * 99}),
        ("/report/?kind=theory&id=1", {}),
        ("/accounts/email/", {"email": "x", "action_add": ""}),
        ("/accounts/password/change/", {}),
    ],
)
def test_a_refused_form_is_sound_too(sign_in, fan, values, address, fields):
    theory = Theory.objects.get(claim="Rooney “returns”.")
    answer = sign_in(fan).post(address.replace("/1/", f"/{theory.pk}/").replace("id=1", f"id={theory.pk}"), fields)
    assert answer.status_code in {200, 422}
    assert "error" in answer.content.decode()
    assert faults(answer.content.decode()) == []


@pytest.mark.parametrize(
    "address", ["/accounts/login/", "/accounts/signup/", "/accounts/password/reset/", "/accounts/login/code/"]
)
def test_a_refused_way_in_is_sound_too(guest, address):
    answer = guest.post(address, {})
    assert "errors" in answer.content.decode()
    assert faults(answer.content.decode()) == []


# The judge

SOUND = '<!doctype html><html lang="en"><head><title>T</title></head><body><main><h1>H</h1>{}</main></body></html>'


def test_the_judge_lets_a_sound_page_pass():
    form = '<form action="/search/"><label for="q">Q</label><input id="q" name="q"></form>'
    data = '<script type="application/ld+json">{}</script>'
    assert faults(SOUND.format(form + data), is_open_to_all=True) == []


@pytest.mark.parametrize(
    "planted",
    [
        "<p><div></p>",
        "<b>not <i>nested</b></i>",
        "<h1>Again</h1>",
        '<p id="a"></p><p id="a"></p>',
        '<label for="x">X</label><input name="x">',
        '<label for="gone">X</label>',
        '<p style="color:red">x</p>',
        '<button onclick="go()">x</button>',
        '<button hx-on:click="go()">x</button>',
        "<script>go()</script>",
        "<style>p{}</style>",
        '<img src="x">',
        '<form method="post"></form>',
        '<p data-x="csrfmiddlewaretoken"></p>',
    ],
)
def test_the_judge_finds_a_planted_fault(planted):
    assert faults(SOUND.format(planted), is_open_to_all=True)


@pytest.mark.parametrize("lost", [' lang="en"', "<title>T</title>", "<h1>H</h1>", "<!doctype html>"])
def test_the_judge_misses_what_is_not_there(lost):
    assert faults(SOUND.replace(lost, ""))
