"""Title art: a picture of the archive's own for every seeded page. A stage at night, a prop in the light, the numeral
of the act; drawn by `manage.py draw_title_art` and kept with the seed content as files."""

from dataclasses import dataclass

from PIL import Image

from lore.titleart.props import props
from lore.titleart.stage import AMBER, Colour, Scene, draw

_ROSE, _BLUE = (1, 0.20, 0.26), (0.24, 0.42, 1)


@dataclass(frozen=True)
class Staging:
    """How a page's prop stands: its size, how far above the floor (parts of the picture), and the lights' colours."""

    prop: str
    scale: float = 2.0
    lift: float = 0.0
    lamps: tuple[Colour, ...] = (AMBER,)


STAGINGS = {
    "action-and-stunts": Staging("trapeze", 1.7, lift=0.16),
    "ana-de-armas": Staging("mirror"),
    "anjelica-huston": Staging("mask", 1.8, lift=0.09),
    "ballerina": Staging("pointe-shoes", 1.75, lift=0.05),
    "catalina-sandino-moreno": Staging("microphone", 1.9),
    "chapter-3": Staging("coins", 2.3),
    "chapter-4": Staging("stairs", 2.0),
    "character-arc": Staging("moons", 1.85),
    "differences-from-john-wick": Staging("two-doors", 2.1),
    "fighting-style": Staging("dagger", 1.9, lift=0.02),
    "gabriel-byrne": Staging("chair-with-hat", 2.1),
    "high-table": Staging("long-table", 2.1),
    "ian-mcshane": Staging("lectern", 2.1),
    "john-wick": Staging("man-and-dog", 2.05),
    "keanu-reeves": Staging("folding-chair", 2.2),
    "laurence-fishburne": Staging("lamp", 1.8),
    "len-wiseman": Staging("camera", 2.0),
    "norman-reedus": Staging("stage-door", 2.0),
    "origin": Staging("candle", 1.9),
    "plot": Staging("keyhole", 1.9),
    "release-and-production": Staging("reel", 1.85),
    "rooney": Staging("dancer", 2.15),
    "ruska-roma": Staging("coin", 1.75),
    "shay-hatten": Staging("typewriter", 2.0),
    "the-bowery-king": Staging("pigeons", 2.0),
    "the-continental": Staging("hotel", 1.65),
    "the-director": Staging("throne", 1.85),
    "themes": Staging("candles", 2.0),
    "timeline-placement": Staging("metronome", 1.9),
    "visuals": Staging("dancer", 1.7, lamps=(_ROSE, AMBER, _BLUE)),
    "what-fans-hope-for": Staging("audience", 2.2, lift=0.06),
    "why-watch": Staging("seats", 2.2, lift=0.06),
    "wider-universe": Staging("skyline", 1.7),
    "winston": Staging("bell", 2.0),
}
_BY_KIND = {
    "character": "man-and-dog",
    "person": "folding-chair",
    "organisation": "coin",
    "place": "hotel",
    "work": "reel",
}
_NUMBERS = {"chapter-3": 3, "chapter-4": 4}


def draw_title(slug: str, kind: str, number: int) -> Image.Image:
    """`number` is that of the act, unless the page's own name has one."""
    staging = STAGINGS.get(slug) or Staging(_BY_KIND.get(kind, "candle"))
    shapes = props()[staging.prop]
    return draw(
        Scene(slug, kind, shapes, _NUMBERS.get(slug, number), staging.scale, staging.lift, staging.lamps),
    )
