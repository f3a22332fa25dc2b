"""Reading a discussion: threads and their order, however long it is."""

import random
import re

import brotli
import pytest
from django.db.models import F
from django.http import QueryDict
from django.urls import reverse

from lore.models import Kept
from tests.factories import make_claim, make_fan, make_page, make_work, mark_seen
from tests.factories_talk import make_talk
from tests.factories_theories import make_comment, make_forecast, make_tag, make_theory, make_vote
from theories import discussing
from theories.models import Comment, Mark, Visit
from theories.posting import Cited
from theories.threads import THREADS, Place

pytestmark = pytest.mark.django_db
SHAPE = [0, 0, 0, 1, 1, 3, 5, 0, 0, 0]
"""A start; its answers are 1, 2, 7, 8, 9; 3 and 4 answer 1, 5 answers 3, 6 answers 5."""
WORDS = (
    "the nod across street kitchen flame curtain winston ledger marker director dancer ruska roma oath snow hotel "
    "silence promise knife stairs morning excommunicado gold coin debt sister father cult valley believe doubt because "
    "never always perhaps film scene cut line face hand door train"
).split()


def ids(html: str) -> list[int]:
    return [int(found) for found in re.findall(r'<article class="comment[^>]*id="comment-(\d+)"', html)]


def page_of(client, theory, query=""):
    return client.get(f"{theory.get_absolute_url()}{query}").content.decode()


