import re
from datetime import timedelta

import pytest
from django.utils import timezone

from lore.spoilers import EVERYTHING, Fold, Shield, Viewer
from tests.factories import make_claim, make_page, make_work
from tests.factories_theories import make_draft, make_tag, make_theory, make_vote, resolved
from theories import listing as lists
from theories.listing import ORDERS, SIZE, listing, place, read_place
from theories.models import Theory
from theories.posting import Cited

pytestmark = pytest.mark.django_db
GUEST = Viewer()


def claims(viewer=GUEST, **query):
    return [entry.claim for entry in listing(viewer, query).entries if isinstance(entry, Theory)]


def kinds(viewer=GUEST, **query):
    return [type(entry) for entry in listing(viewer, query).entries]


# Orders


def test_orders(author, fan, other):
    now = timezone.now()
    old = make_theory(
        author,
        claim="old",
        set_to={"opened_at": now - timedelta(days=40), "closes_at": now + timedelta(days=9)},
    )
    new = make_theory(author, claim="new", set_to={"closes_at": now + timedelta(days=99)})
    make_theory(
        author,
        claim="done",
        set_to=resolved("busted", now) | {"opened_at": now - timedelta(days=90)},
    )
    for who, theory, value in ((fan, old, 1), (other, old, -1), (fan, new, 1), (other, new, 1)):
        make_vote(who, theory, value)
    assert claims() == ["done", "new", "old"]
    assert claims(order="new") == ["new", "old", "done"]
    assert claims(order="top") == ["new", "old", "done"]
    assert claims(order="controversial")[0] == "old"
    assert claims(order="closing") == ["old", "new"]
    assert claims(order="resolved") == ["done"]


def test_drafts_hidden_and_withdrawn_are_in_no_list(author):
    make_draft(author)
    make_theory(author, set_to={"is_hidden": True})
    make_theory(author, claim="withdrawn", set_to={"state": "withdrawn"})
    assert all(claims(order=order) == [] for order in ORDERS)
    assert claims(status="withdrawn") == ["withdrawn"]


# Filters


def test_filters(author, fan):
    work = make_work(page=make_page("chapter-3"))
    cited = make_claim(page=work.page)
    tag = make_tag()
    make_theory(author, claim="tagged", tags=[tag])
    make_theory(fan, claim="by fan")
    make_theory(author, claim="citing page", citations=[Cited(work.page)])
    make_theory(author, claim="citing claim", citations=[Cited(cited)])
    make_theory(author, claim="waiting", due_work=work)
    make_theory(author, claim="giving away", scope=work.mask)
    seen = Viewer(seen=work.mask)
    assert claims(tag="rooney") == ["tagged"]
    assert claims(author="FAN") == ["by fan"]
    assert set(claims(work="chapter-3")) == {"citing page", "citing claim", "waiting"}
    assert set(claims(seen, work="chapter-3")) == {"citing page", "citing claim", "waiting", "giving away"}
    assert set(claims(q="citing")) == {"citing page", "citing claim"}
    assert claims(tag="rooney", author="fan") == []
    assert claims(tag="none") == claims(work="none") == claims(author="none") == []


def test_statuses(author):
    now = timezone.now()
    make_theory(author, claim="open")
    make_theory(author, claim="closing", set_to={"closes_at": now + timedelta(days=2)})
    make_theory(author, claim="due", set_to={"closes_at": now - timedelta(days=2)})
    make_theory(author, claim="void", set_to=resolved("void", now))
    expected = {
        "open": {"open", "closing"},
        "closing": {"closing"},
        "due": {"due"},
        "resolved": {"void"},
        "void": {"void"},
    }
    assert {status: set(claims(status=status)) for status in expected} == expected
    assert len(claims(status="no such status")) == 4


# The shield


def test_in_open_orders_a_neutral_card_keeps_the_place(author):
    make_theory(author, scope=make_work().mask)
    for order in ("hot", "new", "top", "controversial"):
        assert kinds(order=order) == [Shield]
    assert kinds(Viewer(seen=EVERYTHING)) == [Theory]
    assert kinds(Viewer(fan_id=author.pk)) == [Theory]


def test_more_than_two_in_a_row_fold(author):
    mask = make_work().mask
    for _ in range(3):
        make_theory(author, scope=mask)
    assert kinds() == [Fold]


def test_filters_and_the_other_orders_leave_shielded_ones_out(author):
    tag = make_tag()
    make_theory(author, scope=make_work().mask, tags=[tag], set_to={"closes_at": timezone.now() + timedelta(days=3)})
    for query in (
        {"tag": "rooney"},
        {"author": "author"},
        {"status": "open"},
        {"q": "rooney"},
        {"order": "closing"},
    ):
        assert kinds(**query) == []


def test_the_page_of_a_tag_is_named_by_it_to_who_may_see_it(guest, author):
    make_theory(author, tags=[make_tag("rooney"), make_tag("traitor", scope=make_work().mask)])
    page = guest.get("/theories/?tag=rooney").content.decode()
    assert "<h1>Theories tagged Rooney</h1>" in page
    assert "<title>Theories tagged Rooney ·" in page
    assert "<h1>Theories</h1>" in guest.get("/theories/?tag=traitor").content.decode()


def test_what_finds_nothing_leads_back_once(guest, theory):
    assert guest.get("/theories/?q=xyzzy").content.decode().count(">All theories</a>") == 1
    assert guest.get("/theories/?q=rooney").content.decode().count(">All theories</a>") == 1


