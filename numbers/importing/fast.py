"""Phone numbers known for valid without asking phonenumbers, by its own metadata.

Each calling code's plan is one regular expression, put together from the patterns and
lengths that phonenumbers would try one after the other. It only ever says yes, and only
where the way to that answer is plain: no prefix to be stripped that carries a rule with
it. Whatever it does not say yes to, phonenumbers decides.
"""

import re
from collections.abc import Callable
from functools import cache
from typing import Any

import phonenumbers
from phonenumbers import PhoneMetadata

# What phonenumbers counts as kinds of numbers; short numbers are none.
_KINDS = (
    "fixed_line",
    "mobile",
    "premium_rate",
    "toll_free",
    "shared_cost",
    "voip",
    "personal_number",
    "pager",
    "uan",
    "voicemail",
)
_CODE_DIGITS_MAX = 3

Match = Callable[[str], Any]
# The digits with the calling code in front, or 0 where phonenumbers has to decide.
Reader = Callable[[str], int]


def read_international(digits: str) -> int:
    """`digits` begin with a calling code: no "+", no "00"."""
    found = _plans_by_start().get(digits[:_CODE_DIGITS_MAX])
    if found is None:
        return 0
    width, code = found
    return int(digits) if _is_valid_abroad(code)(digits[width:]) else 0


@cache
def national_reader(country: str) -> Reader:
    """Reads bare digits as they are dialled in the country, with its calling code or without."""
    metadata = _metadata(phonenumbers.country_code_for_region(country), country)
    code = str(metadata.country_code)
    dials_abroad = re.compile(metadata.international_prefix or r"(?!)").match
    prefix = re.compile(metadata.national_prefix_for_parsing or r"(?!)")
    # A prefix with groups names a carrier or rewrites the number.
    is_plain_prefix = not prefix.groups and not metadata.national_prefix_transform_rule
    general = re.compile(metadata.general_desc.national_number_pattern).fullmatch
    lengths = frozenset(metadata.general_desc.possible_length)
    is_valid = _is_valid_at_home(metadata.country_code)

    def read(digits: str) -> int:
        if dials_abroad(digits):
            return 0
        national = digits
        if digits.startswith(code):
            national = digits[len(code) :]
            stripped = prefix.match(national)
            if general(digits) or not general(national) or (stripped and stripped.end()):
                return 0
            return read_international(digits)
        stripped = prefix.match(digits)
        if stripped and stripped.end():
            national = digits[stripped.end() :]
            if not is_plain_prefix or len(national) not in lengths or not general(national):
                return 0
        return int(code + national) if is_valid(national) else 0

    return read


@cache
def _plans_by_start() -> dict[str, tuple[int, int]]:
    """By the first three digits: how many of them are the calling code, and the code."""
    return {
        f"{text}{rest:0{width}d}" if width else text: (len(text), code)
        for code in phonenumbers.COUNTRY_CODE_TO_REGION_CODE
        for text in [str(code)]
        for width in [_CODE_DIGITS_MAX - len(text)]
        for rest in range(10**width)
    }


@cache
def _is_valid_abroad(code: int) -> Match:
    """With the calling code in front, phonenumbers still strips a national prefix: not here."""
    is_valid = _is_valid_at_home(code)
    region = phonenumbers.region_code_for_country_code(code)
    prefix = _metadata(code, region).national_prefix_for_parsing
    if not prefix:
        return is_valid
    match_prefix = re.compile(prefix).match

    def is_valid_unstripped(national: str) -> Any:
        stripped = match_prefix(national)
        return not (stripped and stripped.end()) and is_valid(national)

    return is_valid_unstripped


@cache
def _is_valid_at_home(code: int) -> Match:
    """Of several regions the first that claims a number decides: by its leading digits where it
    has any, else by the number's being valid in it."""
    ways, claimed_before = [], ""
    for region in phonenumbers.COUNTRY_CODE_TO_REGION_CODE[code]:
        metadata = _metadata(code, region)
        valid = _pattern_of(metadata)
        is_one_of_many = len(phonenumbers.COUNTRY_CODE_TO_REGION_CODE[code]) > 1
        if metadata.leading_digits and is_one_of_many:
            ways.append(f"{claimed_before}(?={metadata.leading_digits}){valid}")
            claimed_before += f"(?!{metadata.leading_digits})"
        else:
            ways.append(claimed_before + valid)
    return re.compile(rf"(?:{'|'.join(ways)})\Z").match


def _metadata(code: int, region: str) -> Any:
    metadata = PhoneMetadata.metadata_for_region_or_calling_code(code, region)
    assert metadata is not None, "the code and the region are phonenumbers' own"
    return metadata


def _pattern_of(metadata: Any) -> str:
    kinds = [_describe(getattr(metadata, kind)) for kind in _KINDS]
    general = _describe(metadata.general_desc)
    return rf"(?={general}\Z)(?:{'|'.join(kind for kind in kinds if kind)})"


def _describe(kind: Any) -> str:
    """The pattern of one kind of numbers within its lengths; "" where there are none."""
    if kind is None or not kind.national_number_pattern:
        return ""
    lengths = "|".join(rf"\d{{{length}}}" for length in kind.possible_length if length > 0)
    if kind.possible_length and not lengths:
        return ""
    bounded = rf"(?=(?:{lengths})\Z)" if lengths else ""
    return rf"{bounded}(?:{kind.national_number_pattern})\Z"
