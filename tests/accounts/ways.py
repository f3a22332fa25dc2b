"""What several tests of the accounts do: read a mail, sign up, sign in."""

import re

from django.core import mail
from django.test import Client
from django.urls import reverse

from tests.factories import PASSWORD


def link_in_mail(about: str, number: int = -1) -> str:
    """The address, without the host, of the link with `about` in it."""
    found = re.search(rf"https?://[^/\s]+(/\S*{about}\S*)", mail.outbox[number].body)
    assert found, mail.outbox[number].body
    return found[1]


def send_sign_up(client: Client, username: str = "rooney", **fields: str):
    answers = {"username": username, "email": f"{username}@example.org", "password1": PASSWORD} | fields
    return client.post(reverse("account_signup"), answers)


def send_sign_in(client: Client, login: str = "fan", password: str = PASSWORD, **fields: str):
    return client.post(reverse("account_login"), {"login": login, "password": password} | fields)


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session
