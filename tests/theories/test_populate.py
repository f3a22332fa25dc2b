"""Made-up theories for measuring: whole, as the verbs would have left them, and nowhere where they would hurt."""

from collections import Counter
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from lore.models import SearchEntry, SearchName
from lore.search import index
from tests.factories import make_claim, make_page, make_work
from theories.models import (
    CaseVersion,
    Citation,
    Comment,
    Forecast,
    Proposal,
    Second,
    State,
    Tag,
    Theory,
    TurnTaken,
    Vote,
)
from theories.populating import grammar
from theories.populating.stock import made_up_fans
from theories.search import KIND, entries_for

pytestmark = pytest.mark.django_db
MANY = 60


def populate(**options):
    said, errors = StringIO(), StringIO()
    call_command("populate", stdout=said, stderr=errors, **{"theories": MANY} | options)
    return said.getvalue(), errors.getvalue()


def claims():
    return list(Theory.objects.order_by("pk").values_list("claim", flat=True))


def test_all_that_belongs_to_theories_is_there_and_counted():
    work = make_work()
    claim = make_claim(page=make_page())
    said, errors = populate()
    assert "60 theories by 100 fans" in said
    assert "60 of 60 theories" in errors
    assert Theory.objects.count() == MANY
    for rows in (Vote, Forecast, Comment, Citation, CaseVersion, TurnTaken, Proposal, Second, Tag):
        assert rows.objects.exists(), rows
    assert set(Citation.objects.values_list("claim", "page")) == {(claim.pk, None), (None, claim.page_id)}
    assert {theory.scope for theory in Theory.objects.all()} == {0, work.mask}
    assert {State.OPEN, State.CONFIRMED, State.BUSTED} <= {theory.state for theory in Theory.objects.all()}
    assert max(theory.vote_count for theory in Theory.objects.all()) > 70, "one that very many have voted on"
    assert all(vote.fan_id != vote.theory.author_id for vote in Vote.objects.select_related("theory"))
    call_command("recount", "--check", stdout=StringIO())


def test_what_is_found_is_what_a_posted_theory_would_be_found_by():
    populate()
    found = _entries()
    for theory in Theory.objects.listed():
        index(KIND, theory.pk, entries_for(theory))
    assert found == _entries()
    assert len(found) == Theory.objects.listed().count()


def _entries():
    called = Counter(SearchName.objects.values_list("entry__object_id", "called"))
    rows = SearchEntry.objects.filter(kind=KIND).values_list("object_id", "scope", "title", "names", "body")
    return sorted((*row, tuple(sorted(name for pk, name in called if pk == row[0]))) for row in rows)


def test_the_same_seed_makes_up_the_same_claims_and_a_second_run_only_adds():
    populate(seed=5)
    first = claims()
    Theory.objects.update(seed_key=None)
    before = list(Theory.objects.order_by("pk").values())
    populate(seed=5)
    assert claims() == first * 2
    assert list(Theory.objects.order_by("pk").values())[:MANY] == before
    populate(seed=6)
    assert claims()[2 * MANY :] != first


def test_some_words_are_rare_and_some_are_common():
    chance = grammar.Random(7)
    said = grammar.sentences(chance, grammar.SAYS, 3000)
    words = Counter(word.strip(".,:").casefold() for claim in said for word in set(claim.split()))
    assert words["eve"] > 600
    assert sum(1 for count in words.values() if count < 30) > 300
    assert all(len(claim) <= 200 for claim in said)


def test_nobody_can_sign_in_as_somebody_made_up():
    populate()
    assert made_up_fans().count() == 100
    assert not any(fan.has_usable_password() for fan in made_up_fans())


def test_a_site_that_people_use_is_left_alone(settings):
    settings.IS_PRODUCTION = True
    with pytest.raises(CommandError, match="https"):
        populate(among_real_fans=True)
    assert not Theory.objects.exists()


def test_where_fans_have_accounts_it_has_to_be_said(fan, admin):
    User.objects.archive()
    with pytest.raises(CommandError, match="--among-real-fans"):
        populate()
    assert not Theory.objects.exists()
    populate(among_real_fans=True)
    assert Theory.objects.count() == MANY
    assert not fan.votes.exists()


@pytest.mark.parametrize("words", ["0", "-1", "many", "99999999"])
def test_a_number_that_makes_no_sense_is_refused(words):
    with pytest.raises(CommandError, match="whole number"):
        call_command("populate", f"--theories={words}")
