"""Fans hear what became of what they proposed."""

from allauth.account.models import EmailAddress
from django.core.mail import send_mail
from django.template.loader import render_to_string

from accounts.models import User
from ballerina_site.http import canonical
from lore.models import PictureSuggestion, Seen, Suggestion
from lore.spoilers import is_inside


def tell_author(proposed: Suggestion | PictureSuggestion, subject: str, template: str, scope: int) -> None:
    """By mail, to an address that is known to be theirs. Within the transaction: the mail is queued with the decision
    or not at all. `scope` is what title and reason may give away: they stand in it only inside the fan's shield."""
    address = _address_of(proposed.author)
    if address:
        seen = Seen.objects.filter(fan=proposed.author).values_list("works", flat=True).first() or 0
        context = {
            "fan": proposed.author,
            "suggestion": proposed,
            "may_name": is_inside(scope, seen),
            "href": canonical(proposed.get_absolute_url()),
            "site_url": canonical(""),
        }
        send_mail(subject, render_to_string(template, context).strip() + "\n", None, [address])


def _address_of(fan: User | None) -> str:
    if fan is None or not fan.is_active:
        return ""
    known = EmailAddress.objects.filter(user=fan, primary=True, verified=True).first()
    return known.email if known else ""
