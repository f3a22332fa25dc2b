import pytest
from django.core.management import CommandError, call_command

from tests.factories import make_fan
from tests.theories.recording import CLOSED, day, make_past, make_scores, make_standing, say, score
from theories import scoring_rows
from theories.counting import differing, recount_in_batches
from theories.models import ALL_TIME, Forecast, Score, Standing, Theory
from theories.scoring_rows import restand, score_theory
from theories.states import Outcome, State
from theories.tasks import follow_voided
from theories.turning import hold

pytestmark = pytest.mark.django_db


@pytest.fixture
def past(author, fan, other):
    """The fan 70 % throughout, otto 80 % from half-way on, the author 99 %."""
    theory = make_past(author)
    say(fan, theory, 70)
    say(other, theory, 80, since=50)
    say(author, theory, 99)
    recount_in_batches([theory.pk])
    return theory


def brier_of(fan, theory):
    found = Score.objects.get(theory=theory, fan=fan)
    return round(found.brier, 6), round(found.crowd_brier, 6)


def test_everybody_who_forecast_is_scored(past, author, fan, other):
    assert score_theory(past.pk) == sorted([author.pk, fan.pk, other.pk])
    assert brier_of(fan, past) == (0.09, 0.145)
    assert brier_of(other, past) == (0.04, 0.09)
    # The author against the crowd of the others: 70 %, then 80 % as the newer of two.
    assert brier_of(author, past) == (0.0001, 0.065)
    found = Score.objects.get(theory=past, fan=other)
    assert (found.last, found.came_true, found.lasted, found.season) == (80, True, 50 * 86_400, 2025)
    assert Theory.objects.get(pk=past.pk).scored_at


def test_scoring_again_changes_nothing(past):
    before = score(past), list(Score.objects.values_list())
    assert (score(past), list(Score.objects.values_list())) == before


@pytest.mark.parametrize("outcome", ["partly", "void"])
def test_partly_and_void_score_nobody(past, outcome, fan):
    score(past)
    Theory.objects.filter(pk=past.pk).update(outcome=outcome, state=outcome)
    assert fan.pk in score(past)
    assert not Score.objects.exists()
    assert Theory.objects.get(pk=past.pk).scored_at


def test_undone_nothing_is_left(past):
    score(past)
    nothing = {"state": State.OPEN, "outcome": "", "closed_at": None, "resolved_at": None}
    Theory.objects.filter(pk=past.pk).update(**nothing)
    score(past)
    assert not Score.objects.exists()
    assert Theory.objects.get(pk=past.pk).scored_at is None


def test_an_outcome_that_time_made_final_is_scored_and_written_down(past):
    Theory.objects.filter(pk=past.pk).update(state=State.PROPOSED)
    score(past)
    assert Theory.objects.get(pk=past.pk).state == State.CONFIRMED
    assert Score.objects.count() == 3


def test_voiding_on_what_is_resolved_scores_it_and_stands_all_anew(
    past, fan, other, django_capture_on_commit_callbacks
):
    for somebody in (fan, other):
        make_scores(somebody, [0.1] * 5)
    score(past)
    stood = Standing.objects.get(fan=fan, season=ALL_TIME)
    with django_capture_on_commit_callbacks(execute=True):
        Forecast.objects.filter(fan=other).update(is_void=True)
        follow_voided([past.pk])
    assert brier_of(fan, past) == (0.09, 0.25)
    assert not Score.objects.filter(theory=past, fan=other).exists()
    assert dict(Standing.objects.filter(season=ALL_TIME).values_list("fan", "resolved")) == {fan.pk: 6, other.pk: 5}
    assert Standing.objects.get(fan=fan, season=ALL_TIME).skill > stood.skill
    assert Theory.objects.get(pk=past.pk).forecast_count == 1
    Forecast.objects.filter(fan=other).update(is_void=False)
    follow_voided(Theory.objects.values_list("pk", flat=True))
    assert differing([past.pk]) == []


