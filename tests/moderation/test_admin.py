import pytest
from django.contrib.auth.models import Group

from accounts.models import MODERATORS
from moderation.models import Appeal, CaseClaim, Decision, Report
from moderation.permissions import MODERATOR_PERMISSIONS
from tests.factories import give_rights

LISTS = ["/admin/moderation/report/", "/admin/moderation/decision/"]
MORE = ["/admin/moderation/appeal/", "/admin/moderation/caseclaim/"]


@pytest.fixture
def granted(db):
    """What the migrations give the group; given twice, since they may be run again."""
    give_rights()
    give_rights()
    return Group.objects.get(name=MODERATORS)


@pytest.fixture
def rows(db, fan, moderator):
    Report.objects.create(kind="theory", object_id=12, reason="spam", words="Words of a report", reporter=fan)
    Decision.objects.create(
        moderator=moderator,
        act="hide",
        kind="theory",
        object_id=12,
        reason="spam",
        words="Words of a decision",
    )


def test_the_group_holds_what_the_list_says(granted):
    held = granted.permissions.filter(content_type__app_label="moderation").values_list("codename", flat=True)
    assert sorted(held) == sorted(MODERATOR_PERMISSIONS)


@pytest.mark.parametrize("who", ["moderator", "admin"])
@pytest.mark.parametrize("address", LISTS)
def test_moderators_read_the_rows(request, sign_in, granted, rows, who, address):
    client = sign_in(request.getfixturevalue(who))
    answer = client.get(address)
    assert answer.status_code == 200
    assert 'href="/moderation/theory/12/"' in answer.text
    model = Report if "report" in address else Decision
    assert "Words of a" in client.get(f"{address}{model.objects.get().pk}/change/").text


@pytest.mark.parametrize("address", LISTS)
def test_nobody_adds_changes_or_deletes_them(sign_in, admin, rows, address):
    client = sign_in(admin)
    model = Report if "report" in address else Decision
    row = model.objects.get()
    assert client.post(f"{address}add/", {"words": "x"}).status_code == 403
    assert client.post(f"{address}{row.pk}/change/", {"words": "x"}).status_code == 403
    assert client.post(f"{address}{row.pk}/delete/", {"post": "yes"}).status_code == 403
    client.post(address, {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"})
    assert model.objects.get().words == row.words


@pytest.mark.parametrize("address", MORE)
def test_claims_and_appeals_are_looked_at_only(sign_in, granted, rows, moderator, admin, address):
    made = Decision.objects.get()
    Appeal.objects.create(decision=made, fan=admin, words="Words of an appeal", made_at=made.created_at)
    CaseClaim.objects.create(kind="theory", object_id=12, moderator=moderator, claimed_at=made.created_at)
    model = Appeal if "appeal" in address else CaseClaim
    row, client = f"{address}{model.objects.get().pk}/", sign_in(moderator)
    assert str(model.objects.get()) in client.get(f"{row}change/").text
    assert client.get(address).status_code == 200
    assert sign_in(admin).post(f"{row}change/", {"words": "x"}).status_code == 403
    assert sign_in(admin).post(f"{row}delete/", {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("address", LISTS)
def test_editors_do_not_see_them(sign_in, editor, rows, address):
    assert sign_in(editor).get(address).status_code == 403


@pytest.mark.parametrize("query", ["?q=theory", "?closed_at__isempty=1", "?reason=spam", "?kind=theory&act=hide"])
@pytest.mark.parametrize("address", LISTS)
def test_they_can_be_searched_and_filtered(sign_in, admin, rows, address, query):
    assert sign_in(admin).get(address + query, follow=True).status_code == 200
