import pytest

from numbers.codes import extract_code


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