def test_what_is_voided_while_scores_are_worked_out_does_not_count(past, other, monkeypatch):
    def void_and_hold(pk):
        Forecast.objects.filter(fan=other).update(is_void=True)
        return hold(pk)

    monkeypatch.setattr(scoring_rows, "hold", void_and_hold)
    score(past)
    assert Score.objects.exists()
    assert not Score.objects.filter(fan=other).exists()


def test_what_was_voided_or_said_after_the_evidence_does_not_count(past, fan, other):
    Forecast.objects.filter(fan=other).update(is_void=True)
    late = make_fan(username="late")
    say(late, past, 99, since=60)
    Theory.objects.filter(pk=past.pk).update(happened_on=day(50).date())
    score(past)
    assert brier_of(fan, past) == (0.09, 0.25)
    assert not Score.objects.filter(fan__in=[other, late]).exists()


def test_whoever_left_was_part_of_the_crowd_all_the_same(past, fan, other):
    type(other).objects.filter(pk=other.pk).update(is_active=False)
    score(past)
    assert brier_of(fan, past) == (0.09, 0.145)


def test_standings_need_five_for_each_season(fan):
    make_scores(fan, [0.1] * 4)
    assert not Standing.objects.exists()
    make_scores(fan, [0.2] * 5, season=2026)
    found = {row.season: row for row in Standing.objects.filter(fan=fan)}
    assert {season: row.resolved for season, row in found.items()} == {ALL_TIME: 9, 2026: 5}
    assert found[2026].skill == pytest.approx(5 * 0.2 / 15)
    assert found[ALL_TIME].skill == pytest.approx(1.4 / 19)
    assert found[ALL_TIME].low < found[ALL_TIME].skill < found[ALL_TIME].high
    assert found[2026].brier == pytest.approx(0.05)


def test_standings_go_with_the_scores(fan, other):
    make_scores(fan, [0.1] * 5)
    make_standing(other, 0.3)
    Score.objects.first().delete()
    restand([fan.pk, other.pk])
    assert not Standing.objects.exists()


class TestRecount:
    def test_finds_nothing_wrong(self, past, fan, capsys):
        score(past)
        call_command("recount", "--check")
        assert "all right" in capsys.readouterr().out

    def test_what_waits_to_be_scored_is_not_wrong(self, past, capsys):
        call_command("recount", "--check")
        call_command("recount")
        assert "1 scored anew" in capsys.readouterr().out
        assert Score.objects.count() == 3

    def test_compares_to_the_last_bit(self, past, fan):
        score(past)
        found = Score.objects.get(fan=fan)
        Score.objects.filter(pk=found.pk).update(brier=found.brier + 2**-50)
        with pytest.raises(CommandError, match=f"Scores differ .* 1 theories: {past.pk}"):
            call_command("recount", "--check")
        call_command("recount")
        call_command("recount", "--check")

    def test_finds_a_standing_without_a_reason(self, fan):
        make_standing(fan, 0.2)
        with pytest.raises(CommandError, match=f"Standings differ .* 1 fans: {fan.pk}"):
            call_command("recount", "--check")
        call_command("recount")
        assert not Standing.objects.exists()

    def test_a_score_of_what_is_not_resolved_goes(self, theory, fan):
        fields = {"brier": 0.1, "crowd_brier": 0.2, "last": 70, "came_true": True, "lasted": 1, "season": 2025}
        Score.objects.create(theory=theory, fan=fan, **fields)
        with pytest.raises(CommandError, match="Scores differ"):
            call_command("recount", "--check")
        call_command("recount")
        assert not Score.objects.exists()


def test_the_season_is_the_year_of_resolution_in_utc(author, fan):
    theory = make_past(author, Outcome.BUSTED, at=CLOSED.replace(month=12, day=31, hour=23, minute=30))
    say(fan, theory, 10)
    score(theory)
    assert Score.objects.get().season == 2025
