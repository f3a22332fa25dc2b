from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from accounts.models import User
from lore.models import SearchEntry
from tests.factories import make_claim, make_page, make_work
from tests.factories_theories import FAR_OFF, make_draft, make_tag, make_theory, make_vote, resolved, writing
from theories import posting
from theories.models import Leaning, Theory
from theories.permissions import Conflict
from theories.posting import Cited

pytestmark = pytest.mark.django_db


def again(theory: Theory) -> Theory:
    return Theory.objects.get(pk=theory.pk)


# Drafts


def test_a_draft_needs_only_a_claim(author):
    draft = make_draft(author, case="", criteria="", due=None)
    assert (draft.state, draft.opened_at, draft.versions.count()) == ("draft", None, 0)
    assert not SearchEntry.objects.filter(kind="theory").exists()


def test_a_draft_is_saved_over(author):
    draft = make_draft(author)
    posting.save_draft(author, writing(claim="Another."), draft)
    assert again(draft).claim == "Another."


def test_a_draft_thrown_away_meanwhile_is_a_conflict(author):
    draft = make_draft(author)
    posting.withdraw(author, draft)
    draft.pk = 99
    with pytest.raises(Conflict):
        posting.save_draft(author, writing(), draft)


def test_what_is_posted_is_no_draft_any_more(author, theory):
    for verb in (posting.save_draft, posting.publish):
        with pytest.raises(Conflict):
            verb(author, writing(), theory)


# Posting


def test_posting_opens_counts_and_indexes(author):
    theory = make_theory(author, claim="Rooney’s return, at last")
    assert (theory.state, theory.slug, theory.hot > 0) == ("open", "rooneys-return-at-last", True)
    assert theory.versions.get().number == 1
    assert SearchEntry.objects.get(kind="theory").title == theory.claim


def test_posting_a_draft_keeps_its_address(author):
    draft = make_draft(author)
    assert posting.publish(author, writing(), draft).pk == draft.pk


@pytest.mark.parametrize(
    ("missing", "field"),
    [
        ({"claim": ""}, "claim"),
        ({"case": " "}, "case"),
        ({"criteria": ""}, "criteria"),
        ({"due": None}, "due"),
    ],
)
def test_what_a_posted_theory_must_have(author, missing, field):
    with pytest.raises(ValidationError) as refusal:
        make_theory(author, **missing)
    assert field in refusal.value.error_dict
    assert not Theory.objects.exists()


@pytest.mark.parametrize("days", [-1, 0, 366 * 101])
def test_due_lies_in_the_future_and_in_reach(author, days):
    with pytest.raises(ValidationError):
        make_theory(author, due=timezone.now().date() + timedelta(days=days))


def test_due_is_one_thing(author):
    with pytest.raises(ValidationError):
        make_theory(author, due=FAR_OFF, due_work=make_work())


def test_votes_close_at_the_end_of_the_day(author):
    assert make_theory(author, due=date(2100, 1, 1)).closes_at == datetime(2100, 1, 2, tzinfo=UTC)


def test_waiting_for_a_work_without_a_date_has_no_end(author):
    assert make_theory(author, due_work=make_work()).closes_at is None


def test_a_works_release_closes_what_waits_for_it(author):
    work = make_work(released_on=date(2099, 5, 1))
    theory = make_theory(author, due_work=work)
    work.released_on = date(2099, 6, 1)
    posting.follow_release(work)
    assert (theory.closes_at, again(theory).closes_at) == (
        datetime(2099, 5, 2, tzinfo=UTC),
        datetime(2099, 6, 2, tzinfo=UTC),
    )


def test_a_work_that_is_out_is_not_awaited(author):
    with pytest.raises(ValidationError, match="out already"):
        make_theory(author, due_work=make_work(released_on=date(2020, 1, 1)))


def test_markup_that_cannot_be_read_names_field_and_line(author):
    with pytest.raises(ValidationError) as refusal:
        make_theory(author, case="Fine.\n\n>!no-such-film: it ends!<")
    assert "Line 3" in str(refusal.value.error_dict["case"])


# Editing


FROZEN_TABLE = [
    ({"case": "Better."}, None),
    ({"scope": 3}, None),
    ({"scope": 0}, ValidationError),
    ({"scope": 2}, ValidationError),
    ({"claim": "Else."}, Conflict),
    ({"criteria": "Else."}, Conflict),
    ({"due": date(2101, 1, 1)}, Conflict),
]


