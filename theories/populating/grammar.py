"""Sentences about the film's world, made up by a grammar. Pure: a given seed always says the same.

Words are drawn by rank as in any language: a few stand in every third sentence, most in fewer than one of a hundred.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from random import Random

WHO = (
    "Eve",
    "John Wick",
    "the Chancellor",
    "the Director",
    "Winston",
    "Lena",
    "Nogi",
    "Charon’s successor",
    "the Bowery King",
    "Daniel Pine",
    "the Adjudicator",
    "Caine",
    "Akira",
    "the Tracker",
    "Sofia",
    "the Elder",
)
WHAT = (
    "contract marker ledger passport knife dancer bounty ballet coin tattoo letter revolver crest music-box grenade "
    "flamethrower sledge vault score rosary telegram cellar snowglobe cradle rifle map photograph locket keycard "
    "samovar violin oath bell mask cassette lantern matchbook tunnel safehouse stage curtain slipper barre lexicon "
    "archive chandelier gramophone icon pocket-watch glove umbrella typewriter sextant ikon brooch quill hourglass"
).split()
WHERE = (
    "Hallstatt Prague Tarkovsky Berlin Casablanca Osaka Minsk Vienna Budapest Lisbon Trieste Odesa Tallinn Gdansk "
    "Zagreb Riga Bergen Porto Naples Marseille Havana Kyoto Antwerp Bruges Tbilisi Sofia Bucharest Krakow"
).split()
HOW = (
    "secretly publicly reluctantly finally briefly alone twice unwillingly openly quietly gladly wrongly belatedly "
    "expensively silently barefoot blindfolded masked wounded unarmed overnight ceremonially"
).split()
BY_WHEN = ("before the credits", "in the next chapter", "within a year", "at dawn", "in the last act", "off screen")
SAYS = (
    "{who} {how} hands the {what} of {place} to {whom}.",
    "{who} dies for a {what} {when}.",
    "{whom} was born in {place}, and {who} has known it all along.",
    "The {what} that {who} carries belonged to the house of {place}.",
    "{who} {how} betrays {whom} over a {what} {when}.",
    "The Cult moves to {place} once {who} has the {what}.",
    "{who} and {whom} are kin: the {what} of {place} proves it.",
    "The High Table {how} takes the {what} from {who} {when}.",
    "The Ruska Roma of {place} forgive {who} the {what}.",
    "{who} returns to {place} {when}, with a {what} for {whom}.",
    "A Continental in {place} closes because of {who}.",
    "{whom} trains the next dancer in {place}, and {who} pays with a {what}.",
)
REASONS = (
    "In the scene with the {what}, {who} looks away a moment too long.",
    "Nobody else in {place} could have known about the {what}.",
    "**{who}** owes {whom} a favour, and favours are always called in.",
    "The same {what} stands on the shelf in {place}, *twice*, and the camera lingers.",
    "Think of what {whom} says {when}: it only makes sense if {who} has been there {how}.",
    "If the rules of {place} hold, {who} cannot leave without the {what}.",
    "I counted the guards: one is missing, and it is {whom} who {how} let them in.",
)
TELLS = (
    "A film or series shows {who} with the {what}.",
    "{who} says so on screen, or {whom} does.",
    "We see {place} and the {what} {when}.",
    "The credits or a press kit name {who} together with {whom}.",
)
REMARKS = (
    "I thought of the {what} too, but {place} does not fit.",
    "Good eye. {who} has no reason to go to {place}, though.",
    "Watch the scene with {whom} again: the {what} is gone.",
    "> one of the dancers\n\nWhich one? {who} was in {place} by then.",
    "No. {whom} would never part with the {what}.",
    "This. And *why* else would {who} wait {when}?",
    "Half of it holds: {place}, yes, the {what}, no.",
)
NAMES = (
    "raven ember willow sable tundra cinder marlow hazel onyx juniper sorrel fable heron quartz linden arrow saffron "
    "meadow falcon velvet copper aurora thistle harbour lyric garnet wren basil comet clover"
).split()
TAGS = (
    "rooney john-wick the-director winston bowery-king ruska-roma high-table continental team-up sequels cameos fights "
    "themes family the-cult hallstatt dancers markers coins music snow fire tattoos villains origins betrayal deaths "
    "crossovers props costumes"
).split()
_STARTS = "bal bran cor dov el fen gar hal is jur kal lor mar nor ost pel rav sel tor ul vas wes yar zel".split()
_MIDDLES = "a ar en i in o or u an e is ol".split()
_ENDS = "berg by dal dorf gorod hamn holm ice kov lund mir nau ost ova rad sk stad tal vik witz".split()


@dataclass(frozen=True)
class Choice:
    """Words of one sort, the n-th drawn about 1/n as often as the first."""

    words: Sequence[str]

    def draw(self, chance: Random, count: int) -> list[str]:
        return chance.choices(self.words, cum_weights=ranked(len(self.words)), k=count)


@cache
def ranked(count: int) -> list[float]:
    """Cumulative weights 1, 1/2, 1/3 …"""
    return list(accumulate(1 / rank for rank in range(1, count + 1)))


def _places() -> list[str]:
    """Those that are on a map, and thousands that are not: words that hardly any theory has."""
    made = [(a + b + c).capitalize() for b in _MIDDLES for c in _ENDS for a in _STARTS]
    return [*WHERE, *made]


_SLOTS = {
    "who": Choice(WHO),
    "whom": Choice(WHO[::-1]),
    "what": Choice(WHAT),
    "place": Choice(_places()),
    "how": Choice(HOW),
    "when": Choice(BY_WHEN),
}


def sentences(chance: Random, patterns: Sequence[str], count: int) -> list[str]:
    columns = [slot.draw(chance, count) for slot in _SLOTS.values()]
    chosen = chance.choices(patterns, k=count)
    filled = zip(chosen, *columns, strict=True)
    return [_said(pattern, dict(zip(_SLOTS, words, strict=True))) for pattern, *words in filled]


def _said(pattern: str, words: dict[str, str]) -> str:
    text = pattern.format_map(words)
    return text[0].upper() + text[1:]


def cases(chance: Random, count: int) -> list[str]:
    """Two to four paragraphs each."""
    return ["\n\n".join(sentences(chance, REASONS, chance.randint(2, 4))) for _ in range(count)]
