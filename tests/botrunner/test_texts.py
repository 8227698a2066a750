from datetime import UTC, datetime, timedelta

import pytest
from django.template import Context, Template
from django.utils import timezone, translation

from accounts.models import Member
from botrunner.texts import (
    format_duration,
    format_name,
    format_number,
    format_points,
    format_signed,
    format_when,
    speaking_to,
)

RIGHT_TO_LEFT_OVERRIDE = "\u202e"
ISOLATE, END = "\u2068", "\u2069"


def render(source: str, **context) -> str:
    return Template("{% load bot %}" + source).render(Context(context))


@pytest.mark.parametrize(
    "hostile", ["<b>Ann</b>", "{{ member }}", "a" * 4096, "Ann\n\nBob", "x\u2069\u202ey", "&amp;"]
)
def test_a_hostile_name_stays_in_its_isolation(hostile):
    shown = render("{{ who|name }}", who=Member(first_name=hostile, pk=7))

    inner = shown[1:-1]
    assert (shown[0], shown[-1]) == (ISOLATE, END)
    assert not set(inner) & {ISOLATE, END, RIGHT_TO_LEFT_OVERRIDE, "\n", "<", ">"}


def test_a_name_is_cut_to_48_characters():
    assert len(format_name("a" * 4096)) == 48 + len(ISOLATE + END)


def test_a_name_is_escaped_once():
    source = "{% load i18n %}{% blocktranslate with n=who|name %}Hi {{ n }}{% endblocktranslate %}"

    assert render(source, who="<b>") == f"Hi {ISOLATE}&lt;b&gt;{END}"


def test_a_name_of_marks_alone_falls_back_to_the_number():
    assert format_name(Member(first_name="\u202e\u2069", pk=7)) == f"{ISOLATE}Member 7{END}"


@pytest.mark.parametrize("name", ["", "\u202e"])
def test_a_nameless_member_is_named_in_the_reader_language(name):
    with translation.override("fr"):
        assert format_name(Member(first_name=name, pk=7)) == f"{ISOLATE}Membre 7{END}"


@pytest.mark.parametrize(
    ("language", "shown"),
    [
        ("en", "1,234,567"),
        ("fr", "1\u202f234\u202f567"),
        ("ru", "1\u00a0234\u00a0567"),
        ("ar", "1,234,567"),
    ],
)
def test_numbers_are_grouped_in_the_language_own_way(language, shown):
    with translation.override(language):
        assert format_number(1_234_567) == shown


def test_signed_numbers_show_their_sign():
    with translation.override("en"):
        assert [format_signed(value) for value in (25, -25, 0)] == ["+25", "−25", "0"]


def test_a_sign_stays_before_its_number_in_arabic():
    with translation.override("ar"):
        assert format_signed(25) == "\u2066+25\u2069"


def test_points_agree_with_their_number():
    with translation.override("en"):
        assert [format_points(value) for value in (1, 2000)] == ["1 point", "2,000 points"]


@pytest.mark.parametrize(
    ("span", "shown"),
    [
        (timedelta(0), "0 s"),
        (timedelta(seconds=-5), "0 s"),
        (59, "59 s"),
        (timedelta(seconds=61), "2 min"),
        (timedelta(hours=3, minutes=20), "3 h 20 min"),
        (timedelta(hours=3), "3 h"),
        (timedelta(hours=23, minutes=59, seconds=1), "1 day"),
        (timedelta(days=2, hours=3, seconds=1), "2 days 4 h"),
    ],
)
def test_a_duration_shows_its_two_largest_units(span, shown):
    with translation.override("en"):
        assert format_duration(span).replace("\u00a0", " ") == shown


def test_a_time_is_shown_in_the_member_own_zone():
    member = Member(timezone="Asia/Dubai", language="en")

    with speaking_to(member):
        assert format_when(datetime(2026, 1, 31, 20, 5, tzinfo=UTC)) == "1 February 2026, 00:05"


@pytest.mark.parametrize(
    ("language", "shown"),
    [
        ("en", "1 February 2026, 00:05"),
        ("fr", "1er février 2026 à 00:05"),
        ("ru", "1 февраля 2026, 00:05"),
    ],
)
def test_a_date_is_written_as_its_language_does(language, shown):
    with translation.override(language), timezone.override("Asia/Dubai"):
        assert format_when(datetime(2026, 1, 31, 20, 5, tzinfo=UTC)) == shown


def test_utc_is_named():
    with translation.override("en"), timezone.override("UTC"):
        shown = format_when(datetime(2026, 1, 31, 20, 5, tzinfo=UTC))

    assert shown == "31 January 2026, 20:05\u00a0UTC"


def test_an_unknown_zone_is_shown_as_utc():
    with speaking_to(Member(timezone="Mars/Base", language="en")):
        assert format_when(datetime(2026, 1, 31, 20, 5, tzinfo=UTC)).endswith("UTC")