def fragment(client, html: str, what: str) -> str:
    address = re.search(rf'hx-get="([^"]+)"[^>]*>{what}', html)[1].replace("&amp;", "&")
    answer = client.get(address, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert "<html" not in answer.content.decode()
    return answer.content.decode()


@pytest.fixture
def long_talk(theory, fan, other) -> list[Comment]:
    """40 threads of ten."""
    return make_talk(theory, [fan, other], [f"Remark {number}." for number in range(400)], SHAPE)


def test_ten_thousand_comments_cost_no_more_than_fifty(sign_in, author, fan, other, django_assert_max_num_queries):
    """For a fan with everything: session, fan, seen-set, what is kept revealed, works, theory, tags, citations and
    pages, forecast, threads, answers, links."""
    work, page = make_work(), make_page("ruska-roma", title="Ruska Roma")
    cited = [Cited(make_claim(f"E{number}", page=page, scope=work.mask * (number % 2))) for number in range(6)]
    theory = make_theory(author, citations=cited, tags=[make_tag()])
    chance = random.Random(1)
    texts = [f"[[Ruska Roma]] {' '.join(chance.choices(WORDS, k=24))}." for _ in range(1_000)] * 10
    writers = [other, *(make_fan(username=f"talker-{number}") for number in range(9))]
    said = make_talk(theory, writers, texts, [0, 0, 0, 0, 1, 1, 2, 4, 6, 7, *[0] * 40])
    Comment.objects.filter(pk__in=[one.pk for one in said[::7]]).update(scope=work.mask)
    Comment.objects.filter(parent=None).update(fair_count=F("id") % 5)
    make_vote(fan, theory)
    make_forecast(fan, theory)
    mark_seen(fan, make_work("chapter-4"))
    Kept.objects.create(fan=fan, kind="comment", object_id=said[7].pk)
    Visit.objects.create(fan=fan, theory=theory, read_at=said[5_000].created_at)
    Mark.objects.create(comment=said[0], fan=fan, kind="fair", made_at=theory.opened_at)
    client = sign_in(fan)
    for query, shown in (("", 2 * THREADS), ("?sort=new", 2 * THREADS), (f"?comment={said[50].pk}", 15)):
        with django_assert_max_num_queries(12):
            answer = client.get(f"{theory.get_absolute_url()}{query}")
        assert len(ids(answer.content.decode())) >= shown
        assert len(brotli.compress(answer.content)) <= 20_000, query


# Order and places


def test_the_fairest_come_first_and_the_older_among_equals(guest, theory, fan):
    said = make_talk(theory, [fan], [f"Remark {number}." for number in range(5)], [0])
    answers = [make_comment(fan, theory, parent_id=said[1].pk) for _ in range(3)]
    Comment.objects.filter(pk__in=[said[3].pk, answers[2].pk]).update(fair_count=2)
    first, second, third, fourth, fifth = (one.pk for one in said)
    below = [answers[2].pk, answers[0].pk, answers[1].pk]
    assert ids(page_of(guest, theory)) == [fourth, first, second, *below, third, fifth]
    newest = ids(page_of(guest, theory, "?sort=new"))
    assert newest == [fifth, fourth, third, second, *(answer.pk for answer in answers), first]


@pytest.mark.parametrize("sort", ["best", "new"])
def test_page_by_page_every_thread_comes_once(guest, theory, long_talk, sort):
    Comment.objects.filter(parent=None).update(fair_count=F("id") % 30)
    starts = {one.pk for one in long_talk if one.parent_id is None}
    html, seen = page_of(guest, theory, f"?sort={sort}"), []
    for _ in range(3):
        seen += [pk for pk in ids(html) if pk in starts]
        further = re.search(r'rel="next nofollow" href="([^"]+)"', html)
        html = guest.get(further[1].replace("&amp;", "&")).content.decode() if further else ""
    assert (set(seen), len(seen)) == (starts, len(starts))
    assert "Next" not in html


def test_more_threads_and_answers_are_loaded_in_place(guest, theory, long_talk):
    html = page_of(guest, theory)
    first, *_ = long_talk
    shown = ids(html)
    assert shown[:4] == [first.pk + place for place in (0, 1, 3, 2)]
    assert "3 more replies" in html
    rest = fragment(guest, html, "3 more replies")
    assert ids(rest) == [first.pk + 7, first.pk + 8, first.pk + 9]
    assert "more" not in rest
    deeper = fragment(guest, html, "1 reply")
    assert ids(deeper) == [first.pk + 5, first.pk + 6]
    further = ids(fragment(guest, html, "More of the discussion"))
    assert not set(further) & set(shown)
    assert further[0] == first.pk + 10 * THREADS


def test_without_scripts_the_rest_of_a_conversation_has_a_page(guest, theory, fan, long_talk):
    first = long_talk[0]
    make_talk(theory, [fan], ["Not answered."], [0])
    Comment.objects.filter(parent=long_talk[10]).update(parent=first, root=first)
    answers = list(Comment.objects.filter(parent=first).order_by("pk"))
    page = guest.get(f"{theory.get_absolute_url()}?thread={first.pk}&after=0.{answers[1].pk}")
    assert ids(page.content.decode())[0] == first.pk
    assert set(ids(page.content.decode())) >= {answer.pk for answer in answers[2:8]}
    assert answers[0].pk not in ids(page.content.decode())
    address = reverse("theories:discussion", args=[theory.pk, theory.slug])
    assert guest.get(f"{address}?sort=new").url == f"{theory.get_absolute_url()}?sort=new"


def test_a_long_row_of_answers_goes_on_by_key(guest, theory, fan):
    said = make_talk(theory, [fan], [f"Remark {number}." for number in range(60)], [0] * 60)
    html, seen = page_of(guest, theory, f"?thread={said[0].pk}"), []
    for _ in range(5):
        seen += [pk for pk in ids(html) if pk != said[0].pk]
        if "More replies" not in html and "more replies" not in html:
            break
        html = fragment(guest, html, r"(?:\d+ m|M)ore replies")
    assert seen == [one.pk for one in said[1:]]


# Permalinks


def test_a_permalink_shows_a_deep_comment_with_what_it_answers(guest, theory, long_talk):
    deep = long_talk[386]
    html = page_of(guest, theory, f"?comment={deep.pk}")
    start = deep.pk - 6
    assert ids(html) == [start, start + 1, start + 3, start + 5, deep.pk]
    assert 'content="noindex"' in html
    assert "All of the discussion" in html
    assert f'href="?comment={deep.pk}#comment-{deep.pk}"' in html


def test_a_permalink_to_what_is_shielded_gone_or_hidden(guest, sign_in, theory, fan, other, long_talk):
    work = make_work("chapter-4", short_title="Chapter 4")
    shielded, gone, hidden = long_talk[386], long_talk[269], long_talk[259]
    Comment.objects.filter(pk=shielded.pk).update(scope=work.mask)
    Comment.objects.filter(pk=hidden.pk).update(is_hidden=True)
    discussing.take_back(gone.author, gone)
    html = page_of(guest, theory, f"?comment={shielded.pk}")
    assert f'id="comment-{shielded.pk}"' in html
    assert shielded.text not in html
    reveal = f"?comment={shielded.pk}&amp;reveal=comment-{shielded.pk}#comment-{shielded.pk}"
    assert f'href="{reveal}"' in html
    assert shielded.text in page_of(guest, theory, reveal.replace("&amp;", "&"))
    assert "deleted by its writer" in page_of(guest, theory, f"?comment={gone.pk}")
    stone = page_of(guest, theory, f"?comment={hidden.pk}")
    assert f'id="comment-{hidden.pk}"' in stone
    assert hidden.text not in stone
    assert hidden.text in page_of(sign_in(hidden.author), theory, f"?comment={hidden.pk}")


def test_in_a_short_discussion_a_permalink_leaves_the_others_in_sight(guest, theory, fan):
    first, second = make_comment(fan, theory), make_comment(fan, theory)
    Comment.objects.filter(pk=second.pk).update(is_hidden=True)
    assert ids(page_of(guest, theory)) == [first.pk]
    assert ids(page_of(guest, theory, f"?comment={second.pk}")) == [first.pk, second.pk]


def test_rows_of_shields_fold_and_tell_nothing(guest, theory, fan):
    work = make_work("chapter-4", short_title="Chapter 4")
    said = make_talk(theory, [fan], [f"Remark {number}." for number in range(80)], [0, 0, 0, 0, 0])
    Comment.objects.filter(pk__in=[one.pk for one in said[6:40]]).update(scope=work.mask)
    Comment.objects.filter(pk=said[0].pk).update(scope=work.mask, fair_count=98765)
    html = page_of(guest, theory, f"?comment={said[5].pk}")
    assert "4 behind the curtain" in html
    assert f'id="comment-{said[8].pk}"' in html
    assert "fan" not in html[html.index("4 behind") : html.index("</details>", html.index("4 behind"))]
    html = page_of(guest, theory)
    assert "2 more replies" in html  # where two are left that can be told of
    assert ">More replies<" in html  # where there are some
    assert "98765" not in html
    alone = page_of(guest, theory, f"?comment={said[7].pk}")
    assert f'<div class="shield" id="comment-{said[7].pk}">' in alone


@pytest.mark.parametrize(
    "query",
    ["comment=x", "comment=999999", "thread=0&after=x", "sort=x", "after=1.2.3", "since=9999999999999999", "after=%00"],
)
def test_silly_places_are_as_good_as_none(guest, theory, fan, query):
    make_comment(fan, theory)
    assert len(ids(page_of(guest, theory, f"?{query}"))) == 1
    address = reverse("theories:discussion", args=[theory.pk, theory.slug])
    assert guest.get(f"{address}?{query}", headers={"HX-Request": "true"}).status_code == 200


def test_a_place_keeps_its_order():
    place = Place.asked(QueryDict("sort=new&since=1700000000000&comment=5"))
    assert place.query(thread=7, after="9") == "sort=new&thread=7&after=9&since=1700000000000"


def test_more_of_a_shielded_theory_is_not_sent(guest, author, fan):
    work = make_work("chapter-4")
    theory = make_theory(author, claim="The butler did it.", scope=work.mask)
    make_comment(fan, theory, "Remarkable.")
    address = reverse("theories:discussion", args=[theory.pk, "x"])
    for headers in ({}, {"HX-Request": "true"}):
        assert "Remarkable" not in guest.get(address, headers=headers).content.decode()
