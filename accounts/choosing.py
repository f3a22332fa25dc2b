"""How each fan wants to hear of each kind of notice: the table in `accounts.telling_kinds`, and what they chose."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.db import transaction

from accounts.models import Notice, NoticeChoice, Rhythm, User
from accounts.telling_kinds import CHOSEN, TELLING_OF, Telling


@dataclass(frozen=True)
class Wish:
    in_inbox: bool
    rhythm: str

    @property
    def is_silent(self) -> bool:
        return not self.in_inbox and self.rhythm == Rhythm.NEVER


def wishes(fan_ids: Collection[int], kind: str) -> dict[int, Wish]:
    """Of these fans, how each wants to hear of this kind."""
    telling = TELLING_OF[kind]
    chosen = {} if telling.is_owed else _chosen(fan_ids, telling)
    usual = Wish(telling.in_inbox, telling.rhythm)
    return {pk: chosen.get(pk, usual) for pk in fan_ids}


def wishes_of(fan: User) -> dict[str, Wish]:
    """One fan's, by the name of the choice, in the order of the table."""
    rows = {row.kind: Wish(row.in_inbox, row.rhythm) for row in fan.notice_choices.all()}
    return {name: rows.get(name, Wish(telling.in_inbox, telling.rhythm)) for name, telling in CHOSEN.items()}


def choose(fan: User, chosen: Mapping[str, Wish]) -> None:
    """Also for what waits to be mailed: what nobody wants any more is not sent. What is wanted at once from now on
    still comes together, as it would have."""
    rows = [
        NoticeChoice(fan=fan, kind=name, in_inbox=wish.in_inbox, rhythm=wish.rhythm) for name, wish in chosen.items()
    ]
    with transaction.atomic():
        NoticeChoice.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["fan", "kind"], update_fields=["in_inbox", "rhythm"]
        )
        for name, wish in chosen.items():
            if wish.rhythm != Rhythm.AT_ONCE:
                waiting = Notice.objects.to_mail().filter(fan=fan, kind__in=CHOSEN[name].kinds)
                waiting.exclude(rhythm=wish.rhythm).update(rhythm=wish.rhythm)


def stop_mail(fan: User, names: Iterable[str]) -> None:
    """No more mail about these; the inbox stays as it was."""
    before = wishes_of(fan)
    choose(fan, {name: Wish(before[name].in_inbox, Rhythm.NEVER) for name in names})


def _chosen(fan_ids: Collection[int], telling: Telling) -> dict[int, Wish]:
    rows = NoticeChoice.objects.filter(fan__in=fan_ids, kind=telling.name)
    return {pk: Wish(*how) for pk, *how in rows.values_list("fan", "in_inbox", "rhythm")}
