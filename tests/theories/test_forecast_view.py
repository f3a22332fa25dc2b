import re

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.factories import make_fan, make_work
from tests.factories_theories import (
    finding,
    make_comment,
    make_draft,
    make_forecast,
    make_proposal,
    make_tag,
    make_theory,
    make_vote,
)
from theories import forecasting, resolving
from theories.models import Forecast, Theory

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
ASKING = "?crowd=1"


def address(theory, slug=""):
    return reverse("theories:forecast", args=[theory.pk, slug or theory.slug])


def page_of(client, theory, query=""):
    return client.get(f"{theory.get_absolute_url()}{query}").content.decode()


def standing(fan: User) -> int | None:
    return Forecast.objects.filter(fan=fan, stood_until=None).values_list("probability", flat=True).first()


@pytest.fixture
def foretold(theory, other) -> Theory:
    """Its crowd says 37 %."""
    make_forecast(other, theory, 37)
    return theory


def test_without_htmx_back_to_the_theory(sign_in, fan, theory):
    client = sign_in(fan)
    answer = client.post(address(theory), {"probability": "70"})
    assert (answer.status_code, answer.url) == (303, f"{theory.get_absolute_url()}#forecast")
    assert standing(fan) == 70
    page = page_of(client, theory)
    assert "You have said <b>70 %</b> since" in page
    assert 'value="70"' in page
    answer = client.post(address(theory), {"action": "withdraw", "probability": "70"})
    assert answer.status_code == 303
    assert standing(fan) is None


def test_a_crowd_of_one_is_oneself_and_its_chart_has_hours(sign_in, fan, author, theory):
    make_forecast(fan, theory, 70)
    page = page_of(sign_in(fan), theory)
    assert "<b>70 %</b> yours alone" in page
    assert re.search(r'<text x="40"[^>]*>\d+ \w+, \d\d:\d\d</text>', page)
    make_forecast(author, theory, 20)
    assert "<b>70 %</b> from 1 forecast<" in page_of(sign_in(author), theory)


@pytest.mark.parametrize(
    ("outcome", "bounds", "quick", "said"),
    [
        ("confirmed", 'min="1" max="50"', [5, 25, 50], "no more than 50 %"),
        ("busted", 'min="50" max="99"', [50, 75, 95], "no less than 50 %"),
    ],
)
def test_who_has_seconded_an_outcome_is_told_what_they_may_say(
    sign_in, fan, other, theory, outcome, bounds, quick, said
):
    resolving.second(theory.pk, fan, make_proposal(other, theory, outcome).pk)
    page = page_of(sign_in(fan), theory)
    assert bounds in page
    assert [int(chance) for chance in re.findall(r'id="chance-(\d+)"', page)] == quick
    assert said in page
    for chance in quick:
        assert sign_in(fan).post(address(theory), {"probability": str(chance)}).status_code == 303


def test_once_it_is_resolved_everybody_sees_the_crowd(guest, foretold, moderator):
    assert "37 %" not in page_of(guest, foretold)
    resolving.decide(foretold.pk, moderator, finding())
    page = page_of(guest, foretold)
    assert "<b>37 %</b> from 1 forecast<" in page
    assert "Show what the crowd thinks" not in page


def test_with_htmx_the_control_alone(sign_in, fan, foretold):
    client = sign_in(fan)
    page = client.post(address(foretold), {"probability": "25"}, headers=HTMX).content.decode()
    assert (page.count("<form"), page.count('id="forecast"'), "<html" in page) == (1, 1, False)
    assert "csrfmiddlewaretoken" in page
    assert "Noted. You have said <b>25 %</b>" in page
    assert "from 2 forecasts" in page
    page = client.post(address(foretold), {"action": "withdraw"}, headers=HTMX).content.decode()
    assert "taken back" in page
    assert "from 1 forecast<" in page
    assert standing(fan) is None


def test_one_tap_wins_over_what_stands_in_the_field(sign_in, fan, theory):
    sign_in(fan).post(address(theory), {"probability": ["12", "75"]})
    assert standing(fan) == 75