@pytest.mark.parametrize(("change", "refusal"), FROZEN_TABLE)
def test_what_may_change_once_somebody_voted(author, fan, change, refusal):
    theory = make_theory(author, scope=1)
    make_vote(fan, theory)
    new = writing(**({"scope": 1} | change))
    if refusal is None:
        posting.edit(author, theory, new)
        assert all(getattr(again(theory), name) == value for name, value in change.items())
    else:
        with pytest.raises(refusal):
            posting.edit(author, theory, new)
        assert again(theory).edition == theory.edition


@pytest.mark.parametrize(("change", "refusal"), FROZEN_TABLE)
def test_all_may_change_before(author, change, refusal):
    theory = make_theory(author, scope=1)
    posting.edit(author, theory, writing(**({"scope": 1} | change)))
    assert all(getattr(again(theory), name) == value for name, value in change.items())


def test_an_edit_leaves_a_version_only_when_words_changed(author, theory):
    posting.edit(author, theory, writing(tags=[make_tag()]))
    assert theory.versions.count() == 1
    posting.edit(author, theory, writing(case="Better."))
    assert [(version.number, version.case) for version in theory.versions.all()] == [
        (2, "Better."),
        (1, "She has reasons."),
    ]


def test_a_stale_edition_is_a_conflict(author, theory):
    posting.edit(author, theory, writing(case="First.", based_on=theory.edition))
    with pytest.raises(Conflict):
        posting.edit(author, theory, writing(case="Second.", based_on=theory.edition))
    assert again(theory).case == "First."


def test_citations_are_replaced(author, theory):
    page = make_page()
    claim = make_claim(page=page)
    posting.edit(author, theory, writing(citations=[Cited(claim), Cited(page, Leaning.CONTRADICT)]))
    posting.edit(author, theory, writing(citations=[Cited(page)]))
    assert [(citation.page, citation.claim, citation.leaning) for citation in theory.citations.all()] == [
        (page, None, "support")
    ]


@pytest.mark.parametrize(
    "columns",
    [
        {"is_locked": True},
        {"is_hidden": True},
        {"state": "withdrawn"},
        resolved("void"),
    ],
)
def test_what_is_closed_stays_as_it_is(author, columns):
    theory = make_theory(author, set_to=columns)
    for act in (lambda: posting.edit(author, theory, writing()), lambda: posting.withdraw(author, theory)):
        with pytest.raises(Conflict):
            act()


def test_others_change_nothing(fan, theory):
    for act in (lambda: posting.edit(fan, theory, writing()), lambda: posting.withdraw(fan, theory)):
        with pytest.raises(PermissionDenied):
            act()


def test_staff_act_for_the_archive(editor, fan):
    theory = make_theory(User.objects.archive())
    posting.edit(editor, theory, writing(case="Mended."))
    assert again(theory).case == "Mended."
    with pytest.raises(PermissionDenied):
        posting.edit(fan, theory, writing())


# Withdrawing


def test_withdrawing_before_a_vote_ends_it(author, theory):
    posting.withdraw(author, theory)
    assert again(theory).state == "withdrawn"


def test_withdrawing_after_a_vote_takes_the_backing_alone(author, fan, theory):
    make_vote(fan, theory)
    posting.withdraw(author, theory)
    assert (again(theory).state, again(theory).takes_votes) == ("open", True)
    assert again(theory).backing_withdrawn_at is not None
    with pytest.raises(Conflict):
        posting.withdraw(author, theory)


def test_withdrawing_a_draft_throws_it_away(author):
    posting.withdraw(author, make_draft(author))
    assert not Theory.objects.exists()


def test_filing_by_staff(theory):
    tag = make_tag()
    posting.file_under(theory, [tag])
    assert list(theory.tags.all()) == [tag]
    assert tag.name in SearchEntry.objects.get(kind="theory").names


# States that depend on time


@pytest.mark.parametrize(
    ("closes_in", "state"),
    [
        (timedelta(days=-1), "due"),
        (timedelta(days=13), "closing"),
        (timedelta(days=15), "open"),
        (None, "open"),
    ],
)
def test_state_is_read_from_the_clock(author, closes_in, state):
    closes_at = closes_in and timezone.now() + closes_in
    theory = make_theory(author, set_to={"closes_at": closes_at})
    assert theory.shown_state == state
    assert theory.takes_votes == (state != "due")
