"""Naming somebody with @."""

import pytest
from django.db import connection
from django.urls import reverse

from accounts.models import Notice
from ballerina_site.ratelimit import LIMITS, Limit
from lore.canon import fan_lexicon_for
from lore.markup import compile_fan, compile_page, fans_in
from tests.factories import make_fan, make_work
from tests.factories_theories import make_comment
from theories import discussing
from theories.models import DEPTH_CAP

pytestmark = pytest.mark.django_db
NAMES = reverse("fan_names")


def shown(text, seen=0):
    return compile_fan(text, fan_lexicon_for(text)).render(lambda scope: scope & ~seen == 0, str)


def told(fan) -> list[tuple[str, int]]:
    return list(Notice.objects.filter(fan=fan).order_by("id").values_list("kind", "object_id"))


# In texts


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("@Fan, look.", '<a href="/fans/fan/">@Fan</a>, look.'),
        ("Ask @fan.", 'Ask <a href="/fans/fan/">@fan</a>.'),
        ("(@fan’s)", '(<a href="/fans/fan/">@fan</a>’s)'),
        ("**@fan**", '<strong><a href="/fans/fan/">@fan</a></strong>'),
        ("@nobody", "@nobody"),
        ("@gone", "@gone"),
        ("fan@example.org @fan@example.org", "fan@example.org @fan@example.org"),
        ("`@fan`", "<code>@fan</code>"),
        (r"\@fan", "@fan"),
        ("[@fan](https://a.example)", ">@fan</a>"),
        ("https://a.example/@fan", ">https://a.example/@fan</a>"),
        ("@@fan @fan_ x.@fan", "@@fan @fan_ x.@fan"),
    ],
)
def test_a_name_leads_to_the_fan_who_has_it(fan, text, expected):
    make_fan(username="gone", is_active=False)
    html = shown(text)
    assert expected in html
    assert html.count("/fans/") == expected.count("/fans/")


def test_in_covered_words_a_name_is_covered(fan):
    make_work("chapter-4")
    text = "See >!chapter-4: what @fan did!<"
    assert "fan" not in shown(text).replace("gives away", "")
    assert "/fans/fan/" in shown(text, seen=1)


def test_pages_of_the_lore_name_nobody(fan):
    (block,) = compile_page("By @fan", fan_lexicon_for("@nobody"))
    assert "/fans/" not in block.html


def test_whom_a_text_names():
    assert fans_in("@A, @b-c. x@d @@e @f/ @" + "g" * 31) == {"a", "b-c", "f"}


# Being told


def test_those_named_and_whoever_is_answered_hear_of_it_once(fan, other, author, theory):
    helen = make_fan(username="helen")
    first = make_comment(fan, theory)
    answer = make_comment(helen, theory, "@FAN and @otto: no, `@author`. @helen", parent_id=first.pk)
    assert told(fan) == [("mention", answer.pk)]
    assert told(other) == [("mention", answer.pk)]
    assert told(author) == [("reply", first.pk)]
    assert told(helen) == []
    discussing.revise(helen, answer, "@fan, @otto, @author!", scope=0)
    assert told(author) == [("reply", first.pk), ("mention", answer.pk)]
    assert len(told(fan)) == len(told(other)) == 1


def test_at_the_bottom_whoever_was_answered_hears_of_it(fan, other, theory):
    said = None
    for _ in range(DEPTH_CAP):
        said = make_comment(fan, theory, parent_id=said and said.pk)
    helen = make_fan(username="helen")
    deep = make_comment(helen, theory, parent_id=said.pk)
    deeper = make_comment(other, theory, parent_id=deep.pk)
    assert told(helen) == [("reply", deeper.pk)]


def test_a_comment_is_no_loudspeaker(fan, theory):
    names = [make_fan(username=f"fan-{number}").username for number in range(12)]
    make_comment(fan, theory, " ".join(f"@{name}" for name in names))
    assert Notice.objects.filter(kind="mention").count() == discussing.MOST_NAMED


# While typing


def test_names_are_offered_to_who_is_signed_in(guest, sign_in, fan, other):
    make_fan(username="Farouk", display_name="Mr F")
    make_fan(username="fay", is_active=False)
    client = sign_in(fan)
    names = client.get(NAMES, {"q": "FA"}).json()["names"]
    assert {"label": "@Farouk", "text": "Farouk", "hint": "Mr F"} in names
    assert [name["text"] for name in names] == ["fan", "Farouk"]
    for typed in ("", "zz", "%", "f%", "a" * 50, "ф"):
        assert client.get(NAMES, {"q": typed}).json() == {"names": []}
    assert reverse("account_login") in guest.get(NAMES, {"q": "fa"}).url


def test_offering_is_limited_and_uses_an_index(limits, monkeypatch, sign_in, fan, django_assert_max_num_queries):
    client = sign_in(fan)
    with django_assert_max_num_queries(3) as queries:
        client.get(NAMES, {"q": "fa"})
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN QUERY PLAN {queries.captured_queries[-1]['sql']}")
            assert "USING INDEX" in str(cursor.fetchall())
    monkeypatch.setitem(LIMITS, "names", Limit(1, 10**9, ""))
    assert [client.get(NAMES).status_code for _ in range(2)] == [200, 429]
