"""The rank card: a member's name, level, place and the way to the next level.

Drawn at about three times the size it has on a phone. Its ground is its own, so it
reads the same in a light chat and a dark one; Arabic mirrors it.
"""

from dataclasses import dataclass
from functools import lru_cache

from django.utils import translation
from django.utils.translation import gettext as _
from PIL import Image

from botrunner.pictures import shapes
from botrunner.pictures.lettering import (
    Colour,
    Line,
    Weight,
    fit_line,
    keep_drawable,
    reads_rtl,
    set_line,
)
from botrunner.pictures.sheet import Sheet
from botrunner.texts import format_number

WIDTH, HEIGHT = 1200, 500
EDGE = 64
TOP, AVATAR, RING = 52, 212, 8
COLUMN = EDGE + AVATAR + 44
COLUMN_WIDTH = WIDTH - EDGE - COLUMN
MARK_SIZE = 240
BAR_TOP, BAR_HEIGHT = 310, 56
BAR_WIDTH = WIDTH - 2 * EDGE
BAR_GAP_MIN = 8

GROUND: tuple[Colour, Colour] = ((11, 31, 29), (17, 64, 58))
INK: Colour = (244, 248, 246)
# The tally in the ground, which the name may run across.
MARK: Colour = (21, 73, 66)
SOFT: Colour = (168, 198, 191)
TRACK: Colour = (38, 78, 72)
BAR: tuple[Colour, Colour] = ((45, 212, 191), (158, 240, 200))
GOLD: Colour = (251, 191, 36)
GOLD_DARK: Colour = (69, 46, 3)
# Of the first three places, as of their medals.
MEDALS: dict[int, Colour] = {1: GOLD, 2: (214, 220, 228), 3: (234, 166, 112)}
# Each dark enough for white initials.
AVATARS: tuple[Colour, ...] = (
    (190, 68, 56),
    (166, 90, 14),
    (86, 117, 23),
    (15, 118, 110),
    (20, 112, 166),
    (79, 84, 201),
    (140, 66, 189),
    (184, 51, 118),
)
_CROWN = (
    (0.08, 0.30),
    (0.29, 0.50),
    (0.50, 0.16),
    (0.71, 0.50),
    (0.92, 0.30),
    (0.82, 0.82),
    (0.18, 0.82),
)
# Four and one across: five counted.
_TALLY = (
    *((x, 0.1, x, 0.9) for x in (0.2, 0.4, 0.6, 0.8)),
    (0.06, 0.78, 0.94, 0.22),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RankCard:
    """`name` as its member wrote it, `number` the member's own; `done` of `cost` XP is earned."""

    name: str
    number: int
    level: int
    done: int
    cost: int
    rank: int | None = None
    is_vip: bool = False


def draw(card: RankCard) -> bytes:
    """The PNG, in the language that is switched on."""
    sheet = Sheet(_ground(), is_mirrored=translation.get_language_bidi())
    name = keep_drawable(card.name) or _("Member %(number)d") % {"number": card.number}
    _draw_avatar(sheet, card, name)
    sheet.write(_fit_name(name), COLUMN, 130, INK)
    _draw_standing(sheet, card)
    _draw_bar(sheet, card)
    _write_way(sheet, card)
    return sheet.png()


@lru_cache(maxsize=1)
def _ground() -> Image.Image:
    image = shapes.gradient(WIDTH, HEIGHT, *GROUND)
    mark = shapes.strokes(MARK_SIZE, 0.07, _TALLY)
    image.paste(MARK, (WIDTH - MARK_SIZE - 44, 34), mark)
    return image


def _fit_name(name: str) -> Line:
    """A name keeps its own direction, on whichever side it stands."""
    return fit_line(name, Weight.BOLD, (80, 68, 56), COLUMN_WIDTH, is_rtl=reads_rtl(name))


def _draw_avatar(sheet: Sheet, card: RankCard, name: str) -> None:
    if card.is_vip:
        size = AVATAR + 2 * RING
        sheet.fill(shapes.pill(size, size), EDGE - RING, TOP - RING, GOLD)
    sheet.fill(shapes.pill(AVATAR, AVATAR), EDGE, TOP, AVATARS[card.number % len(AVATARS)])
    letters = set_line(initials(name), Weight.BOLD, 80, is_rtl=reads_rtl(name))
    middle = TOP + AVATAR / 2
    sheet.write(letters, EDGE + (AVATAR - letters.width) / 2, middle + letters.middle, INK)
    if card.is_vip:
        _draw_crown(sheet, EDGE + AVATAR - 54, TOP + AVATAR - 58)


def _draw_crown(sheet: Sheet, x: int, y: int) -> None:
    # A rim in the ground's colour parts it from the ring.
    sheet.fill(shapes.pill(84, 84), x - 8, y - 8, GROUND[0])
    sheet.fill(shapes.pill(68, 68), x, y, GOLD)
    sheet.fill(shapes.polygon(48, _CROWN), x + 10, y + 9, GOLD_DARK)


def initials(name: str) -> str:
    """The first letters of the first and the last word; one alone where letters join."""
    letters = [next((char for char in word if char.isalpha()), "") for word in name.split()]
    found = "".join(letters) or name[0]
    shown = found[0] if len(found) == 1 or reads_rtl(found[0]) else found[0] + found[-1]
    return shown.upper()


def _draw_standing(sheet: Sheet, card: RankCard) -> None:
    """Level and rank in one row, in the first size that holds both."""
    figures = [(_("Level"), card.level, BAR[0])]
    if card.rank is not None:
        figures.append((_("Rank"), card.rank, MEDALS.get(card.rank, INK)))
    for size in (84, 68, 54, 40, 30):
        row = _set_figures(figures, size, is_rtl=sheet.is_mirrored)
        if sum(line.width + gap for line, _colour, gap in row) <= COLUMN_WIDTH:
            break
    x: float = COLUMN
    for line, colour, gap in row:
        sheet.write(line, x, 240, colour)
        x += line.width + gap


def _set_figures(
    figures: list[tuple[str, int, Colour]], size: int, *, is_rtl: bool
) -> list[tuple[Line, Colour, int]]:
    """Words and their figures by turns, each with the gap before the next."""
    row = []
    for word, figure, colour in figures:
        label = set_line(word, Weight.REGULAR, min(size, 54), is_rtl=is_rtl)
        value = set_line(format_number(figure), Weight.BOLD, size, is_rtl=is_rtl)
        row += [(label, SOFT, 18), (value, colour, 52)]
    row[-1] = (*row[-1][:2], 0)
    return row


def _draw_bar(sheet: Sheet, card: RankCard) -> None:
    sheet.fill(shapes.pill(BAR_WIDTH, BAR_HEIGHT), EDGE, BAR_TOP, TRACK)
    if card.done:
        filled = BAR_HEIGHT + (BAR_WIDTH - BAR_HEIGHT) * card.done // card.cost
        # Never seen as full before it is.
        mask = shapes.pill(min(filled, BAR_WIDTH - BAR_GAP_MIN), BAR_HEIGHT)
        sheet.fill(mask, EDGE, BAR_TOP, shapes.gradient(*mask.size, *BAR))


def _write_way(sheet: Sheet, card: RankCard) -> None:
    """What is earned of the level, and what is missing, below the bar."""
    is_rtl, baseline = sheet.is_mirrored, BAR_TOP + BAR_HEIGHT + 74
    earned = f"{format_number(card.done)} / {format_number(card.cost)} XP"
    line = fit_line(earned, Weight.BOLD, (54, 46, 36, 24), BAR_WIDTH / 2, is_rtl=is_rtl)
    sheet.write(line, EDGE, baseline, INK)
    missing = _("To the next level: %(xp)s XP") % {"xp": format_number(card.cost - card.done)}
    room = BAR_WIDTH - line.width - 32
    rest = fit_line(missing, Weight.REGULAR, (50, 47, 44, 41, 38, 32, 24), room, is_rtl=is_rtl)
    sheet.write_to(rest, WIDTH - EDGE, baseline, SOFT)
