import pytest

from accounts import hooks
from accounts.models import User
from tests.factories import make_fan

pytestmark = pytest.mark.django_db


@pytest.fixture
def fan(db):
    return make_fan(username="velvet")  # the cast's "fan" has a name that is reserved on the site


@pytest.fixture
def form(admin, sign_in, fan):
    """The admin's form about the fan, ready to be sent: its address and its fields as they are."""
    client = sign_in(admin)
    address = f"/admin/accounts/user/{fan.pk}/change/"
    shown = client.get(address).context["adminform"].form
    fields = {name: shown[name].value() for name in ("username", "display_name", "bio", "email")}
    rows = {f"emailaddress_set-{name}": value for name, value in {"TOTAL_FORMS": 0, "INITIAL_FORMS": 0}.items()}
    return lambda **changes: client.post(address, fields | rows | {"is_active": "on"} | changes)


def test_closing_an_account_tells_the_apps_above(form, fan, monkeypatch):
    told = []
    monkeypatch.setattr(hooks, "fan_suspended", [told.append])
    assert form(is_active="").status_code == 302
    assert told == [fan]
    assert not User.objects.get(pk=fan.pk).is_active


def test_other_changes_do_not(form, fan, monkeypatch):
    told = []
    monkeypatch.setattr(hooks, "fan_suspended", [told.append])
    assert form(display_name="Fanny").status_code == 302
    assert (told, User.objects.get(pk=fan.pk).display_name) == ([], "Fanny")


def test_nobody_deletes_accounts(admin, sign_in, fan):
    assert sign_in(admin).get(f"/admin/accounts/user/{fan.pk}/delete/").status_code == 403
