import unicodedata
from itertools import pairwise

import pytest
from PIL import Image, ImageDraw

from botrunner.pictures.lettering import (
    SHOWN_LENGTH_MAX,
    Weight,
    fit_line,
    keep_drawable,
    reads_rtl,
    set_line,
)

ALPHABETS = {
    "en": "ABCXYZabcxyz",
    "fr": "ÀÂÇÉÈÊËÎÏÔŒÙÛÜŸàâçéèêëîïôœùûüÿ«»’…\u00a0\u202f",
    "ru": "АБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯабвгдеёжзийклмнопрстуфхцчшщъыьэюя",
    "ar": "ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىي،؛؟",
}


def drawn(line) -> str:
    return "".join(text for _font, text in line.pieces)


def ink_of(text: str, *, is_rtl: bool, weight: Weight = Weight.BOLD) -> Image.Image:
    image = Image.new("L", (900, 120))
    line = set_line(text, weight, 60, is_rtl=is_rtl)
    line.draw(ImageDraw.Draw(image), 10, 80, 255)
    return image


@pytest.mark.parametrize("weight", Weight)
@pytest.mark.parametrize("alphabet", ALPHABETS.values(), ids=ALPHABETS)
def test_each_language_has_all_its_letters_and_digits(alphabet, weight):
    for char in alphabet + "0123456789.,:!?/-+–()":
        line = set_line(char, weight, 40, is_rtl=False)
        assert line.width > 0, unicodedata.name(char)


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("Ann Sommer", "Ann Sommer"),
        ("Ann\u202e\u2066\u200f\ufeff\x00\n Sommer", "Ann Sommer"),
        ("<b>Ann</b> {{ x }} %(name)s", "<b>Ann</b> {{ x }} %(name)s"),
        ("🌸 Ann 🔥👨‍👩‍👧", "Ann"),
        ("𝓐𝓷𝓷 Ａｎｎ ⓐ", "Ann Ann a"),
        ("Z\u0351\u036b\u0343\u036a\u0302\u036ba\u0301", "Zá"),
        ("中文 한글 ไทย", ""),
        ("🔥🔥", ""),
        ("\u202e \u200b", ""),
        ("\u200c\u200d", ""),
        ("\ud800Ann", "Ann"),
        ("מֹשֶׁה Ἀθηνᾶ Ճան ქეთი", "משה Αθηνα Ճան ქეთი"),
        ("★ Ann ♥", "★ Ann ♥"),
    ],
)
def test_of_a_name_stays_what_can_be_drawn(name, kept):
    assert keep_drawable(name) == kept


def test_a_name_of_any_length_is_cut():
    assert keep_drawable("W" * 4096) == "W" * SHOWN_LENGTH_MAX
    assert len(keep_drawable("\ufdfa" * 4096)) <= SHOWN_LENGTH_MAX


def test_persian_letters_stay_apart_where_their_writer_parts_them():
    assert keep_drawable("علی\u200cرضا") == "علی\u200cرضا"
    apart = drawn(set_line("علی\u200cرضا", Weight.BOLD, 40, is_rtl=True))

    assert apart != drawn(set_line("علیرضا", Weight.BOLD, 40, is_rtl=True))
    assert "\u200c" not in apart


def test_arabic_letters_are_joined_and_begin_at_the_right():
    line = drawn(set_line("علي", Weight.BOLD, 40, is_rtl=True))

    names = [unicodedata.name(char) for char in line]
    assert names == [
        "ARABIC LETTER YEH FINAL FORM",
        "ARABIC LETTER LAM MEDIAL FORM",
        "ARABIC LETTER AIN INITIAL FORM",
    ]


@pytest.mark.parametrize("mark", ["ۥ", "\u0602", "ـ"])
def test_an_arabic_mark_that_is_kept_is_drawn(mark):
    assert set_line(keep_drawable(mark), Weight.BOLD, 40, is_rtl=True).width > 0


def test_vowel_signs_do_not_part_letters():
    def shown(name):
        return drawn(set_line(keep_drawable(name), Weight.BOLD, 40, is_rtl=True))

    assert shown("مُحَمَّد") == shown("محمد")


def test_the_first_letter_of_an_arabic_name_is_drawn_rightmost():
    """Proven on the pixels: a longer name has the same right end, a Latin one the same left."""
    short, long = (ink_of(text, is_rtl=True) for text in ("ا", "ادد"))
    (_, _, short_end, _), (_, _, long_end, _) = short.getbbox(), long.getbbox()
    first = long.crop((long_end - 12, 0, long_end + 2, 120))

    assert first.tobytes() == short.crop((short_end - 12, 0, short_end + 2, 120)).tobytes()
    latin = [ink_of(text, is_rtl=False).crop((0, 0, 30, 120)) for text in ("I", "Ion")]
    assert latin[0].tobytes() == latin[1].tobytes()


@pytest.mark.parametrize(
    ("text", "is_rtl", "shown"),
    [
        ("250 / 700 XP", False, "250 / 700 XP"),
        ("250 / 700 XP", True, "XP 700 / 250"),
        ("ש (Ann) ש", True, "ש (Ann) ש"),
        ("(אב) Ann", False, "(בא) Ann"),
        ("Ann אבג", False, "Ann גבא"),
    ],
)
def test_words_of_both_directions_stand_as_one_reads_them(text, is_rtl, shown):
    assert drawn(set_line(text, Weight.BOLD, 40, is_rtl=is_rtl)) == shown


def test_a_name_reads_as_its_first_letter_does():
    assert reads_rtl("12 علي Ann") and reads_rtl("אב")
    assert not reads_rtl("(Ann) علي") and not reads_rtl("123") and not reads_rtl("")


def test_a_line_shrinks_before_it_is_cut():
    def fit(width):
        return fit_line("Alexander the Great", Weight.BOLD, (60, 40), width, is_rtl=False)

    widths = [fit(width).width for width in (2000, 500, 300, 120)]

    assert all(larger > smaller for larger, smaller in pairwise(widths))
    assert drawn(fit(500)) == "Alexander the Great"
    assert drawn(fit(300)).endswith("…") and fit(300).width <= 300


def test_what_is_cut_off_an_arabic_line_is_its_end():
    line = fit_line("محمد علي الشريف", Weight.BOLD, (40,), 200, is_rtl=True)

    assert drawn(line).startswith("…")
    assert line.width <= 200


def test_a_line_that_fits_nowhere_still_has_its_first_letter():
    assert drawn(fit_line("WWW", Weight.BOLD, (40,), 5, is_rtl=False)) == "W…"
