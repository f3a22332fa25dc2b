"""What is new in a discussion since a fan was last there."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.factories import make_work
from tests.factories_talk import make_talk
from tests.factories_theories import make_comment
from theories.models import Comment, Visit
from theories.threads import milliseconds
from theories.visiting import read_up_to

pytestmark = pytest.mark.django_db


def page_of(client, theory, query=""):
    return client.get(f"{theory.get_absolute_url()}{query}").content.decode()


def visit(fan, theory, **ago):
    Visit.objects.update_or_create(fan=fan, theory=theory, defaults={"read_at": timezone.now() - timedelta(**ago)})


def address(theory) -> str:
    return reverse("theories:read", args=[theory.pk, theory.slug])


def test_what_others_said_since_is_marked_in_words_and_linked_up(sign_in, fan, other, theory):
    old = make_comment(other, theory)
    Comment.objects.update(created_at=timezone.now() - timedelta(days=2))
    client = sign_in(fan)
    assert "new since" not in page_of(client, theory)
    visit(fan, theory, days=1)
    first, mine, second = make_comment(other, theory), make_comment(fan, theory), make_comment(other, theory)
    make_comment(other, theory, "Beyond.", scope=make_work().mask)
    html = page_of(client, theory)
    assert "<b>2</b> new since your last visit" in html
    assert f'<a href="#comment-{first.pk}">Next unread</a>' in html
    assert html.count('class="is-new">new') == 2
    assert f'<a href="#comment-{second.pk}">next unread</a>' in html
    for known in (old, mine):
        card = html[html.index(f'id="comment-{known.pk}"') :]
        assert "is-new" not in card[: card.index("</article>")]


def test_a_first_visit_is_noted_without_scrolling_and_promises_nothing(sign_in, fan, other, theory):
    client = sign_in(fan)
    html = page_of(client, theory)
    assert 'hx-trigger="load"' in html
    assert "Once you mark this as read, what is said later is marked as new." in html
    assert client.post(address(theory)).status_code == 303
    assert "Mark all as read" not in page_of(client, theory)
    make_comment(other, theory)
    html = page_of(client, theory)
    assert "<b>1</b> new since your last visit" in html
    assert 'hx-trigger="intersect once"' in html


def test_reading_is_noted_up_to_the_moment_of_the_page(sign_in, fan, other, theory):
    client = sign_in(fan)
    make_comment(other, theory)
    until = re.search(r'name="until" value="(\d+)"', page_of(client, theory))[1]
    late = make_comment(other, theory)
    Comment.objects.filter(pk=late.pk).update(created_at=timezone.now() + timedelta(seconds=5))
    answer = client.post(address(theory), {"until": until}, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert "marked as new at your next visit" in answer.content.decode()
    assert "<b>1</b> new since" in page_of(client, theory)
    answer = client.post(address(theory), {"until": "x"})
    assert (answer.status_code, answer.url) == (303, f"{theory.get_absolute_url()}#discussion")
    Comment.objects.update(created_at=timezone.now() - timedelta(days=1))
    assert 'name="until"' not in page_of(client, theory)


def test_a_visit_never_goes_back_nor_ahead(fan, theory):
    moment = timezone.now()
    read_up_to(fan, theory, moment)
    read_up_to(fan, theory, moment - timedelta(days=1))
    assert abs(Visit.objects.get().read_at - moment) < timedelta(milliseconds=2)
    read_up_to(fan, theory, moment + timedelta(days=1))
    assert Visit.objects.get().read_at < moment + timedelta(hours=1)


def test_the_way_on_keeps_what_was_new_when_one_came(sign_in, fan, other, theory):
    said = make_talk(theory, [other], [f"Remark {number}." for number in range(60)], [0])
    Comment.objects.update(created_at=timezone.now() - timedelta(hours=1))
    visit(fan, theory, days=1)
    client, since = sign_in(fan), milliseconds(Visit.objects.get().read_at)
    html = page_of(client, theory)
    assert "<b>60</b> new" in html
    newest = re.search(r'href="([^"]+)">Newest threads first', html)[1].replace("&amp;", "&")
    assert f"since={since}" in newest
    client.post(address(theory))
    assert client.get(newest).content.decode().count('class="is-new">new') == 15
    assert page_of(client, theory).count("is-new") == 0
    assert said


def test_guests_have_no_visits(guest, other, theory):
    make_comment(other, theory)
    html = page_of(guest, theory, "?since=1")
    assert "is-new" not in html
    assert "Mark all as read" not in html
