"""Lines of type in the shipped fonts: which characters they have, joined and ordered to be drawn.

Pillow draws character after character from left to right here: its own shaping needs a
FriBiDi of the system's, which is not everywhere. So Arabic letters are joined and the
line is put into its visual order first.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import groupby
from pathlib import Path

from arabic_reshaper import ArabicReshaper
from bidi.algorithm import get_display
from PIL import ImageDraw, ImageFont

FONTS = Path(__file__).parent / "fonts"
READ_LENGTH_MAX = 256
SHOWN_LENGTH_MAX = 48
_ELLIPSIS = "…"
# These two say whether the letters beside them join; Persian names are full of them.
_JOINERS = "\u200c\u200d"
# Marks that have a width of their own are letters here; the others no font draws.
_RESHAPER = ArabicReshaper({"delete_harakat": False})
_RIGHT_TO_LEFT = ("R", "AL")
_ARABIC = re.compile("[\u0600-\u06ff\u0750-\u077f]")


class Weight(StrEnum):
    REGULAR = "Regular"
    BOLD = "Bold"


# The first that has a character draws it. Regular sets our own words, bold names as well.
_FILES = {
    Weight.REGULAR: ("NotoSans-Regular", "NotoSansArabic-Regular"),
    Weight.BOLD: (
        "NotoSans-Bold",
        "NotoSansArabic-Bold",
        "NotoSansHebrew-Bold",
        "NotoSansArmenian-Bold",
        "NotoSansGeorgian-Bold",
        "NotoSansSymbols-Bold",
        "NotoSansSymbols2-Regular",
    ),
}

Colour = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Line:
    """Ready to be drawn: pieces of one font each, in visual order."""

    pieces: tuple[tuple[ImageFont.FreeTypeFont, str], ...]
    width: float

    @property
    def middle(self) -> float:
        """How far above the baseline the middle of what is seen lies."""
        boxes = [font.getbbox(text, anchor="ls") for font, text in self.pieces]
        return -(min(box[1] for box in boxes) + max(box[3] for box in boxes)) / 2

    def draw(self, canvas: ImageDraw.ImageDraw, x: float, baseline: float, fill: Colour) -> None:
        """From its left end."""
        for font, text in self.pieces:
            canvas.text((x, baseline), text, fill, font, anchor="ls")
            x += font.getlength(text)


def set_line(text: str, weight: Weight, size: int, *, is_rtl: bool) -> Line:
    """`size` in pixels; `is_rtl` is the direction of the whole, whatever words stand in it."""
    pieces = tuple(
        (_fonts(weight, size)[number], "".join(chars))
        for number, chars in groupby(_order(text, is_rtl), lambda char: _font_of(char, weight))
        if number is not None
    )
    return Line(pieces, sum(font.getlength(piece) for font, piece in pieces))


def fit_line(
    text: str, weight: Weight, sizes: Sequence[int], width: float, *, is_rtl: bool
) -> Line:
    """In the first size that fits, else cut at its end in the last one."""
    for size in sizes:
        line = set_line(text, weight, size, is_rtl=is_rtl)
        if line.width <= width:
            return line

    def cut(length: int) -> Line:
        return set_line(text[:length].rstrip() + _ELLIPSIS, weight, sizes[-1], is_rtl=is_rtl)

    length = bisect_right(range(1, len(text)), width, key=lambda length: cut(length).width)
    return cut(max(length, 1))


def keep_drawable(name: str) -> str:
    """What the fonts can show of a name, on one line: the rest is left out, not drawn as boxes.

    Letters dressed up as symbols become letters again; marks of direction and piles of
    accents go.
    """
    plain = unicodedata.normalize("NFKC", name[:READ_LENGTH_MAX])
    spaced = (" " if char.isspace() else char for char in plain)
    # A letter with an accent that no font has loses the accent.
    parts = "".join(char if _has(char) else unicodedata.normalize("NFD", char) for char in spaced)
    kept = "".join(char for char in parts if char in _JOINERS or _has(char))
    return " ".join(kept.split())[:SHOWN_LENGTH_MAX].strip(_JOINERS + " ")


def reads_rtl(text: str) -> bool:
    """Whether the first letter that has a direction runs from right to left."""
    classes = (unicodedata.bidirectional(char) for char in text)
    return next((one in _RIGHT_TO_LEFT for one in classes if one in ("L", *_RIGHT_TO_LEFT)), False)


def _order(text: str, is_rtl: bool) -> str:
    joined = _RESHAPER.reshape(text) if _ARABIC.search(text) else text
    return str(get_display(joined, base_dir="R" if is_rtl else "L"))


def _has(char: str) -> bool:
    return char == " " or _font_of(char, Weight.BOLD) is not None


@lru_cache(maxsize=4096)
def _font_of(char: str, weight: Weight) -> int | None:
    """The fonts' box for a missing character is empty and without width; so are loose accents."""
    fonts = _fonts(weight, 16)
    return next((n for n, font in enumerate(fonts) if font.getlength(char) > 0), None)


@lru_cache(maxsize=32)
def _fonts(weight: Weight, size: int) -> tuple[ImageFont.FreeTypeFont, ...]:
    return tuple(
        ImageFont.truetype(FONTS / f"{name}.ttf", size, layout_engine=ImageFont.Layout.BASIC)
        for name in _FILES[weight]
    )
