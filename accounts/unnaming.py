"""What somebody was called, taken out of what others (and they themselves) have written."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from allauth.account.models import EmailAddress
from django.db.models import Model, Q, QuerySet, TextField
from django.db.models.functions import Cast

from accounts.models import User

NOBODY = "Somebody who left"
CALLED = "gone"
"""What is put in the place of a user name; nobody can have it."""
TAKEN_OUT = "…"
_UNMISTAKABLE = re.compile(r".*[\d_@].*")


@dataclass(frozen=True)
class Traces:
    """How a fan can be told in a text: by an @ before their user name or an earlier one, by the address of their page,
    by their mail addresses. A bare name is taken out only where it has a digit or an underscore in it: any other may be
    a word, or the name of somebody in the films."""

    usernames: tuple[str, ...]
    names: tuple[str, ...]
    addresses: tuple[str, ...]

    @classmethod
    def of(cls, fan: User) -> "Traces":
        usernames = {fan.username, *fan.former_names.values_list("username", flat=True)}
        mails = EmailAddress.objects.filter(user=fan).values_list("email", flat=True)
        names = usernames | {fan.display_name}
        return cls(
            _longest_first(usernames),
            _longest_first(name for name in names if _UNMISTAKABLE.fullmatch(name)),
            _longest_first({fan.email, *mails}),
        )

    def taken_out_of(self, text: str) -> str:
        for pattern, stands_instead in self._patterns:
            text = pattern.sub(stands_instead, text)
        return text

    def in_rows(self, model: type[Model] | QuerySet, *columns: str) -> QuerySet:
        """Those that may hold one of them."""
        rows = model if isinstance(model, QuerySet) else model._default_manager.all()
        told = {f"told_{column}": Cast(column, TextField()) for column in columns}
        found = Q(pk__in=[])
        for hint in self._hints:
            for name in told:
                found |= Q(**{f"{name}__icontains": hint})
        return rows.alias(**told).filter(found)

    def taken_out_of_json(self, value: Any) -> Any:
        if isinstance(value, str):
            return self.taken_out_of(value)
        if isinstance(value, list):
            return [self.taken_out_of_json(each) for each in value]
        if isinstance(value, dict):
            return {name: self.taken_out_of_json(each) for name, each in value.items()}
        return value

    @cached_property
    def _hints(self) -> list[str]:
        plain = [*(f"@{name}" for name in self.usernames), *(f"/fans/{name}" for name in self.usernames)]
        plain += [*self.names, *self.addresses]
        return list(dict.fromkeys([*plain, *(json.dumps(hint)[1:-1] for hint in plain)]))

    @cached_property
    def _patterns(self) -> list[tuple[re.Pattern[str], str]]:
        return list(self._sought())

    def _sought(self) -> Iterator[tuple[re.Pattern[str], str]]:
        for address in self.addresses:
            yield re.compile(rf"(?<![\w.+-]){re.escape(address)}(?![\w-])", re.IGNORECASE), TAKEN_OUT
        for name in self.usernames:
            # As far as `lore.markup_fans` reads a name: signs at its end are the sentence's.
            yield re.compile(rf"@{re.escape(name)}(?![\w@])(?![.-]+\w)", re.IGNORECASE), f"@{CALLED}"
            yield re.compile(rf"/fans/{re.escape(name)}(?![\w.-])", re.IGNORECASE), f"/fans/{CALLED}"
        for name in self.names:
            yield re.compile(rf"(?<!\w){re.escape(name)}(?!\w)", re.IGNORECASE), NOBODY


def unname(model: type[Model] | QuerySet, traces: Traces, *columns: str) -> int:
    """In plain columns of text, and in those of JSON; in how many rows something was found."""
    changed = 0
    for row in traces.in_rows(model, *columns):
        words = {column: fitting(row, column, traces) for column in columns}
        words = {column: text for column, text in words.items() if text != getattr(row, column)}
        if words:
            changed += type(row)._default_manager.filter(pk=row.pk).update(**words)
    return changed


def fitting(row: Model, column: str, traces: Traces) -> Any:
    """The column's text without the traces, no longer than it may be."""
    text = traces.taken_out_of_json(getattr(row, column))
    return text[: row._meta.get_field(column).max_length] if isinstance(text, str) else text


def write_anew(row: Model) -> None:
    """A row that a guard lets nobody change is taken out and put in again as it now is; what points to it stays, for
    the database asks for that when the transaction ends. Nothing but a name that has to go is worth this."""
    rows = type(row)._base_manager
    rows.filter(pk=row.pk)._raw_delete(rows.db)
    rows.bulk_create([row])


def _longest_first(words: Any) -> tuple[str, ...]:
    return tuple(sorted({word for word in words if word}, key=lambda word: (-len(word), word)))
