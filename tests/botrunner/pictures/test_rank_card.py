import time
from io import BytesIO

import pytest
from django.conf import settings
from django.utils import translation
from PIL import Image

from botrunner.pictures import rank_card
from botrunner.pictures.lettering import keep_drawable
from botrunner.pictures.rank_card import (
    AVATARS,
    BAR_HEIGHT,
    BAR_TOP,
    BAR_WIDTH,
    EDGE,
    HEIGHT,
    WIDTH,
    RankCard,
    draw,
    initials,
)

LANGUAGES = [code for code, _name in settings.LANGUAGES]
FACTS = {"name": "Ann Sommer", "number": 12, "level": 7, "done": 250, "cost": 700}
HOSTILE = (
    *("\u202eAnn", "W" * 4096, "ﷺ" * 4096, "<b>&{{ x }}%s", "🔥", "", " ", "\x00", "\ud800"),
    *(
        "Z" + "\u0351" * 300,
        "中文",
        "a\u2028b",
        "\u200d",
        "(((((",
        "1",
        "😀 1 علي (x",
        "ۥ",
        "\u0602",
    ),
)


def open_card(language: str = "en", **facts) -> Image.Image:
    with translation.override(language):
        image = Image.open(BytesIO(draw(RankCard(**FACTS | facts))))
    image.load()
    return image


def bar_of(image: Image.Image) -> list[bool]:
    """For each pixel along the bar whether it is filled."""
    y = BAR_TOP + BAR_HEIGHT // 2
    return [image.getpixel((x, y))[1] > 150 for x in range(EDGE, EDGE + BAR_WIDTH)]


def luminance(colour) -> float:
    parts = [part / 255 for part in colour]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_card_is_a_picture_of_its_size_in_each_language(language):
    image = open_card(language)

    assert (image.format, image.size, image.mode) == ("PNG", (WIDTH, HEIGHT), "RGB")
    assert len(image.getcolors(WIDTH * HEIGHT)) > 100


def test_each_language_has_its_own_words():
    cards = {open_card(language).tobytes() for language in LANGUAGES}

    assert len(cards) == len(LANGUAGES)


@pytest.mark.parametrize("done", [0, 1, 70, 350, 630, 699])
def test_the_bar_follows_the_progress(done):
    filled = sum(bar_of(open_card(done=done)))

    assert abs(filled - BAR_WIDTH * done / 700) <= BAR_HEIGHT
    assert (filled == 0) is (done == 0)
    assert filled < BAR_WIDTH


def test_more_progress_is_a_longer_bar():
    lengths = [sum(bar_of(open_card(done=done))) for done in (0, 1, 100, 101, 500, 690)]

    assert lengths == sorted(set(lengths))


def test_the_bar_grows_from_where_one_begins_to_read():
    assert bar_of(open_card("en"))[20] and not bar_of(open_card("en"))[-20]
    assert bar_of(open_card("ar"))[-20] and not bar_of(open_card("ar"))[20]


def test_arabic_has_the_avatar_at_the_right():
    left, right = (EDGE + 20, 150), (WIDTH - EDGE - 20, 150)
    colour = AVATARS[FACTS["number"] % len(AVATARS)]

    assert open_card("en").getpixel(left) == colour
    assert open_card("ar").getpixel(right) == colour


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize("language", ["en", "ar"])
def test_no_name_breaks_a_card(name, language):
    image = open_card(language, name=name)

    assert image.size == (WIDTH, HEIGHT)


def test_no_name_leaves_its_place():
    """Nothing of it is drawn at the edges."""
    wide, plain = open_card(name="W" * 4096), open_card(name="A")

    for box in ((WIDTH - EDGE + 6, 0, WIDTH, HEIGHT), (0, 0, WIDTH, 48)):
        assert wide.crop(box).tobytes() == plain.crop(box).tobytes()


def test_marks_of_direction_change_nothing():
    assert open_card(name="\u202eAnn\u2066 Sommer").tobytes() == open_card().tobytes()


def test_a_name_of_nothing_that_can_be_drawn_is_the_member_s_number():
    assert open_card(name="🔥🔥").tobytes() == open_card(name="Member 12").tobytes()


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Ann Sommer", "AS"),
        ("ann", "A"),
        ("Éloïse de La Tour", "ÉT"),
        ("Владимир Шаповалов", "ВШ"),
        ("محمد علي", "م"),
        ("★ (bob) 7", "B"),
        ("777", "7"),
        ("★", "★"),
    ],
)
def test_initials_are_those_of_the_first_and_the_last_word(name, letters):
    assert initials(keep_drawable(name)) == letters


def test_a_letter_that_grows_when_capital_stays_in_the_avatar():
    assert open_card(name="ßß ŉŉ").size == (WIDTH, HEIGHT)


def test_vip_and_rank_are_seen():
    plain = open_card().tobytes()

    assert open_card(is_vip=True).tobytes() != plain
    assert open_card(rank=3).tobytes() != plain


@pytest.mark.parametrize("language", LANGUAGES)
def test_large_figures_stay_on_the_card(language):
    facts = {"level": 10**8, "rank": 10**9, "done": 10**10 - 1, "cost": 10**10}
    image, small = open_card(language, **facts), open_card(language, rank=1)
    edge = WIDTH - EDGE + 6

    for box in ((edge, 0, WIDTH, HEIGHT), (0, 0, WIDTH - edge, HEIGHT)):
        assert image.crop(box).tobytes() == small.crop(box).tobytes()


def test_what_is_written_can_be_read():
    grounds = (*rank_card.GROUND, rank_card.MARK)
    inks = (rank_card.INK, rank_card.SOFT, rank_card.BAR[0], *rank_card.MEDALS.values())

    assert min(contrast(ink, ground) for ink in inks for ground in grounds) >= 4.5
    assert min(contrast(rank_card.INK, colour) for colour in AVATARS) >= 4.5
    assert contrast(rank_card.BAR[0], rank_card.TRACK) >= 3


def test_a_card_is_drawn_in_an_instant():
    """About 15 ms; the limit is for machines that are slow."""
    draw(RankCard(**FACTS))
    times = []
    for number in range(5):
        start = time.thread_time()
        draw(RankCard(**FACTS | {"number": number}))
        times.append(time.thread_time() - start)

    assert min(times) < 0.2
