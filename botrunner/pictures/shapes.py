"""Smooth shapes: drawn four times as large and brought down, for Pillow draws hard edges."""

from collections.abc import Sequence
from functools import lru_cache

from PIL import Image, ImageDraw

_FINER = 4


@lru_cache(maxsize=32)
def pill(width: int, height: int) -> Image.Image:
    """A mask with round ends; as wide as high it is a disc."""
    mask, pen = _sheet(width, height)
    radius = min(width, height) * _FINER / 2
    pen.rounded_rectangle((0, 0, width * _FINER - 1, height * _FINER - 1), radius, fill=255)
    return mask.reduce(_FINER)


@lru_cache(maxsize=8)
def polygon(size: int, points: tuple[tuple[float, float], ...]) -> Image.Image:
    """A mask; the points are parts of the square's side."""
    mask, pen = _sheet(size, size)
    pen.polygon([(x * size * _FINER, y * size * _FINER) for x, y in points], fill=255)
    return mask.reduce(_FINER)


def strokes(size: int, width: float, lines: Sequence[tuple[float, ...]]) -> Image.Image:
    """A mask of straight lines with round ends; all measures are parts of the square's side."""
    mask, pen = _sheet(size, size)
    side = size * _FINER
    radius = width * side / 2
    for line in lines:
        ends = [part * side for part in line]
        pen.line(ends, 255, round(width * side))
        for x, y in (ends[:2], ends[2:]):
            pen.ellipse((x - radius, y - radius, x + radius, y + radius), 255)
    return mask.reduce(_FINER)


def gradient(
    width: int, height: int, first: Sequence[int], last: Sequence[int], *, is_upright: bool = False
) -> Image.Image:
    """From one colour at the left (or the top) to another."""
    ramp = Image.linear_gradient("L")
    mask = (ramp if is_upright else ramp.rotate(90)).resize((width, height))
    start, end = (Image.new("RGB", (width, height), tuple(colour)) for colour in (first, last))
    return Image.composite(end, start, mask)


def _sheet(width: int, height: int) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    mask = Image.new("L", (width * _FINER, height * _FINER))
    return mask, ImageDraw.Draw(mask)
