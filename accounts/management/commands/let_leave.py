from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts import leaving
from accounts.models import Departure, User
from accounts.names import ARCHIVE


class Command(BaseCommand):
    help = (
        "Asks for the removal of an account whose owner cannot sign in, as they would: with the mails and the 14 days."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("posts", choices=Departure.Posts.values, help="what becomes of what they wrote")

    def handle(self, *args: Any, username: str, posts: str, **options: Any) -> None:
        fan = User.objects.filter(username__iexact=username, erased_at=None).exclude(username=ARCHIVE).first()
        if fan is None:
            raise CommandError(f"There is no account {username}.")
        try:
            departure = leaving.ask(fan, posts)
        except ValidationError as fault:
            raise CommandError(" ".join(fault.messages))
        self.stdout.write(f"{fan.username} is removed on {departure.due_at:%Y-%m-%d %H:%M} UTC.")