@pytest.mark.parametrize("typed", ["", "0", "100", "-5", "5.5", "５０", "<b>x", "9" * 5000, None])
@pytest.mark.parametrize("headers", [{}, HTMX])
def test_other_values_are_422_and_stay_typed(sign_in, fan, theory, typed, headers):
    fields = {} if typed is None else {"probability": typed}
    answer = sign_in(fan).post(address(theory), fields, headers=headers)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "whole number from 1 to 99" in page
    assert f'value="{(typed or "").replace("<", "&lt;").replace(">", "&gt;")}"' in page
    assert not Forecast.objects.exists()


@pytest.mark.parametrize("method", ["get", "put", "delete", "head"])
def test_wrong_method(sign_in, fan, theory, method):
    assert getattr(sign_in(fan), method)(address(theory)).status_code == 405


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_closed_is_409_and_says_why(sign_in, fan, author, headers):
    theory = make_theory(author, set_to={"is_locked": True})
    for fields in ({"probability": "61"}, {"action": "withdraw"}):
        answer = sign_in(fan).post(address(theory), fields, headers=headers)
        assert answer.status_code == 409
        assert "takes no forecasts" in answer.content.decode()
    assert "takes no forecasts" in page_of(sign_in(fan), theory)


def test_drafts_hidden_and_missing_are_404(sign_in, fan, author):
    client = sign_in(fan)
    for theory in (make_draft(author), make_theory(author, set_to={"is_hidden": True})):
        assert client.post(address(theory), {"probability": "50"}).status_code == 404
        assert client.post(address(theory), {"probability": "x"}).status_code == 404
    assert client.post("/theories/999/x/forecast/", {"probability": "50"}).status_code == 404


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_too_fast_is_429_and_stays_typed(limits, sign_in, fan, theory, headers):
    client = sign_in(fan)
    for _ in range(60):
        client.post(address(theory), {"probability": "x"}, headers=headers)
    answer = client.post(address(theory), {"probability": "61"}, headers=headers)
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
    assert 'value="61"' in answer.content.decode()
    cache.clear()


# The shield


def test_a_shielded_theory_takes_it_and_tells_nothing(sign_in, fan, author):
    theory = make_theory(author, claim="The butler did it.", scope=make_work().mask)
    client = sign_in(fan)
    plain = client.post(address(theory, "x"), {"probability": "70"})
    control = client.post(address(theory, "x"), {"probability": "70"}, headers=HTMX)
    assert plain.url == f"/theories/{theory.pk}/x/#forecast"
    assert control.headers["HX-Redirect"] == f"/theories/{theory.pk}/"
    for headers in ({}, HTMX):
        answer = client.post(address(theory, "x"), {"probability": "x"}, headers=headers)
        assert b"butler" not in answer.content
        assert b"crowd" not in answer.content.split(b"</head>")[-1]


def test_on_a_revealed_page_the_control_comes_back(sign_in, fan, author):
    theory = make_theory(author, scope=make_work().mask)
    client, reveal = sign_in(fan), f"?reveal=theory-{theory.pk}"
    page = page_of(client, theory, reveal)
    assert f'hx-post="{address(theory)}{reveal}"' in page
    assert f'href="{theory.get_absolute_url()}{reveal}&amp;crowd=1#forecast"' in page
    assert "70 %" in client.post(f"{address(theory)}{reveal}", {"probability": "70"}, headers=HTMX).content.decode()
    assert client.post(f"{address(theory)}{reveal}", {"probability": "70"}).url.endswith(f"{reveal}#forecast")


# Who gets to know what


def test_the_crowd_is_not_there_before_ones_own_forecast(guest, sign_in, fan, author, other, foretold):
    clients = [guest, sign_in(fan), sign_in(author)]
    for client in clients:
        page = page_of(client, foretold)
        assert not re.search(r"\b37\b", re.sub(r'datetime="[^"]*"|value="[^"]{10,}"|/static/\S+', "", page))
        assert '<svg viewBox="0 0 280' not in page
        link = re.search(r'rel="nofollow" href="([^"]+)">Show what the crowd thinks', page)[1]
        assert link == f"{foretold.get_absolute_url()}{ASKING}#forecast"
        asked = page_of(client, foretold, ASKING)
        assert "<b>37 %</b> from 1 forecast<" in asked
        assert 'name="robots" content="noindex"' in asked
    assert "<b>37 %</b> yours alone" in page_of(sign_in(other), foretold)
    for value in ("0", "", "yes"):
        assert "The crowd</h3>" not in page_of(guest, foretold, f"?crowd={value}")
    for place in ("/", "/theories/", f"/theories/{ASKING}"):
        assert "37 %" not in guest.get(place).content.decode()


