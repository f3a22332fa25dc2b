"""What a redaction takes out of a revision, taken out of the other texts of its page as well: suggestions, drafts,
edits that wait, words in the log. Other revisions that hold it are told, since each is redacted by itself."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils import timezone

from lore.aligning import Change as Stretch
from lore.aligning import changes
from lore.models import Draft, Page, ProseFields, Review, Revision, ScheduledEdit, Suggestion
from lore.prose import Prose

TAKEN_OUT = "…"
"""Stands where nothing else was put in the place of what went."""
_SHORTEST = 3
_TOKEN = re.compile(r"\w+|\s+|[^\w\s]")
_EDGES = re.compile(r"^\W+|\W+$")
_NAME_LIKE = re.compile(r"\w*[\d_]\w*|[^\W\d_a-z]\w+")
_KEYS = {"based_on", "scheduled", "version"}
"""Fields of a form that name rows."""
_WORDS = ("title", "lead", "hatnote", "facts", "body", "comment")


@dataclass(frozen=True)
class Passage:
    """Words that went, and what stands in their place."""

    old: str
    new: str = TAKEN_OUT

    @property
    def pattern(self) -> re.Pattern[str]:
        """As whole words, whatever white space is between them; a single one only as it is spelt."""
        words = self.old.split()
        return re.compile(rf"(?<!\w){r'\s+'.join(map(re.escape, words))}(?!\w)", re.IGNORECASE if words[1:] else 0)

    def taken_out_of(self, text: str) -> str:
        return self.pattern.sub(lambda found: self.new, text)


@dataclass(frozen=True)
class Swept:
    """In how many of each something was taken out, and the numbers of the revisions that still hold it."""

    suggestions: int
    drafts: int
    scheduled: int
    revisions: tuple[int, ...]


def passages(old: Prose, new: Prose) -> list[Passage]:
    """What the new text no longer says, longest first: whole passages, and by itself each name or number in them. What
    it keeps elsewhere cannot be what had to go."""
    kept = "\n".join(new.fields.values())
    whole = [one for name in old.fields for one in _runs(old.fields[name], new.fields[name])]
    single = [Passage(word) for one in whole for word in _TOKEN.findall(one.old) if _NAME_LIKE.fullmatch(word)]
    found = {one.old: one for one in [*single, *whole] if len(one.old) >= _SHORTEST and not one.pattern.search(kept)}
    return sorted(found.values(), key=lambda one: -len(one.old))


def _runs(old: str, new: str) -> Iterator[Passage]:
    before, after = _TOKEN.findall(old), _TOKEN.findall(new)
    for run in _joined(changes(before, after), before):
        went, came = (
            _EDGES.sub("", "".join(tokens))
            for tokens in (before[run.old_start : run.old_end], after[run.new_start : run.new_end])
        )
        if went:
            yield Passage(went, came or TAKEN_OUT)


def _joined(found: list[Stretch], before: list[str]) -> Iterator[Stretch]:
    """Those with no word between them are one."""
    waiting: Stretch | None = None
    for each in found:
        if waiting and not any(map(str.isalnum, before[waiting.old_end : each.old_start])):
            waiting = Stretch(waiting.old_start, each.old_end, waiting.new_start, each.new_end)
            continue
        if waiting:
            yield waiting
        waiting = each
    if waiting:
        yield waiting


def sweep(page: Page, redacted: Revision, found: list[Passage], scope: int) -> Swept:
    """Inside the transaction that holds the page. `scope` is what the new words give away. The comment that the
    revision had from a suggestion goes there, too."""
    page.suggestions.filter(revision=redacted).update(comment="")
    for change in page.changes.exclude(reason=""):
        if holds(change.reason, found):
            page.changes.filter(pk=change.pk).update(reason="")
    return Swept(
        _freed(page.suggestions, lambda row: _free_text(row, (*_WORDS, "reason"), found, scope)),
        _freed(page.drafts, lambda row: _free_draft(row, found)),
        _freed(ScheduledEdit.objects.filter(page=page), lambda row: _free_text(row, _WORDS, found, scope)),
        _still_holding(page, redacted, found),
    )


def _freed[Row: Suggestion | ScheduledEdit | Draft](rows: QuerySet[Row], free: Callable[[Row], bool]) -> int:
    return sum(map(free, list(rows.select_for_update())))


def _free_text(row: Suggestion | ScheduledEdit, names: tuple[str, ...], found: list[Passage], scope: int) -> bool:
    changed = {name: text for name in names if (text := _without(getattr(row, name), found)) != getattr(row, name)}
    for name, text in changed.items():
        setattr(row, name, text[: row._meta.get_field(name).max_length])
    if not changed:
        return False
    row.scope |= scope
    if getattr(row, "state", None) == Review.OPEN:
        row.changed_at = timezone.now()  # nobody approves, or writes over, the text as they saw it before
    row.save()
    return True


def _free_draft(draft: Draft, found: list[Passage]) -> bool:
    before = draft.fields
    draft.fields = {
        name: values if name in _KEYS else [_without(text, found) for text in values] for name, values in before.items()
    }
    if draft.fields == before:
        return False
    draft.save(update_fields=["fields"])
    return True


def _still_holding(page: Page, redacted: Revision, found: list[Passage]) -> tuple[int, ...]:
    others = page.revisions.exclude(pk=redacted.pk).order_by("number").defer("compiled")
    return tuple(row.number for row in others if holds(_all_words(row), found))


def _all_words(row: ProseFields) -> str:
    return "\n".join(getattr(row, name) for name in _WORDS)


def holds(text: str, found: list[Passage]) -> bool:
    return any(passage.pattern.search(text) for passage in found)


def _without(text: str, found: list[Passage]) -> str:
    for passage in found:
        text = passage.taken_out_of(text)
    return text


def copies_of(revision: Revision) -> dict[str, object]:
    """What else was written from this text, or became it, and most likely says the same."""
    rows = revision.page.suggestions.filter(Q(based_on=revision) | Q(revision=revision))
    return {
        "suggestions": rows.select_related("author").only("state", "changed_at", "author").order_by("changed_at", "pk"),
        "scheduled": ScheduledEdit.objects.filter(based_on=revision).only("publish_at", "page").first(),
        "drafts": revision.page.drafts.filter(fields__based_on=[str(revision.pk)]).count(),
    }
