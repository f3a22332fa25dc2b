"""Many at once, with real transactions in threads."""

import pytest

from tests.factories import make_fan
from tests.factories_theories import make_comment, make_theory, writing
from tests.racing import at_once
from theories import posting
from theories.counting import differing
from theories.models import Theory, Vote
from theories.voting import cast

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_hundred_fans_vote_at_once_and_none_is_lost():
    theory = make_theory(make_fan(username="author"))
    fans = [make_fan(username=f"voter-{number}") for number in range(200)]
    at_once([lambda fan=fan: cast(theory.pk, fan, 1 if fan.pk % 2 else -1) for fan in fans])
    found = Theory.objects.get()
    assert found.believe_count + found.doubt_count == Vote.objects.count() == 200
    assert found.believe_count == Vote.objects.filter(value=1).count()
    assert differing([theory.pk]) == []


def test_one_fan_who_clicks_twice_has_one_vote():
    theory, fan = make_theory(make_fan(username="author")), make_fan()
    at_once([lambda: cast(theory.pk, fan, 1)] * 10)
    assert Vote.objects.count() == 1
    assert Theory.objects.get().believe_count == 1


def test_withdrawing_while_others_vote_ends_one_way_or_the_other():
    author = make_fan(username="author")
    theory = make_theory(author)
    fans = [make_fan(username=f"voter-{number}") for number in range(8)]
    votes = [lambda fan=fan: cast(theory.pk, fan, 1) for fan in fans]
    at_once([*votes[:4], lambda: posting.withdraw(author, theory), *votes[4:]])
    found = Theory.objects.get()
    assert (found.state == "withdrawn") == (Vote.objects.count() == 0)
    assert (found.backing_withdrawn_at is not None) == found.is_frozen


def test_two_edits_from_one_edition_one_wins():
    author = make_fan(username="author")
    theory = make_theory(author)
    edits = [writing(case=f"Case {number}", based_on=theory.edition) for number in range(4)]
    results = at_once([lambda edit=edit: posting.edit(author, theory, edit) for edit in edits])
    assert sum(isinstance(result, Theory) for result in results) == 1
    assert theory.versions.count() == 2


def test_comments_at_once_each_find_a_place():
    author = make_fan(username="author")
    theory = make_theory(author)
    root = make_comment(author, theory)
    at_once([lambda: make_comment(author, theory, parent_id=root.pk)] * 20)
    assert Theory.objects.get().comment_count == 21
    assert len(set(theory.comments.values_list("path", flat=True))) == 21
