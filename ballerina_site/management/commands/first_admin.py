import secrets
from typing import Any
from urllib.parse import urlsplit

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction

from accounts.models import User


class Command(BaseCommand):
    help = "Makes the first administrator where there is none, and prints the password, once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--username", default="admin")

    def handle(self, *args: Any, username: str, **options: Any) -> None:
        if User.objects.filter(is_superuser=True).exists():
            return
        if User.objects.name_taken(username):
            self.stderr.write(
                f"There is no administrator, and the name {username} is taken: "
                "run manage.py first_admin --username with another name."
            )
            return
        password = secrets.token_urlsafe(12)
        email = make_admin(username, password)
        self.stdout.write(
            "The first administrator has been made.\n"
            "The password is shown this once and changed at the first sign-in.\n"
            f"  user name  {username}\n  e-mail     {email}\n  password   {password}"
        )


@transaction.atomic
def make_admin(username: str, password: str) -> str:
    """Returns the address, which counts as verified: nobody could answer a mail sent to it yet."""
    email = f"{username}@{_mail_domain()}"
    admin = User.objects.create_superuser(username, email, password, must_change_password=True)
    EmailAddress.objects.create(user=admin, email=email, verified=True, primary=True)
    return email


def _mail_domain() -> str:
    host = urlsplit(settings.SITE_URL).hostname or ""
    return host if any(letter.isalpha() for letter in host) and ":" not in host else "localhost"
