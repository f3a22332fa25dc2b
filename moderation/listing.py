"""The public log, narrowed down."""

import re
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from django.db.models import QuerySet

from moderation.hooks import kinds
from moderation.models import Act, Decision, DecisionReason

_MONTH = re.compile(r"([12]\d{3})-(0[1-9]|1[0-2])", re.ASCII)


@dataclass(frozen=True)
class Filters:
    """`month` as 2026-11."""

    act: str = ""
    kind: str = ""
    reason: str = ""
    month: str = ""

    @classmethod
    def of(cls, asked: Any) -> "Filters":
        """What is not known narrows nothing."""
        known = {"act": Act.values, "kind": kinds, "reason": DecisionReason.values}
        found = {name: value for name, values in known.items() if (value := asked.get(name, "")) in values}
        month = asked.get("month", "")
        return cls(**found, month=month if _MONTH.fullmatch(month) else "")

    @property
    def query(self) -> dict[str, str]:
        return {name: value for name, value in asdict(self).items() if value}

    def decisions(self) -> QuerySet[Decision]:
        rows = Decision.objects.filter(**{name: value for name, value in self.query.items() if name != "month"})
        if not self.month:
            return rows
        year, month = map(int, self.month.split("-"))
        first = datetime(year, month, 1, tzinfo=UTC)
        after = datetime(year + month // 12, month % 12 + 1, 1, tzinfo=UTC)
        return rows.filter(created_at__gte=first, created_at__lt=after)
