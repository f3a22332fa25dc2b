"""The rows of a batch of made-up theories, as the verbs would have left them."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from math import gcd
from random import Random
from typing import Any

from lore.models import SearchEntry, SearchName
from lore.search import Entry, all_called
from theories.crowding import crowd, is_mark
from theories.models import (
    DEPTH_CAP,
    STEP,
    CaseVersion,
    Citation,
    Comment,
    Forecast,
    Proposal,
    Second,
    Theory,
    TurnTaken,
    Vote,
    slug_of,
)
from theories.populating import grammar
from theories.populating.lives import DAY, HOUR, Life, lives
from theories.populating.pouring import Row, day_of, written
from theories.populating.stock import Stock, Text
from theories.search import KIND

_MOST_FORECASTS, _MOST_COMMENTS = 100, 3000
_STRIDES = (1_000_003, 7919, 104_729, 611_953)
_TAGGING = Theory.tags.through

COLUMNS = {
    Theory: (
        *("id", "author_id", "claim", "slug", "case", "compiled", "criteria", "scope", "state", "is_hidden"),
        *("is_locked", "created_at", "opened_at", "edited_at", "frozen_at", "due", "due_work_id", "closes_at"),
        *("outcome", "closed_at", "happened_on", "resolved_at", "duplicate_of_id", "succeeds_id"),
    ),
    _TAGGING: ("theory_id", "tag_id"),
    CaseVersion: ("theory_id", "number", "claim", "case", "compiled", "criteria", "created_at"),
    Citation: ("theory_id", "claim_id", "page_id", "leaning"),
    Vote: ("theory_id", "fan_id", "value", "is_void", "cast_at", "changed_at"),
    Forecast: ("theory_id", "fan_id", "probability", "made_at", "stood_until", "crowd", "is_mark"),
    Comment: (
        *("id", "theory_id", "parent_id", "root_id", "author_id", "text", "compiled", "scope", "stance"),
        *("path", "created_at", "is_hidden", "deleted_at"),
    ),
    Proposal: (
        *("id", "theory_id", "fan_id", "outcome", "evidence", "compiled", "scope", "happened_on", "made_at"),
        *("seconded_at", "ended_at", "ending"),
    ),
    Second: ("proposal_id", "fan_id", "made_at"),
    TurnTaken: (
        *("theory_id", "turn", "state_before", "state_after", "outcome", "actor_id", "proposal_id"),
        *("scope_before", "taken_at"),
    ),
    SearchEntry: ("id", "kind", "object_id", "scope", "title", "names", "body"),
    SearchName: ("entry_id", "kind", "called"),
}
"""In the order in which they go in: what is pointed at comes first."""


class Batch:
    """Rows by model. `first` are the ids that what has numbers of its own goes on from."""

    def __init__(self, chance: Random, stock: Stock, now: int, first: dict[type, int]) -> None:
        self.chance, self.stock, self.now, self.next = chance, stock, now, first
        self.rows: dict[type, list[Row]] = defaultdict(list)
        self._last_open: int | None = None

    def add(self, count: int, *, busiest: int = 0) -> None:
        """`busiest`: votes on the first open one of them, whatever chance says."""
        claims = grammar.sentences(self.chance, grammar.SAYS, count)
        fates = lives(self.chance, count, self.now)
        for claim, life in zip(claims, fates, strict=True):
            is_busiest = busiest > 0 and life.state == "open"
            self._add_theory(claim, life, busiest if is_busiest else 0)
            busiest = 0 if is_busiest else busiest

    def _add_theory(self, claim: str, life: Life, busiest: int) -> None:
        chance, stock = self.chance, self.stock
        pk = self._number(Theory)
        if life.state == "duplicate" and self._last_open is None:
            life = replace(life, state="withdrawn")
        case, tells = chance.choice(stock.cases), chance.choice(stock.tells)
        scope = chance.choice(stock.scopes) if stock.scopes and chance.random() < 0.3 else 0
        circle = self._circle()
        author, is_hidden = next(circle), chance.random() < 0.005
        opened = written(life.opened)
        compiled = f'{{"case": {case.compiled}, "criteria": {tells.compiled}}}'
        is_draft, is_mute = life.state == "draft", life.state in {"draft", "withdrawn", "duplicate"}
        is_frozen = not is_mute and self._add_votes(pk, circle, life, busiest) > 0
        if not is_mute:
            self._add_forecasts(pk, author, circle, life)
        self.rows[Theory].append(
            (
                *(pk, author, claim, slug_of(claim), case.text, compiled, tells.text, scope, life.state, is_hidden),
                *(chance.random() < 0.003, opened, None if is_draft else opened, opened, opened if is_frozen else None),
                *self._ending(life),
                *self._kin(pk, life),
            )
        )
        names = self._add_tags(pk)
        self._add_citations(pk)
        if is_draft:
            return
        self.rows[CaseVersion].append((pk, 1, claim, case.text, compiled, tells.text, opened))
        if not is_hidden:
            self._add_search_entry(pk, Entry(scope, claim, names, f"{case.plain}\n{tells.plain}"))
        self._add_comments(pk, scope, life)
        self._add_turns(pk, author, scope, life, circle)

    def _ending(self, life: Life) -> Iterator[Any]:
        due_work = self.chance.choice(self.stock.works) if life.awaits_work and self.stock.works else None
        closes = life.closes or life.until + DAY
        yield from (None if due_work else day_of(closes - 1), due_work, None if due_work else written(closes))
        if not life.outcome:
            yield from ("", life.closed and written(life.closed), None, None)
            return
        yield from (life.outcome, written(life.closed), day_of(life.proposed - DAY), written(life.resolved))

    def _kin(self, pk: int, life: Life) -> tuple[int | None, int | None]:
        """Which theory it is a duplicate of, and which it succeeds."""
        known, is_duplicate = self._last_open, life.state == "duplicate"
        if life.state == "open":
            self._last_open = pk
        return known if is_duplicate else None, known if not is_duplicate and self.chance.random() < 0.01 else None

    def _circle(self) -> Iterator[int]:
        """Fans, each once: the author first. A few fans write far more than the others."""
        fans = self.stock.fans
        place = int(len(fans) * self.chance.random() ** 3)
        stride = next(stride for stride in _STRIDES if gcd(stride, len(fans)) == 1)
        for number in range(len(fans)):
            yield fans[(place + number * stride) % len(fans)]

    # Each kind of row

    def _add_votes(self, pk: int, circle: Iterator[int], life: Life, busiest: int) -> int:
        dice, rows = self.chance.random, self.rows[Vote]
        count = min(busiest or int(2.05 * (1 - dice()) ** -0.8), int(len(self.stock.fans) * 0.8))
        believe, span = dice(), life.until - life.opened
        for _, fan in zip(range(count), circle, strict=False):
            cast = written(life.opened + int(span * dice() ** 2))
            luck = dice()
            value = 0 if luck < 0.02 else 1 if dice() < believe else -1
            rows.append((pk, fan, value, luck > 0.99, cast, cast))
        return count

    def _add_forecasts(self, pk: int, author: int, circle: Iterator[int], life: Life) -> None:
        """The crowd moves with each; the author's are not the crowd."""
        made = sorted(self._forecasts(author, circle, life))
        ends = {(fan, number): moment for moment, fan, number, _ in made}
        standing: dict[int, int] = {}
        last = None
        for moment, fan, number, probability in made:
            standing.pop(fan, None)
            if fan != author:
                standing[fan] = probability
            now = crowd(list(standing.values()))
            is_moved = is_mark(last, now, len(standing))
            last = now if last is None or is_moved else last
            end = ends.get((fan, number + 1))
            row = (pk, fan, probability, written(moment), end and written(end), now, is_moved)
            self.rows[Forecast].append(row)

    def _forecasts(self, author: int, circle: Iterator[int], life: Life) -> Iterator[tuple[int, int, int, int]]:
        """When, who, their how-manieth, and how sure."""
        dice = self.chance.random
        count = min(int(0.45 * (1 - dice()) ** -0.8), _MOST_FORECASTS, len(self.stock.fans) // 10)
        fans = [fan for _, fan in zip(range(count), circle, strict=False)]
        if dice() < 0.2:
            fans.append(author)
        belief, span = dice(), life.until - life.opened
        for fan in fans:
            moment = life.opened
            for number in range(1 + (dice() < 0.25)):
                moment += 1 + int((span - 10) / 2 * dice())
                yield moment, fan, number, max(1, min(99, int(100 * (belief + dice()) / 2)))

    def _add_comments(self, pk: int, scope: int, life: Life) -> None:
        dice, written_so_far = self.chance.random, []
        count = min(int(0.9 * (1 - dice()) ** -0.8), _MOST_COMMENTS)
        moments = sorted(life.opened + int((self.now - life.opened) * dice()) for _ in range(count))
        for moment in moments:
            own = self._number(Comment)
            parent, path = self.chance.choice(written_so_far) if written_so_far and dice() < 0.5 else (None, "")
            if len(path) == DEPTH_CAP * STEP:
                parent, path = None, ""
            root = int(path[:STEP]) if path else None
            path += str(own).zfill(STEP)
            written_so_far.append((own, path))
            self.rows[Comment].append(
                (own, pk, parent, root, *self._remark(scope), path, written(moment), dice() < 0.01, None)
            )

    def _remark(self, scope: int) -> Iterator[Any]:
        """Author, words, what they give away, stance."""
        text: Text = self.chance.choice(self.stock.remarks)
        beyond = self.chance.choice(self.stock.scopes) if self.stock.scopes and self.chance.random() < 0.05 else 0
        fans = self.stock.fans
        author = fans[int(len(fans) * self.chance.random() ** 2)]
        yield from (author, text.text, text.compiled, scope | beyond, self.chance.choice((None, None, 1, -1)))

    def _add_tags(self, pk: int) -> str:
        tags = self.stock.tags
        weights = grammar.ranked(len(tags))
        chosen = sorted(set(self.chance.choices(tags, cum_weights=weights, k=self.chance.randint(1, 3))))
        self.rows[_TAGGING] += [(pk, tag) for tag, _ in chosen]
        return "\n".join(sorted(name for _, name in chosen))

    def _add_search_entry(self, pk: int, entry: Entry) -> None:
        own = self._number(SearchEntry)
        self.rows[SearchEntry].append((own, KIND, pk, entry.scope, entry.title, entry.names, entry.body))
        self.rows[SearchName] += [(own, KIND, called) for called in sorted(all_called(entry))]

    def _add_citations(self, pk: int) -> None:
        cited = self.stock.cited
        if cited:
            chosen = self.chance.choices(cited, cum_weights=grammar.ranked(len(cited)), k=self.chance.randint(1, 3))
            leaning = "support" if self.chance.random() < 0.8 else "contradict"
            self.rows[Citation] += [(pk, *thing, leaning) for thing in dict.fromkeys(chosen)]

    def _add_turns(self, pk: int, author: int, scope: int, life: Life, circle: Iterator[int]) -> None:
        def turn(
            name: str, before: str, after: str, at: int, actor: int | None, proposal: int | None = None, told: str = ""
        ) -> None:
            self.rows[TurnTaken].append((pk, name, before, after, told, actor, proposal, scope, written(at)))

        turn("post", "draft", "open", life.opened, author)
        if life.state == "withdrawn":
            turn("withdraw", "open", "withdrawn", life.until, author)
        elif life.state == "duplicate":
            turn("mark", "open", "duplicate", life.until, None)
        if not life.proposed:
            return
        fan, outcome = next(circle), life.outcome or "confirmed"
        proposal = self._add_proposal(pk, fan, scope, outcome, life)
        turn("propose", "open", "proposed", life.proposed, fan, proposal)
        if life.seconded:
            seconds = [(proposal, next(circle), written(at)) for at in (life.seconded - HOUR // 2, life.seconded)]
            self.rows[Second] += seconds
            turn("second", "proposed", "proposed", life.seconded, seconds[-1][1], proposal, outcome)
        if life.disputed:
            turn("object", "proposed", "disputed", life.disputed + HOUR // 2, next(circle), proposal)
        if life.state == outcome:
            turn("settle", "proposed", outcome, life.resolved, None, proposal, outcome)

    def _add_proposal(self, pk: int, fan: int, scope: int, outcome: str, life: Life) -> int:
        own = self._number(Proposal)
        evidence: Text = self.chance.choice(self.stock.tells)
        ending = (written(life.resolved), "settled") if life.state == outcome else (None, "")
        self.rows[Proposal].append(
            (
                *(own, pk, fan, outcome, evidence.text, evidence.compiled, scope),
                *(day_of(life.proposed - DAY), written(life.proposed), life.seconded and written(life.seconded)),
                *ending,
            )
        )
        return own

    def _number(self, model: type) -> int:
        own = self.next[model]
        self.next[model] += 1
        return own
