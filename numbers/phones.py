"""Phone numbers as members read them."""

import phonenumbers

E164_MIN, E164_MAX = 1_000_000, 10**15 - 1
_FLAG_A = 0x1F1E6


def format_e164(e164: int) -> str:
    """As it is dialled and copied: +971501234567."""
    return f"+{e164}"


def format_international(e164: int) -> str:
    """With the country's own groups: +971 50 123 4567."""
    try:
        number = phonenumbers.parse(f"+{e164}")
    except phonenumbers.NumberParseException:
        return format_e164(e164)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def flag_of(country: str) -> str:
    """The flag of an ISO code; a globe where there is none."""
    if len(country) != 2 or not country.isascii() or not country.isalpha():
        return "🌐"
    return "".join(chr(_FLAG_A + ord(letter) - ord("A")) for letter in country.upper())


def read_e164(text: str) -> int | None:
    """The digits of a number in international form: with "+", with "00" or bare. Else None."""
    digits = "".join(character for character in text if character not in " -.()\u00a0")
    digits = digits.removeprefix("+").removeprefix("00")
    if not digits.isascii() or not digits.isdecimal():
        return None
    value = int(digits[:20])
    return value if E164_MIN <= value <= E164_MAX else None
