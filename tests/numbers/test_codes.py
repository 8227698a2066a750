from pathlib import Path

import pytest

from numbers.codes import extract_code

CORPUS = Path(__file__).parent / "sms_corpus"


def read_corpus():
    """Each line: the code that is right, or nothing; a bar; the message, line ends as \\n."""
    for path in sorted(CORPUS.glob("*.txt")):
        for line in path.read_text(encoding="utf-8").splitlines():
            code, _, text = line.partition("| ")
            yield code.strip(), text.replace("\\n", "\n")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Your code is 482913", "482913"),
        ("482913 is your verification code.", "482913"),
        ("G-482913 is your Google verification code", "482913"),
        ("Your WhatsApp code: 482-913. Do not share it", "482913"),
        ("Code 482 913", "482913"),
        ("<#> 4829 is the OTP for card 1234", "4829"),
        ("Votre code de confirmation est le 48291", "48291"),
        ("Ваш код: 4829", "4829"),
        ("رمز التحقق الخاص بك هو ٤٨٢٩١٣", "482913"),
        ("كود \u200e482913\u200f", "482913"),
        ("您的验证码是482913,请勿泄露", "482913"),
        ("Ref 1234 code 482913", "482913"),
        ("Order 2024-11-05 for 1,234.50: PIN 4829", "4829"),
        ("Tallyhouse 482913", "482913"),
        ("Two runs 482913 and 913482", ""),
        ("Call +971501234567 today", ""),
        ("You paid 4829 USD", ""),
        ("Balance 1234.56", ""),
        ("See https://example.org/482913", ""),
        ("In 2024 your code is 7788", "7788"),
        ("Use 7788 to log in. Code expires in 10 min", "7788"),
        ("123", ""),
        ("123456789", ""),
        ("", ""),
        ("no digits at all", ""),
        ("пароль 482913, сообщите 900 при звонке", "482913"),
    ],
)
def test_the_code_of_a_text(text, code):
    assert extract_code(text) == code


def test_a_hostile_text_costs_no_time():
    assert extract_code("code " * 2000 + "1 " * 4000) == ""


@pytest.mark.parametrize(("code", "text"), list(read_corpus()))
def test_the_code_of_a_message_of_the_corpus(code, text):
    assert extract_code(text) == code


def test_the_corpus_is_large_and_holds_messages_without_a_code():
    messages = list(read_corpus())

    assert len(messages) >= 200
    assert len({text for _, text in messages}) == len(messages)
    assert len([code for code, _ in messages if not code]) >= 30


def test_what_lies_beyond_the_bound_of_a_text_is_not_read():
    assert extract_code("x " * 2000 + "code 482913") == ""
