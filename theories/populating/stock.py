"""What made-up theories are made of: fans, tags, texts compiled once and used over and over, things to cite."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from django.db.models import QuerySet

from accounts.models import User
from lore import markup
from lore.canon import lexicon_for
from lore.models import Claim, Page, Work
from theories.models import Tag
from theories.populating import grammar
from theories.populating.pouring import next_id, number_on, pour, written

MAIL = "populated.invalid"
"""No mail reaches it, so no account that somebody signed up for has it."""
_SUSPENDED = 1 / 200


@dataclass(frozen=True)
class Text:
    """`compiled` is JSON; `plain` what the search knows of it."""

    text: str
    compiled: str
    plain: str


@dataclass(frozen=True)
class Stock:
    fans: Sequence[int]
    tags: Sequence[tuple[int, str]]
    cases: Sequence[Text]
    tells: Sequence[Text]
    remarks: Sequence[Text]
    cited: Sequence[tuple[int | None, int | None]]
    works: Sequence[int]
    scopes: Sequence[int]


def gather(chance: Random, fans: int, theories: int, now: int) -> Stock:
    """`cited`: pairs of a claim's and a page's id, one of them None. `works`: those without a date."""
    kinds = min(theories, 400)
    works = list(Work.objects.all())
    return Stock(
        fans=_make_fans(chance, fans, now),
        tags=_tags(),
        cases=_texts(grammar.cases(chance, kinds)),
        tells=_texts(grammar.sentences(chance, grammar.TELLS, kinds)),
        remarks=_texts(grammar.sentences(chance, grammar.REMARKS, kinds)),
        cited=_cited(chance),
        works=[work.pk for work in works if work.released_on is None],
        scopes=[work.mask for work in works],
    )


def made_up_fans() -> QuerySet[User]:
    return User.objects.filter(email__endswith=f"@{MAIL}")


def _make_fans(chance: Random, count: int, now: int) -> range:
    first = next_id(User)
    names = chance.choices(grammar.NAMES, k=count)
    rows = [_fan(first + number, name, now, chance.random() >= _SUSPENDED) for number, name in enumerate(names)]
    pour(User, ("id", "username", "display_name", "email", "password", "is_active", "date_joined"), rows)
    number_on(User)
    return range(first, first + count)


def _fan(pk: int, name: str, now: int, is_active: bool) -> tuple[Any, ...]:
    """Nobody can sign in: no password has this hash."""
    username = f"{name}.{pk}"
    return pk, username, f"{name.title()} {pk}", f"{username}@{MAIL}", "!", is_active, written(now)


def _tags() -> list[tuple[int, str]]:
    """Those that give nothing away, so that every theory may be found by its own."""
    known = set(Tag.objects.values_list("slug", flat=True))
    new = [slug for slug in grammar.TAGS if slug not in known]
    Tag.objects.bulk_create(Tag(slug=slug, name=slug.replace("-", " ").title()) for slug in new)
    return list(Tag.objects.filter(slug__in=grammar.TAGS, scope=0).order_by("pk").values_list("pk", "name"))


def _texts(words: list[str]) -> list[Text]:
    lexicon = lexicon_for()
    return [_text(text, markup.compile_fan(text, lexicon)) for text in words]


def _text(text: str, block: markup.Block) -> Text:
    return Text(text, json.dumps(markup.to_json(block)), block.plain(lambda scope: scope == 0))


def _cited(chance: Random) -> list[tuple[int | None, int | None]]:
    pages = Page.objects.lore().order_by("pk").values_list("pk", flat=True)
    claims = Claim.objects.published().standing().order_by("pk").values_list("pk", flat=True)
    found = [(None, pk) for pk in pages] + [(pk, None) for pk in claims]
    chance.shuffle(found)
    return found
