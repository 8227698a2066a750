"""The short cut in front of phonenumbers says what phonenumbers says, or nothing at all."""

import random

import phonenumbers
import pytest
from phonenumbers import PhoneMetadata, PhoneNumberType

from numbers.importing.numerals import _read_fast as read_fast
from numbers.importing.numerals import ask_phonenumbers, read_cell

REGIONS = sorted(phonenumbers.SUPPORTED_REGIONS)
# Those whose rules are odd: shared calling codes, prefixes that rewrite, leading zeros.
ODD = ["US", "RU", "KZ", "IT", "VA", "SM", "AR", "BR", "MX", "GB", "GG", "NO", "SJ", "AE"]


def list_forms(region):
    """As it may be written, of numbers at, just below and just above what is valid."""
    rng = random.Random(region)  # noqa: S311  the same numbers each time
    metadata = PhoneMetadata.metadata_for_region(region)
    code, prefix = str(metadata.country_code), metadata.national_prefix or ""
    for kind in PhoneNumberType.values():
        example = phonenumbers.example_number_for_type(region, kind)
        national = phonenumbers.national_significant_number(example) if example else ""
        for variant in _vary(national, rng) if national else ():
            for start in (f"+{code}", f"00{code}", code, "", prefix, "0", f"+{code}{prefix}"):
                if 4 <= len(start + variant) <= 17:
                    yield start + variant


def _vary(national, rng):
    yield national
    for longer in (-1, 0, 0, 0, 0, 1, 2):
        kept = rng.randrange(1, len(national) + 1)
        rest = max(len(national) - kept + longer, 0)
        yield national[:kept] + "".join(rng.choice("0123456789") for _ in range(rest))


@pytest.mark.parametrize("region", REGIONS)
def test_a_number_it_knows_is_the_one_phonenumbers_knows(region):
    rng = random.Random(region)  # noqa: S311  the same numbers each time
    known = wrong = valid = 0
    for digits in list_forms(region):
        for country in (region, "", rng.choice(ODD)):
            fast, judged = read_fast(digits, country), ask_phonenumbers(digits, country)
            known, valid = known + bool(fast), valid + bool(judged[0])
            wrong += bool(fast) and judged != (fast, "")

    assert wrong == 0
    # Else this would prove nothing: most of the valid ones go the short way.
    assert known > valid / 4


@pytest.mark.parametrize(
    "junk", ["0000", "9999", "00000000000000000", "+0000", "99999999999999999"]
)
@pytest.mark.parametrize("country", ["", *ODD])
def test_junk_is_junk_either_way(junk, country):
    assert read_fast(junk, country) == 0
    assert read_cell(junk, country) == ask_phonenumbers(junk, country)
