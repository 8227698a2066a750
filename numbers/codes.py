"""Finds the one-time code in an SMS: beside a keyword first, else a lone run of 4 to 8 digits."""

import re
import unicodedata

TEXT_MAX = 4000
# How far from its keyword a code may stand, in characters.
_REACH = 60
# A code with letters follows its keyword at once: other such words are everywhere.
_MIXED_REACH = 12

_KEYWORD = re.compile(
    r"code|c[oó]digo|codice|k[oó]d[a-zăąęėý]{0,4}\b|koodi|kood\b|pass\s?code|password|pass\b"
    r"|\bpin\b|\botp\b|\bm?tan\b|verif|confirm|contrase|clave|senha|şifre|hasło|heslo|parola?\b"
    r"|passwor|mot de passe|parol|парол|код|пин|пін|подтвержд|κωδικ|կոդ|კოდ|ኮድ"
    r"|رمز|كود|التحقق|السري|كلمة المرور|کد|عبور|קוד"
    r"|验证码|驗證碼|校验码|密码|密碼|口令|認証|コード|인증|코드|รหัส|ລະຫັດ|កូដ|ကုဒ်|mã\b"
    r"|ओटीपी|कोड|কোড|ਕੋਡ|કોડ|குறியீடு",
    re.IGNORECASE,
)
# Not inside a longer number, a time or a word.
_RUN = re.compile(
    r"(?<![A-Za-z0-9_.,/+@&-])(?<!\d[:=*#])(?:[A-Z]{1,3}-)?"
    r"(\d{3}[ -]\d{3}|\d{4}[ -]\d{4}|\d{2}[ -]\d{2}[ -]\d{2}|\d{4,8})"
    # After a comma a Chinese sentence may go on with a number.
    r"(?![A-Za-z0-9_@%]|,\d(?!\d*[\u4e00-\u9fff])|[.:/+-]\d|[ -]\d)"
)
_MIXED = re.compile(
    r"(?<![A-Za-z0-9_-])(?=[A-Z]*\d)(?=\d*[A-Z])([A-Z0-9]{5,8})(?![A-Za-z0-9_-])",
)
# What a run after these words is: not a code.
_OTHERWISE = re.compile(
    r"(?:card|account|acct|ending|ending in|order|invoice|ref|ticket|flight|carte|auftrag"
    r"|карт\w*|сч[её]т\w*|заказ\w*|بطاقة)\W*$",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"https?://\S+|www\.\S+|(?<!\S)\S+@\S+|(?<![\w.-])[\w.-]+\.[a-z]{2,}/\S*")
_DATE = re.compile(
    r"(?<!\d)(?:\d{4}([-./])\d\d?\1\d\d?(?!\d)|[0-3]?\d([-./])[01]?\d\2\d{4}(?!\d)"
    # With dashes two by two it is how some write a code.
    r"|[0-3]?\d([./])[01]?\d\3\d\d(?!\d)|\d{4}\s?[年년])"
)
_AMOUNT = r"\d[\d.,]*"
_PRICE = re.compile(
    rf"(?:[$€£₽₹¥₺₩]|\b(?:Rs\.?|INR|USD|EUR|GBP|AED|SAR|RUB))\s?{_AMOUNT}"
    rf"|(?<![\d.,]){_AMOUNT}\s?(?:[$€£₽₹¥₺₩₴₸₫元円원]"
    r"|(?:USD|EUR|GBP|RUB|AED|SAR|INR|TRY|TL|PLN|zł|Kč|IDR|UAH|KZT|UZS|руб|грн|ريال|ر\.س|درهم"
    r"|دينار|جنيه|ریال|تومان|บาท)(?![^\W\d_])|р\.)"
)
_GROUPS = re.compile(r"(?<!\d)\+?\(?\d+(?:[ ()-]{1,3}\d+)*")
_PHONE_DIGITS_MIN = 9


def extract_code(text: str) -> str:
    """The code alone, without dashes; empty when the text holds none that is beyond doubt."""
    plain = _with_ascii_digits(text[:TEXT_MAX])
    plain, has_price = _without_other_numbers(plain)
    runs = [run for run in _RUN.finditer(plain) if not _is_something_else(plain, run)]
    mixed = [word for word in _MIXED.finditer(plain) if not _is_something_else(plain, word)]
    keywords = list(_KEYWORD.finditer(plain))
    best = _nearest(runs, mixed, keywords)
    # Without a keyword a number beside a price is likelier to be a part of the sale.
    if best is None and len(runs) == 1 and not has_price:
        best = runs[0]
    return re.sub(r"[^A-Z\d]", "", best[1]) if best else ""


def _without_other_numbers(text: str) -> tuple[str, bool]:
    """Each thing that is clearly no code becomes a run of bars; also whether one was a price."""
    text = _ADDRESS.sub(_bars, text)
    text = _DATE.sub(_bars, text)
    text, prices = _PRICE.subn(_bars, text)
    return _GROUPS.sub(_bars_for_phone, text), prices > 0


def _bars(found: re.Match[str]) -> str:
    # As long as what it stands for: the distances stay.
    return "|" * len(found[0])


def _bars_for_phone(found: re.Match[str]) -> str:
    groups = re.findall(r"\d+", found[0])
    if found[0][0] == "+":
        return _bars(found)
    is_long = sum(map(len, groups)) >= _PHONE_DIGITS_MIN
    is_grouped = len(groups) > 2 and max(map(len, groups)) <= 4
    is_phone = is_long and (found[0][0] in "0(" or is_grouped)
    return _bars(found) if is_phone else found[0]


def _is_something_else(text: str, run: re.Match[str]) -> bool:
    return _OTHERWISE.search(text[max(run.start() - 24, 0) : run.start()]) is not None


def _nearest(
    runs: list[re.Match[str]], mixed: list[re.Match[str]], keywords: list[re.Match[str]]
) -> re.Match[str] | None:
    found = [
        (distance, run.start(), run)
        for run in runs
        for keyword in keywords
        if (distance := _distance(keyword, run)) is not None
    ]
    found += [
        (word.start() - keyword.end(), word.start(), word)
        for word in mixed
        for keyword in keywords
        if 0 <= word.start() - keyword.end() <= _MIXED_REACH
    ]
    return min(found, key=lambda one: one[:2])[2] if found else None


def _distance(keyword: re.Match[str], run: re.Match[str]) -> int | None:
    gap = run.start() - keyword.end()
    if gap < 0:
        # "123456 is your code": a code that comes after its keyword is likelier, though.
        gap = (keyword.start() - run.end()) + 2
    return gap if 0 <= gap <= _REACH else None


def _with_ascii_digits(text: str) -> str:
    # Invisible marks of direction stand around codes in Arabic texts.
    return "".join(
        str(unicodedata.decimal(character)) if character.isdecimal() else character
        for character in text
        if unicodedata.category(character) != "Cf"
    )
