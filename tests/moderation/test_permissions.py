import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied

from moderation.permissions import may_moderate, require_moderator


@pytest.mark.parametrize(("who", "may"), [("fan", False), ("editor", False), ("moderator", True), ("admin", True)])
def test_only_moderators_and_admins_moderate(request, who, may):
    assert may_moderate(request.getfixturevalue(who)) is may


def test_the_group_is_asked_for_once(editor, moderator, django_assert_num_queries):
    with django_assert_num_queries(2):
        assert [may_moderate(user) for user in (editor, moderator) * 3] == [False, True] * 3


def test_a_guest_does_not():
    assert not may_moderate(AnonymousUser())


@pytest.mark.parametrize("who", ["moderator", "admin"])
def test_nor_does_somebody_suspended(request, who):
    user = request.getfixturevalue(who)
    user.is_active = False
    assert not may_moderate(user)


def test_staff_alone_is_not_enough(fan):
    fan.is_staff = True
    with pytest.raises(PermissionDenied, match="Only moderators"):
        require_moderator(fan)


def test_the_group_alone_is_not_enough_and_says_what_is_missing(sign_in, moderator):
    """Of staff a second factor is asked."""
    moderator.is_staff = False
    moderator.save()
    answer = sign_in(moderator).get("/moderation/")
    assert answer.status_code == 403
    assert "has not ticked you as staff" in answer.text