def test_a_shielded_tag_filters_nothing_and_is_on_no_card(author):
    tag = make_tag("traitor", scope=make_work().mask)
    theory = make_theory(author, tags=[tag, make_tag("rooney")])
    assert claims(tag="traitor") == []
    assert claims(Viewer(seen=tag.scope), tag="traitor") == [theory.claim]
    shown = listing(GUEST, {}).entries[0].shown_tags
    assert [tag.slug for tag in shown] == ["rooney"]


def test_the_page_of_a_newcomer_names_nothing_shielded(guest, author):
    work = make_work()
    theory = make_theory(author, claim="The butler did it.", scope=work.mask, tags=[make_tag("butlers")])
    make_tag("secret", scope=work.mask)
    page = guest.get("/theories/").content.decode()
    assert f'href="/theories/{theory.pk}/"' in page
    for secret in ("butler did", theory.slug, "author</span>", "Secret"):
        assert secret not in page


# Pages of a list


@pytest.mark.parametrize("order", ["hot", "new", "top", "controversial", "closing", "resolved"])
def test_a_list_can_be_walked_to_its_end(monkeypatch, author, order):
    monkeypatch.setattr(lists, "SIZE", 3)
    now = timezone.now().replace(microsecond=0)
    ids = [make_theory(author).pk for _ in range(8)]
    for number, pk in enumerate(ids):
        state = resolved("void", now) if order == "resolved" else {"closes_at": now + timedelta(days=1)}
        Theory.objects.filter(pk=pk).update(
            hot=number // 3 / 7, top=number // 2 / 7, controversy=number // 4 / 3, opened_at=now, **state
        )
    found, after = [], ""
    while after or not found:
        shown = listing(GUEST, {"order": order, "after": after})
        found += [entry.pk for entry in shown.entries]
        after = shown.next_place
        assert len(found) <= len(ids)
    assert sorted(found) == ids
    assert found == [theory.pk for theory in Theory.objects.order_by(*ORDERS[order].by)]


@pytest.mark.parametrize(
    "words",
    [
        "x",
        "1",
        ",",
        "1,",
        "1,x",
        "nan,1",
        "inf,1",
        "1e999,1",
        "1,9999999999999999999999",
        "9" * 40 + ",1",
        "1,-1",
        "1,١",
    ],
)
@pytest.mark.parametrize("order", ["hot", "new"])
def test_what_is_no_place_is_the_first_page(guest, words, order):
    assert read_place(words, ORDERS[order]) is None
    assert guest.get("/theories/", {"order": order, "after": words}).status_code == 200


def test_a_place_is_read_back_to_the_microsecond(theory):
    for order in ORDERS.values():
        if getattr(theory, order.field) is not None:
            assert read_place(place(theory, order), order) == (getattr(theory, order.field), theory.pk)


@pytest.mark.parametrize(
    "query",
    [
        "order=x",
        "order=hot&order=new",
        "tag=%00",
        "status=%27",
        "q=%22%2A",
        "work=" + "x" * 5000,
        "author=%ff",
        "after=1,1&q=a&tag=b",
    ],
)
def test_silly_queries_get_a_sensible_page(guest, theory, query):
    assert guest.get(f"/theories/?{query}").status_code == 200


# The page


def test_tabs_keep_the_filters(guest, theory):
    page = guest.get("/theories/?tag=rooney&order=new").content.decode()
    assert '<a href="?order=top&amp;tag=rooney">Top</a>' in page
    assert re.search(r'<a href="\?order=new&amp;tag=rooney" aria-current="page">New</a>', page)


def test_further_down(guest, author):
    for _ in range(SIZE + 1):
        make_theory(author)
    page = guest.get("/theories/").content.decode()
    assert page.count("theory-card") == SIZE
    further = re.search(r'rel="next" href="(\?[^"]+)"', page)[1].replace("&amp;", "&")
    assert guest.get(f"/theories/{further}").content.decode().count("theory-card") == 1


def test_the_way_on_from_a_shielded_theory_says_nothing_of_it(guest, author):
    """Neither when it was posted nor how it stands: the address holds its id alone."""
    for _ in range(SIZE + 1):
        make_theory(author)
    Theory.objects.filter(pk=(shielded := Theory.objects.order_by("pk")[1]).pk).update(scope=make_work().mask)
    for order in ("hot", "new", "top", "controversial"):
        page = guest.get(f"/theories/?order={order}").content.decode()
        further = re.search(r'rel="next" href="(\?[^"]+)"', page)[1].replace("&amp;", "&")
        assert further.endswith(f"after=at%2C{shielded.pk}")
        assert guest.get(f"/theories/{further}").content.decode().count("theory-card") == 1


def test_guests_pages_hold_no_token(guest, theory):
    assert b"csrfmiddlewaretoken" not in guest.get("/theories/").content


def test_wrong_method(guest):
    assert guest.post("/theories/").status_code == 405


def test_a_list_of_25_is_at_most_six_queries(guest, author, django_assert_max_num_queries):
    """Theories with authors and works, their tags, works for shields, tags to filter by; and one of a filter."""
    tag = make_tag()
    for number in range(SIZE):
        make_theory(author, tags=[tag], scope=make_work(f"w{number}").mask if number % 5 == 0 else 0)
    for query in ("", "?tag=rooney", "?order=closing", "?q=rooney", "?work=w0"):
        with django_assert_max_num_queries(6):
            guest.get(f"/theories/{query}")
