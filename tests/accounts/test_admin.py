import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from cryptography.fernet import InvalidToken
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from accounts.models import User
from accounts.sealing import FactorAdapter
from accounts.suspending import suspend
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


def test_an_account_is_not_closed_past_the_log(form, fan):
    assert form(is_active="", display_name="Fanny").status_code == 302
    found = User.objects.get(pk=fan.pk)
    assert (found.is_active, found.display_name) == (True, "Fanny")


def test_a_suspension_that_came_meanwhile_is_not_undone(form, fan, monkeypatch):
    def save(self, *args, **kwargs):
        monkeypatch.undo()
        suspend(User.objects.get(pk=fan.pk), None)
        self.save(*args, **kwargs)

    monkeypatch.setattr(User, "save", save)
    assert form(display_name="Fanny").status_code == 302
    found = User.objects.get(pk=fan.pk)
    assert (found.is_active, found.display_name) == (False, "Fanny")


def test_nobody_deletes_accounts(admin, sign_in, fan):
    assert sign_in(admin).get(f"/admin/accounts/user/{fan.pk}/delete/").status_code == 403


SECRET = "JBSWY3DPEHPK3PXP"


def test_no_secret_of_a_factor_is_read_in_the_admin_or_in_the_database(admin, sign_in, fan):
    TOTP.activate(fan, SECRET)
    row = Authenticator.objects.get()
    assert SECRET not in str(row.data)
    assert TOTP(row).validate_code(format_hotp_value(hotp_value(SECRET, int(time.time()) // 30)))
    reader = sign_in(admin)
    page = reader.get(f"/admin/mfa/authenticator/{row.pk}/change/").text
    assert "velvet" in page
    assert row.data["secret"] not in page


def test_a_factor_from_before_secrets_were_sealed_still_opens(fan):
    assert FactorAdapter().decrypt(SECRET) == SECRET


def test_a_factor_outlives_a_change_of_the_key(settings):
    sealed = FactorAdapter().encrypt(SECRET)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another"
    assert FactorAdapter().decrypt(sealed) == SECRET
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(InvalidToken):
        FactorAdapter().decrypt(sealed)


def test_what_a_mail_says_is_not_read_in_the_admin(admin, sign_in):
    row = DBTaskResult.objects.create(
        task_path="ballerina_site.tasks.deliver",
        args_kwargs={"args": [{"body": "/accounts/password/reset/key/abc/"}], "kwargs": {}},
        queue_name="default",
        backend_name="default",
        run_after=timezone.now(),
    )
    reader = sign_in(admin)
    assert "tasks.deliver" in reader.get("/admin/django_tasks_database/dbtaskresult/").text
    assert "reset/key" not in reader.get(f"/admin/django_tasks_database/dbtaskresult/{row.pk}/change/").text
    guess = {"args_kwargs__icontains": "reset/key"}
    assert reader.get("/admin/django_tasks_database/dbtaskresult/", guess).status_code == 400
    assert reader.get("/admin/django_tasks_database/dbtaskresult/", {"status__exact": "READY"}).status_code == 200


@pytest.mark.parametrize("place", ["usersessions/usersession", "socialaccount/socialtoken", "account/emailaddress"])
def test_what_would_let_an_administrator_be_anybody_is_not_there(admin, sign_in, place):
    assert sign_in(admin).get(f"/admin/{place}/").status_code == 404
