"""What may be wrong with a theory while it is being written. Hints are cautious; nothing is refused for them. Pure."""

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

FAR = timedelta(days=366 * 10)

_JOINTS = re.compile(r"\s*;\s*|,?\s+(?:and|or|but|while)\s+", re.IGNORECASE)
_OPEN_JOINT = re.compile(r"\b(?:whether|if|unless|before|after|when|until|between|either|neither)\b", re.IGNORECASE)
_VERBS = frozenset(
    """
    will won’t won't would is isn’t isn't are aren’t was were has have had does did can cannot must shall
    dies lives survives returns appears becomes gets leads joins opens betrays kills wins loses takes turns ends meets
    finds leaves fights comes goes stays marries saves rules falls rises runs makes gives tells shows plays kneels pays
    destroys escapes faces avenges hunts trains teaches retires inherits reveals learns breaks burns sells buys forgives
    """.split()
)
_BARE = frozenset(
    """
    die live survive return appear become get lead join open betray kill win lose take turn end meet find leave fight
    come go stay marry save rule fall rise run make give tell show play kneel pay destroy escape face avenge hunt train
    teach retire inherit reveal learn break burn sell buy forgive
    """.split()
)
"""As several do it; many of these words are things, too."""
_NOUNLIKE = frozenset(
    """
    a an the her his its their our my your this that these those one no another any some every each more last final
    first next to of in for with without by at on from about into like than as
    """.split()
)
_MAYBE = re.compile(r"\b(?:maybe|perhaps|possibly|probably|might|could)\b", re.IGNORECASE)


def hints(claim: str, criteria: str | None, due: date | None, today: date) -> list[str]:
    """One sentence for each thing that the author may want to look at; of an empty claim nothing is said. `criteria` is
    None when it is not to be asked about: its author has not come to it yet."""
    return list(_hints(claim.strip(), criteria, due, today)) if claim.strip() else []


def _hints(claim: str, criteria: str | None, due: date | None, today: date) -> Iterator[str]:
    if has_two_claims(claim):
        yield "This looks like two claims in one. If one came true and the other did not, nobody could tell: post two."
    if claim.endswith("?"):
        yield "A question cannot come true. Say what you think the answer is."
    elif hedge := _MAYBE.search(claim):
        yield f"“{hedge[0].capitalize()}” cannot fail. Say it will happen; votes and forecasts say how sure one is."
    if criteria is not None and not criteria.strip():
        yield "There is no way to tell yet: say what we would have to see."
    if due and due - today > FAR:
        yield f"{due.year} is far off. Few will be here to see whether you were right."


def has_two_claims(claim: str) -> bool:
    """Two parts, joined by a semicolon, “and” and the like, that each have a verb of their own. Conditions and choices
    belong together, and what has no verb that is known here passes."""
    if _OPEN_JOINT.search(claim):
        return False
    return sum(map(_has_verb, _JOINTS.split(claim))) > 1


def _has_verb(part: str) -> bool:
    words = re.findall(r"[\w’']+", part.casefold())
    return not _VERBS.isdisjoint(words) or any(_is_verb(words, place) for place in range(len(words)))


def _is_verb(words: Sequence[str], place: int) -> bool:
    """Whether a word such as “fight” is what somebody does: it has a doer before it, and neither an article nor the
    like shortly before it makes it a thing."""
    return place > 0 and words[place] in _BARE and _NOUNLIKE.isdisjoint(words[max(0, place - 2) : place])
