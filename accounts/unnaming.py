"""What somebody was called, taken out of what others (and they themselves) have written."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from allauth.account.models import EmailAddress
from django.db.models import Model, Q, QuerySet, TextField
from django.db.models.functions import Cast, Lower

from accounts import hooks
from accounts.models import FormerName, User

NOBODY = "Somebody who left"
CALLED = "gone"
"""What is put in the place of a user name; nobody can have it."""
TAKEN_OUT = "…"
_SIGNS = re.compile(r"[\d_@]")
_LEAST_LETTERS = 4


@dataclass(frozen=True)
class Traces:
    """How a fan can be told in a text: by an @ before their user name or an earlier one, by the address of their page,
    by their mail addresses. A bare name is taken out only where it cannot be anything else: one word with a digit or an
    underscore, and not “Chapter_4” or “2026”. Else whoever called themselves after a film would, by leaving, take its
    name out of everybody's texts. A name that is somebody else's by now is theirs.

    `in_words_by` is for what they wrote themselves: there a name of several words is no chance either. `in_words_about`
    is for what was written about them alone, where any name means them. Names out of the films stay everywhere."""

    usernames: tuple[str, ...]
    names: tuple[str, ...]
    addresses: tuple[str, ...]

    @classmethod
    def of(cls, fan: User) -> "Traces":
        return cls._called(fan, _is_unmistakable)

    @classmethod
    def in_words_by(cls, fan: User) -> "Traces":
        return cls._called(fan, _is_no_word)

    @classmethod
    def in_words_about(cls, fan: User) -> "Traces":
        return cls._called(fan, lambda name, words: not _is_known(name, words))

    @classmethod
    def _called(cls, fan: User, is_trace: Callable[[str, set[str]], bool]) -> "Traces":
        usernames = _usernames(fan)
        mails = EmailAddress.objects.filter(user=fan).values_list("email", flat=True)
        words = set().union(*(find() for find in hooks.words_in_use))
        return cls(
            _longest_first(usernames),
            _longest_first(name for name in {*usernames, fan.display_name} if is_trace(name, words)),
            _longest_first({fan.email, *mails}),
        )

    def are_in(self, text: str) -> bool:
        return any(pattern.search(text) for pattern, _ in self._patterns)

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


def _usernames(fan: User) -> set[str]:
    names = {fan.username, *fan.former_names.values_list("username", flat=True)}
    lowered = [name.lower() for name in names]
    others = User.objects.exclude(pk=fan.pk).alias(lowered=Lower("username")).filter(lowered__in=lowered)
    lately = FormerName.objects.exclude(fan=fan).alias(lowered=Lower("username")).filter(lowered__in=lowered)
    theirs = {name.lower() for rows in (others, lately) for name in rows.values_list("username", flat=True)}
    return {name for name in names if name.lower() not in theirs}


def _is_unmistakable(name: str, words: set[str]) -> bool:
    is_one_word = len(name.split()) == 1 and _SIGNS.search(name) is not None
    return is_one_word and len(_letters(name)) >= _LEAST_LETTERS and not _is_known(name, words)


def _is_no_word(name: str, words: set[str]) -> bool:
    return _is_unmistakable(name, words) or (len(name.split()) > 1 and not _is_known(name, words))


def _is_known(name: str, words: set[str]) -> bool:
    """Without letters of its own it is a number, or nothing."""
    letters = _letters(name)
    return not letters or letters in words


def _letters(name: str) -> str:
    return "".join(sign for sign in name.casefold() if sign.isalpha())


def _longest_first(words: Any) -> tuple[str, ...]:
    return tuple(sorted({word for word in words if word}, key=lambda word: (-len(word), word)))
