import pytest
from allauth.account.models import EmailAddress
from django.urls import reverse

from accounts import renaming, views_profile
from accounts.models import User
from accounts.suspending import suspend
from tests.accounts.ways import send_sign_in
from tests.factories import PASSWORD, make_fan

pytestmark = pytest.mark.django_db
PROFILE = "/settings/profile/"
NEW = {"oldpassword": PASSWORD, "password1": "another-horse-7", "password2": "another-horse-7"}


def test_overview_leads_to_every_page(sign_in, fan):
    client = sign_in(fan)
    page = client.get("/settings/").content.decode()
    names = ["accounts:profile", "account_email", "account_change_password", "mfa_index", "usersessions_list"]
    for name in names:
        assert f'href="{reverse(name)}"' in page
    assert "Other sign-ins" not in page


def test_profile_is_saved(sign_in, fan):
    sent = sign_in(fan).post(PROFILE, {"display_name": "Rooney", "bio": "I dance.", "username": "x", "is_staff": "1"})
    fan.refresh_from_db()
    assert sent.url == fan.get_absolute_url()
    assert (fan.display_name, fan.bio, fan.username, fan.is_staff) == ("Rooney", "I dance.", "fan", False)


def test_an_empty_name_gives_way_to_the_user_name(sign_in, fan):
    assert sign_in(fan).post(PROFILE, {"display_name": " ", "bio": "I dance."}).status_code == 302
    fan.refresh_from_db()
    assert (fan.display_name, fan.bio) == ("fan", "I dance.")


@pytest.mark.parametrize(
    "name", ["Moderator", "The Archive", "Мoderatоr", "adm\u202ein", "a\u200bb", "M0DERAT0R", "x" * 41]
)
def test_display_names_that_nobody_may_have(sign_in, fan, name):
    sent = sign_in(fan).post(PROFILE, {"display_name": name, "bio": "Still here."})
    assert sent.status_code == 422
    assert sent.context["form"].errors["display_name"]
    assert "Still here." in sent.content.decode()
    assert User.objects.get(pk=fan.pk).display_name == "fan"


def test_too_fast_keeps_what_was_typed(sign_in, fan, limits):
    client = sign_in(fan)
    statuses = [client.post(PROFILE, {"display_name": "Rooney", "bio": f"Line {n}"}).status_code for n in range(21)]
    assert statuses == [302] * 20 + [429]
    answer = client.post(PROFILE, {"display_name": "Rooney", "bio": "Line 20"})
    assert int(answer.headers["Retry-After"]) > 0
    assert "Line 20" in answer.content.decode()


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_other_methods_are_refused(sign_in, fan, method):
    assert getattr(sign_in(fan), method)(PROFILE).status_code == 405


def test_password_change_keeps_this_device_and_drops_the_others(sign_in, fan):
    here, there = sign_in(fan), sign_in(fan)
    assert here.post(reverse("account_change_password"), NEW).url == "/settings/"
    assert here.get("/settings/").status_code == 200
    assert there.get("/settings/").status_code == 302


def test_the_same_password_again_is_refused(sign_in, fan):
    same = {"oldpassword": PASSWORD, "password1": PASSWORD, "password2": PASSWORD}
    sent = sign_in(fan).post(reverse("account_change_password"), same)
    assert sent.context["form"].errors["password1"]


def test_a_due_password_comes_first(sign_in):
    client = sign_in(make_fan(username="fresh", must_change_password=True))
    change = reverse("account_change_password")
    assert client.get("/admin/").url == f"{change}?next=%2Fadmin%2F"
    assert client.post(PROFILE, headers={"HX-Request": "true"}).headers["HX-Redirect"].startswith(change)
    assert "made for you" in client.get(change).content.decode()
    assert client.post(change, {**NEW, "next": "/admin/"}).url == "/admin/"
    assert client.get("/").status_code == 200


def test_sign_out_is_open_while_a_password_is_due(sign_in):
    client = sign_in(make_fan(username="fresh", must_change_password=True))
    assert client.post(reverse("account_logout")).url == "/"


@pytest.fixture
def production(settings):
    settings.IS_PRODUCTION = True


def test_staff_need_a_second_factor_in_production(production, sign_in, admin):
    client = sign_in(admin)
    answer = client.get("/admin/", follow=True)
    assert answer.redirect_chain == [(reverse("mfa_index"), 302)]
    assert "second factor" in answer.content.decode()
    assert client.get("/").status_code == 200


def test_with_a_second_factor_staff_come_in(production, sign_in, admin):
    admin.authenticator_set.create(type="totp", data={"secret": "x"})
    assert sign_in(admin).get("/admin/").status_code == 200


def test_the_admin_uses_our_sign_in(guest, sign_in, fan):
    assert guest.get("/admin/login/?next=/admin/").url.startswith(reverse("account_login"))
    assert sign_in(fan).get("/admin/login/").status_code == 403


def test_admin_of_accounts(sign_in, admin, fan):
    client = sign_in(admin)
    listed = client.get("/admin/accounts/user/?q=fan@example")
    assert listed.status_code == 200
    assert "fan" in listed.content.decode()
    assert client.get(f"/admin/accounts/user/{fan.pk}/change/").status_code == 200
    client.post("/admin/accounts/user/", {"action": "ask_for_new_password", "_selected_action": [fan.pk]})
    assert User.objects.get(pk=fan.pk).must_change_password


def test_saving_undoes_nothing_that_happened_meanwhile(sign_in, fan, monkeypatch):
    """Decoding a picture takes seconds."""

    def meanwhile(act):
        monkeypatch.setattr(views_profile, "_change_picture", lambda *_: act(User.objects.get(pk=fan.pk)))
        return sign_in(fan).post(PROFILE, {"display_name": "Rooney", "bio": "I dance."})

    assert meanwhile(lambda held: renaming.rename(held, "macarro")).status_code == 302
    assert (User.objects.get(pk=fan.pk).username, User.objects.get(pk=fan.pk).bio) == ("macarro", "I dance.")
    fan.refresh_from_db()
    assert meanwhile(lambda held: suspend(held, None)).status_code == 403
    assert not User.objects.get(pk=fan.pk).is_active


def test_one_address_alone_cannot_be_removed_and_a_confirmed_one_needs_no_link(guest, fan):
    send_sign_in(guest)
    guest.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    page = guest.get(reverse("account_email")).content.decode()
    assert ("action_remove" in page, "action_send" in page) == (False, False)
    assert '<p class="eyebrow"><a href="/settings/">Settings</a></p>' in page
    EmailAddress.objects.create(user=fan, email="second@example.org")
    page = guest.get(reverse("account_email")).content.decode()
    assert ("action_remove" in page, page.count("action_send")) == (True, 1)


def test_the_focus_is_on_the_first_fault(sign_in, fan):
    page = sign_in(fan).post(PROFILE, {"display_name": "Moderator", "bio": "x" * 1001}).content.decode()
    assert page.count("autofocus") == 1
    assert "autofocus" in page.split('name="display_name"')[1].split(">")[0]
    assert "autofocus" not in sign_in(fan).get(PROFILE).content.decode()
    refused = sign_in(fan).post(reverse("account_change_password"), NEW | {"password2": "other"}).content.decode()
    assert "autofocus" in refused.split('name="password2"')[1].split(">")[0]
