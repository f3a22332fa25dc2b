"""The stage at night: curtain, light, floor, and what stands there. Light is added up in linear numbers and brought
into eight bits at the end, like a photograph."""

import hashlib
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from PIL import Image, ImageFilter

from lore.titleart.props import Mask, Masks, Shape, masks_of, numeral

WIDTH, HEIGHT = 1600, 1000
SIZE = (WIDTH, HEIGHT)
FLOOR, FEET = 0.775, 0.835
"""Where the floor begins and where the prop stands, from the top; all places are parts of the picture."""
RULE = 0.935
Colour = tuple[float, float, float]

AMBER, _IVORY, _FLAME, _GOLD = (1, 0.53, 0.21), (1, 0.82, 0.58), (1, 0.66, 0.32), (0.70, 0.42, 0.15)
_BLUE = (0.30, 0.50, 1)
_CURTAINS: dict[str, Colour] = {
    "character": (0.200, 0.014, 0.030),
    "person": (0.088, 0.018, 0.062),
    "organisation": (0.150, 0.024, 0.013),
    "place": (0.026, 0.034, 0.092),
    "work": (0.118, 0.048, 0.013),
    "topic": (0.014, 0.052, 0.054),
}
_Y, _X = (axis.astype(np.float32) / (HEIGHT, WIDTH)[place] for place, axis in enumerate(np.mgrid[0:HEIGHT, 0:WIDTH]))


@dataclass(frozen=True)
class Scene:
    """`seed` varies what nobody chose: folds, lamps, dust. `lamps`: colours of the main lights, from left to right."""

    seed: str
    kind: str
    shapes: list[Shape]
    number: int
    scale: float = 2.0
    lift: float = 0.0
    lamps: tuple[Colour, ...] = (AMBER,)

    @cached_property
    def dice(self) -> np.random.Generator:
        return np.random.default_rng(int.from_bytes(hashlib.sha256(self.seed.encode()).digest()[:8]))


def draw(scene: Scene) -> Image.Image:
    middle = 0.5 + scene.dice.uniform(-0.02, 0.02)
    masks = masks_of(scene.shapes, SIZE, (middle * WIDTH, (FEET - scene.lift) * HEIGHT), scene.scale)
    light = _beams(scene, middle) * _haze(scene.dice)[..., None]
    picture = _room(scene, middle) + 0.36 * light
    picture = _with_prop(picture, masks, light)
    picture *= _vignette()[..., None]
    picture = _with_rule(picture, scene.number)
    return _developed(picture, scene.dice)


# Light and cloth


def _smooth(low: float, high: float, values: Mask) -> Mask:
    t = np.clip((values - low) / (high - low), 0, 1)
    return t * t * (3 - 2 * t)


def _room(scene: Scene, middle: float) -> np.ndarray:
    """Curtain and floor, by what light there is around the beams."""
    on_floor = _smooth(FLOOR - 0.003, FLOOR + 0.003, _Y)[..., None]
    glow = 0.16 + 0.9 * np.exp(-(((_X - middle) / 0.30) ** 2)) * (0.25 + 0.75 * _Y)
    curtain = (0.06 + 0.94 * _drape(scene.dice)) * glow * (0.72 + 0.28 * _Y / FLOOR)
    curtain *= 1 - 0.5 * np.exp(-(((_Y - FLOOR) / 0.02) ** 2))  # where cloth meets floor
    boards = _boards()
    floor = (0.017 * (1 - 0.5 * _depth()) * boards)[..., None] * np.array((1, 0.60, 0.48), np.float32)
    pool = _pool(middle) * boards
    lit = sum(np.asarray(lamp, np.float32) for lamp in scene.lamps) / len(scene.lamps)
    floor = floor + pool[..., None] * (0.55 * lit + 0.25 * np.asarray(_IVORY, np.float32))
    cloth = curtain[..., None] * np.asarray(_CURTAINS[scene.kind], np.float32)
    return cloth * (1 - on_floor) + floor * on_floor