def test_whoever_took_theirs_back_has_seen_it(sign_in, fan, foretold):
    make_forecast(fan, foretold, 80)
    forecasting.take_back(foretold.pk, fan)
    page = page_of(sign_in(fan), foretold)
    assert "<b>37 %</b> from 1 forecast<" in page
    assert "Take it back" not in page
    assert "taken back" in page


def test_guests_get_a_link_to_sign_in_and_no_form(guest, foretold):
    for query in ("", ASKING):
        page = page_of(guest, foretold, query)
        assert "Sign in to forecast" in page
        assert "csrfmiddlewaretoken" not in page
        assert 'method="post"' not in page


def test_nobody_yet(guest, sign_in, author, theory):
    assert "Nobody has said how sure" in page_of(guest, theory, ASKING)
    make_forecast(author, theory, 90)
    page = page_of(sign_in(author), theory)
    assert "Nobody else has said" in page
    assert 'class="own-line"' in page


def test_others_forecasts_are_never_told(sign_in, fan, other, author, foretold):
    make_forecast(make_fan(username="third"), foretold, 83)
    make_forecast(fan, foretold, 44)
    page = page_of(sign_in(author), foretold, ASKING)
    assert "44 %" in page  # the crowd is 44 now; that and its course
    own = page_of(sign_in(fan), foretold)
    assert own.count('class="own-line"') == 2
    assert "You stand at 44 %." in own
    assert "You stand" not in page


def test_the_picture_has_a_title_words_and_a_table(sign_in, fan, foretold):
    make_forecast(fan, foretold, 60)
    page = page_of(sign_in(fan), foretold)
    assert '<title id="course-title">The crowd’s course</title>' in page
    assert "It began at 37 %, has been between 37 and 60 %, and stands at 60 %." in page
    rows = re.search(r"The same as a table</summary>.*?<tbody>(.*?)</tbody>", page, re.DOTALL)[1]
    assert [re.findall(r'<td class="num">(.*?)</td>', row) for row in rows.split("</tr>")[:-1]] == [
        ["60 %", "60 %"],
        ["37 %", ""],
    ]


def test_history_lists_ones_own_alone(guest, sign_in, fan, other, foretold):
    make_forecast(fan, foretold, 61)
    make_forecast(fan, foretold, 62)
    place = reverse("theories:history", args=[foretold.pk, foretold.slug])
    own = sign_in(fan).get(place).content.decode()
    assert own.index("62 %") < own.index("61 %")
    assert "it stands" in own
    assert "37 %" not in own
    assert "Your forecasts" not in guest.get(place).content.decode()
    assert "Your forecasts" not in sign_in(make_fan(username="third")).get(place).content.decode()


def test_what_was_typed_before_sign_in_is_back(sign_in, fan, theory):
    client = sign_in(fan)
    session = client.session
    session["kept_fields"] = {"path": address(theory), "until": 2**40, "fields": {"probability": ["66"]}}
    session.save()
    assert 'value="66"' in page_of(client, theory)


# What it costs


@pytest.mark.parametrize(("who", "query"), [("guest", ASKING), ("fan", ""), ("fan", ASKING)])
def test_the_crowd_on_a_theory_with_fifty_comments_is_within_twelve_queries(
    guest, sign_in, fan, other, foretold, who, query, django_assert_max_num_queries
):
    foretold.tags.add(make_tag())
    make_vote(fan, foretold)
    make_forecast(fan, foretold, 61)
    for _ in range(50):
        make_comment(other, foretold)
    client = guest if who == "guest" else sign_in(fan)
    with django_assert_max_num_queries(12):
        assert "The crowd</h3>" in page_of(client, foretold, query)


@pytest.mark.django_db(transaction=True)
def test_guests_kept_pages_are_apart(settings):
    settings.PAGE_CACHE_BYTES = 1_000_000
    theory = make_theory(make_fan(username="author"))
    make_forecast(make_fan(), theory, 37)
    for _ in range(2):
        guest = Client()
        assert "<b>37 %</b>" not in page_of(guest, theory)
        assert "<b>37 %</b>" in page_of(guest, theory, ASKING)
    make_forecast(make_fan(username="third"), theory, 92)
    assert "<b>92 %</b>" in page_of(Client(), theory, ASKING)
