from datetime import UTC, date, datetime

import pytest

from accounts import hooks as account_hooks
from ballerina_site.management.commands.tick import JOBS
from lore import hooks as lore_hooks
from lore.models import SearchEntry
from lore.spoilers import Shield, Viewer
from moderation import hooks as moderation_hooks
from moderation.deciding import decide
from tests.factories import make_claim, make_page, make_work
from tests.factories_theories import make_comment, make_draft, make_theory
from theories import held_votes, standing_facts
from theories.held_votes import figures_of_votes, votes_held
from theories.models import Comment, Theory
from theories.posting import Cited, follow_release
from theories.registrations import (
    appealed_outcomes,
    citing_theories,
    disputed_theories,
    leaning_theories,
    pictures_of_theories,
    recount_judged,
    tell_of_claim,
    undecided,
)

pytestmark = pytest.mark.django_db


def test_who_is_registered():
    assert leaning_theories in lore_hooks.page_panels
    assert pictures_of_theories in lore_hooks.pictures_in_use
    assert citing_theories in lore_hooks.page_uses
    assert follow_release in lore_hooks.work_released
    assert tell_of_claim in lore_hooks.claim_changed
    assert {"theory", "tag", "page", "fan"} == account_hooks.followed_kinds.keys()
    assert recount_judged in account_hooks.fan_suspended
    assert {"theory", "comment"} <= moderation_hooks.kinds.keys()
    assert {undecided, votes_held} <= set(moderation_hooks.queues)
    assert {appealed_outcomes, disputed_theories, held_votes.waiting_votes} <= set(moderation_hooks.waiting_things)
    assert figures_of_votes in moderation_hooks.case_figures
    assert held_votes.ACTS.items() <= moderation_hooks.vote_acts.items()
    assert standing_facts.facts in account_hooks.fan_facts
    assert standing_facts.stirred in account_hooks.fans_stirred
    assert {"look_at_votes", "reckon_levels"} <= JOBS.keys()


# The panel on lore pages


def test_a_page_shows_what_leans_on_it_and_its_claims(guest, author):
    page, elsewhere = make_page("ruska-roma"), make_page("high-table")
    claim = make_claim("E1", page=elsewhere)
    claim.also_on.add(page)
    make_theory(author, claim="On the page.", citations=[Cited(page)])
    make_theory(author, claim="On a claim.", citations=[Cited(claim), Cited(page)])
    make_theory(author, claim="On neither.")
    html = guest.get("/lore/ruska-roma/").content.decode()
    assert "Theories that lean on this" in html
    assert html.count("On a claim.") == 1
    assert "On the page." in html
    assert "On neither." not in html
    assert "On the page." not in guest.get("/lore/high-table/").content.decode()


def test_without_any_there_is_no_panel(theory):
    assert leaning_theories(Viewer(), make_page()) is None


def test_in_the_panel_shielded_theories_are_neutral(author):
    page = make_page()
    make_theory(author, scope=make_work().mask, citations=[Cited(page)])
    assert [type(entry) for entry in leaning_theories(Viewer(), page).context["entries"]] == [Shield]


def test_what_leans_on_a_shielded_claim_is_not_told(author):
    page = make_page()
    make_theory(author, citations=[Cited(make_claim(page=page, scope=make_work().mask))])
    make_draft(author, citations=[Cited(page)])
    assert leaning_theories(Viewer(), page) is None


def test_the_panel_is_two_queries(author, django_assert_num_queries):
    page = make_page()
    for _ in range(3):
        make_theory(author, citations=[Cited(page)])
    with django_assert_num_queries(2):
        leaning_theories(Viewer(), page)


# Moderation


def test_hiding_a_theory_takes_it_out_of_the_search_until_it_is_restored(moderator, theory):
    for act, count in (("hide", 0), ("restore", 1)):
        decide(moderator, "theory", theory.pk, act, "spam", "Words.")
        assert SearchEntry.objects.filter(kind="theory", object_id=theory.pk).count() == count


def test_hiding_a_comment_is_counted(moderator, theory, fan):
    said = make_comment(fan, theory)
    for act, count in (("hide", 0), ("restore", 1)):
        decide(moderator, "comment", said.pk, act, "unkind", "Words.")
        assert Theory.objects.get().comment_count == count


def test_locking(moderator, theory):
    decide(moderator, "theory", theory.pk, "lock", "heated", "Words.")
    assert not Theory.objects.get().takes_votes


def test_cases_are_named_without_giving_away(author, fan):
    theory = make_theory(author, claim="The butler did it.", scope=make_work().mask)
    said = make_comment(fan, theory, "He did.")
    kinds = moderation_hooks.kinds
    assert kinds["theory"].address(kinds["theory"].find(theory.pk)) == f"/theories/{theory.pk}/"
    place = f"?comment={said.pk}#comment-{said.pk}"
    assert kinds["comment"].address(kinds["comment"].find(said.pk)) == f"/theories/{theory.pk}/{place}"
    assert "butler" in kinds["theory"].text(theory)
    assert kinds["comment"].text(said) == "He did."


def test_drafts_and_deleted_comments_are_no_cases(author, fan, theory):
    assert moderation_hooks.kinds["theory"].find(make_draft(author).pk) is None
    said = make_comment(fan, theory)
    Comment.objects.update(deleted_at=datetime(2026, 1, 1, tzinfo=UTC))
    assert moderation_hooks.kinds["comment"].find(said.pk) is None


def test_a_comment_on_a_hidden_theory_is_not_public(theory, fan):
    said = make_comment(fan, theory)
    case = moderation_hooks.kinds["comment"]
    assert case.is_public(case.find(said.pk))
    Theory.objects.update(is_hidden=True)
    assert not case.is_public(case.find(said.pk))


def test_a_release_moves_only_what_is_open(author):
    work = make_work()
    waiting = make_theory(author, due_work=work)
    over = make_theory(author, due_work=work, set_to={"state": "withdrawn"})
    work.released_on = date(2099, 1, 1)
    for hook in lore_hooks.work_released:
        hook(work)
    assert Theory.objects.get(pk=waiting.pk).closes_at == datetime(2099, 1, 2, tzinfo=UTC)
    assert Theory.objects.get(pk=over.pk).closes_at is None