def _drape(dice: np.random.Generator) -> Mask:
    """How bright the folds are: cosines of a few widths, bent a little, steeper on the side away from the light."""
    across = _X + 0.010 * np.sin(_Y * 2.4 + dice.uniform(0, 6)) * (0.3 + _Y)
    height = np.zeros_like(_X)
    for folds, depth in ((dice.uniform(8, 11), 1), (dice.uniform(18, 24), 0.5), (dice.uniform(40, 54), 0.22)):
        shift = dice.uniform(0, 2 * np.pi)
        height += depth * np.sin(2 * np.pi * folds * across + shift + 0.7 * np.sin(2 * np.pi * across * 2.5 + shift))
    slope = np.gradient(height, axis=1) * WIDTH / 80
    ridge = 1 / (1 + np.exp(-1.6 * height))
    return np.clip(0.6 * ridge**1.3 + 0.4 * (0.5 + 0.5 * np.tanh(slope)), 0, 1)


def _beams(scene: Scene, middle: float) -> np.ndarray:
    dice, light = scene.dice, np.zeros((HEIGHT, WIDTH, 3), np.float32)
    count = len(scene.lamps)
    for place, lamp in enumerate(scene.lamps):
        source = middle + (place - (count - 1) / 2) * 0.34 + dice.uniform(-0.15, 0.15) / count
        light += _cone(source, middle, 0.175 + 0.02 * (count == 1))[..., None] * np.asarray(lamp, np.float32)
    for side in (-1, 1):  # what spills from the wings
        spill = _cone(middle + side * dice.uniform(0.34, 0.60), middle + side * dice.uniform(0, 0.16), 0.08)
        light += (dice.uniform(0, 0.20) * spill)[..., None] * np.asarray(AMBER, np.float32)
    return light * (1.0 if count == 1 else 0.72)


def _cone(source: float, target: float, spread: float) -> Mask:
    """Light that falls from above the picture to the floor, wider and fainter as it falls."""
    top = -0.22
    fall = np.clip((_Y - top) / (FEET - top), 0, 1.2)
    off = np.abs(_X - (source + (target - source) * fall)) / (0.010 + spread * fall)
    edge = 1 - _smooth(0.62, 1.12, off)
    body = 0.45 * edge + 0.65 * np.exp(-((off * 1.35) ** 2))
    return body / (0.55 + 1.15 * fall**1.2) * (1 - _smooth(FLOOR, FEET + 0.03, _Y))


def _pool(middle: float) -> Mask:
    off = np.hypot((_X - middle) / 0.235, (_Y - FEET) / 0.052)
    return 1.05 * (1 - _smooth(0.30, 1.25, off)) + 0.07 * np.exp(-(off**2) / 3)


def _depth() -> Mask:
    return np.clip((_Y - FLOOR) / (1 - FLOOR), 0, 1)


def _boards() -> Mask:
    """Planks that run away from us."""
    across = (_X - 0.5) / (_depth() + 0.20)
    return 0.86 + 0.14 * np.abs(np.sin(across * 34)) ** 0.35


def _haze(dice: np.random.Generator) -> Mask:
    clouds = np.ones((HEIGHT, WIDTH), np.float32)
    for cells, depth in (((5, 8), 0.30), (((14, 22)), 0.16)):
        noise = Image.fromarray((dice.random(cells) * 255).astype(np.uint8)).resize(SIZE, Image.Resampling.BICUBIC)
        clouds += depth * (np.asarray(noise, np.float32) / 255 - 0.5)
    return clouds


# What stands in it


def _with_prop(picture: np.ndarray, masks: Masks, light: np.ndarray) -> np.ndarray:
    ink, glow, cold = masks["ink"], masks["glow"], masks["cold"]
    solid = np.clip(ink + masks["paper"], 0, 1)
    haze = _soft(masks["haze"], 20) * (1 - _smooth(0.50, 0.86, _X)) * (1 - _smooth(FLOOR, FEET, _Y))
    picture = picture + 0.26 * haze[..., None] * np.asarray(AMBER, np.float32)
    picture = picture + 0.5 * _soft(masks["spill"], 8)[..., None] * np.asarray(_FLAME, np.float32)
    picture = picture * (1 - 0.86 * _cast(np.clip(solid + masks["rose"], 0, 1)))[..., None]
    picture = _laid(picture, ink, (0.0022, 0.0014, 0.0016))
    picture = picture + _rim(ink)[..., None] * (0.10 + 1.1 * light) * np.asarray(_IVORY, np.float32)
    picture = _laid(picture, masks["paper"], (0.62, 0.50, 0.36))
    picture = _laid(picture, masks["rose"], (0.52, 0.030, 0.095))
    for mask, colour in ((glow, _FLAME), (cold, _BLUE)):
        if mask.any():
            bloom = 0.9 * _soft(mask, 9) + 0.9 * _soft(mask, 34)
            picture = _laid(picture, mask, tuple(1.1 * part for part in colour))
            picture = picture + bloom[..., None] * np.asarray(AMBER if colour == _FLAME else _BLUE, np.float32)
    for row, shade in (("row0", 0.0045), ("row1", 0.0012)):
        front = masks[row]
        picture = _laid(picture, front, (shade, shade * 0.6, shade * 0.7))
        picture = picture + _rim(front)[..., None] * 0.22 * np.asarray(AMBER, np.float32) * (shade / 0.0045)
    return picture


def _laid(picture: np.ndarray, mask: Mask, colour: Colour) -> np.ndarray:
    return picture * (1 - mask)[..., None] + mask[..., None] * np.asarray(colour, np.float32)


def _soft(mask: Mask, radius: float) -> Mask:
    if not mask.any():
        return mask
    blurred = Image.fromarray((mask * 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(radius))
    return np.asarray(blurred, np.float32) / 255


def _rim(mask: Mask) -> Mask:
    """The upper edges, which the light from above strikes."""
    below = np.roll(mask, 3, axis=0)
    below[:3] = mask[:3]
    return np.clip(mask - below, 0, 1)


def _cast(mask: Mask) -> Mask:
    """The shadow on the floor: the prop upside down before its feet, short, softer with distance."""
    feet, length = round(FEET * HEIGHT), 0.30
    rows = np.arange(HEIGHT)
    source = np.clip(feet - (rows - feet) / length, 0, HEIGHT - 1).astype(int)
    shadow = np.where((rows >= feet)[:, None], mask[source], 0)
    near = np.where((rows >= feet)[:, None], np.exp(-(rows - feet) / 70)[:, None], 0)
    return np.maximum(_soft(shadow, 3) * near, 0.55 * _soft(shadow, 10) * near)


# The picture as a whole


def _vignette() -> Mask:
    return 1 - 0.80 * _smooth(0.28, 1.05, np.hypot((_X - 0.5) / 0.74, (_Y - 0.52) / 0.80))


def _with_rule(picture: np.ndarray, number: int) -> np.ndarray:
    """A gold rule below the stage, and the numeral of the act in its gap."""
    height = 0.052 * HEIGHT
    mask, width = numeral(number, SIZE, (WIDTH / 2, RULE * HEIGHT), height)
    gap = (width / 2 + height * 0.7) / WIDTH
    off = np.abs(_X - 0.5)
    rule = (np.abs(_Y - RULE) * HEIGHT < 1.3) * _smooth(gap, gap + 0.004, off) * (1 - _smooth(0.30, 0.44, off))
    picture = picture * (1 - 0.65 * _smooth(RULE - 0.09, RULE - 0.03, _Y))[..., None]
    return _laid(picture, np.clip(mask + rule, 0, 1), _GOLD)


def _developed(picture: np.ndarray, dice: np.random.Generator) -> Image.Image:
    """Bright light rolls off, shadows stay deep, and a little grain keeps the gradients from banding."""
    exposed = 1 - np.exp(-1.9 * np.maximum(picture, 0))
    display = np.where(exposed <= 0.0031308, 12.92 * exposed, 1.055 * exposed ** (1 / 2.4) - 0.055)
    grain = dice.normal(0, 0.009, (HEIGHT, WIDTH)).astype(np.float32)
    grain = grain * (0.4 + 0.6 * (1 - display.mean(axis=2)))
    tinted = display + grain[..., None] + np.asarray((0.006, 0.003, 0.004), np.float32)
    return Image.fromarray((np.clip(tinted, 0, 1) * 255 + 0.5).astype(np.uint8))
