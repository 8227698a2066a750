"""Finds the one-time code in an SMS: beside a keyword first, else a lone run of 4 to 8 digits."""

import re
import unicodedata

TEXT_MAX = 4000
# How far from its keyword a code may stand, in characters.
_REACH = 60

_KEYWORD = re.compile(
    r"code|c[oó]digo|codice|kode?\b|kód|koodi|pass\s?code|password|pass\b|\bpin\b|\botp\b|\btan\b"
    r"|verif|confirm|contrase|clave|parol|парол|код|пин|подтвержд|رمز|كود|الرمز|التحقق|کد|קוד"
    r"|验证码|驗證碼|校验码|認証|コード|인증|รหัส|mã\b|ओटीपी|कोड|κωδικ",
    re.IGNORECASE,
)
# Not inside a longer number, a price, a date, a time, a web address or a phone number.
_RUN = re.compile(
    r"(?<![A-Za-z0-9_.,:/+#*@=&-])(?:[A-Z]{1,3}-)?"
    r"(\d{3}[ -]\d{3}|\d{4}[ -]\d{4}|\d{2}[ -]\d{2}[ -]\d{2}|\d{4,8})"
    r"(?![A-Za-z0-9_@%€$£₽]|[.,:/+-]\d|[ -]\d|\s?(?:USD|EUR|RUB|AED|SAR)\b)"
)
# What a run after these words is: not a code.
_OTHERWISE = re.compile(
    r"(?:card|account|acct|ending|ending in|order|invoice|ref|carte|карт\w*|сч[её]т\w*|بطاقة)\W*$",
    re.IGNORECASE,
)


def extract_code(text: str) -> str:
    """The digits of the code alone; empty when the text holds none that is beyond doubt."""
    plain = _with_ascii_digits(text[:TEXT_MAX])
    runs = [run for run in _RUN.finditer(plain) if not _is_something_else(plain, run)]
    keywords = list(_KEYWORD.finditer(plain))
    best = _nearest(runs, keywords)
    if best is None and len(runs) == 1:
        best = runs[0]
    return re.sub(r"\D", "", best[1]) if best else ""


def _is_something_else(text: str, run: re.Match[str]) -> bool:
    return _OTHERWISE.search(text[max(run.start() - 24, 0) : run.start()]) is not None


def _nearest(runs: list[re.Match[str]], keywords: list[re.Match[str]]) -> re.Match[str] | None:
    distances = [
        (distance, index)
        for index, run in enumerate(runs)
        for keyword in keywords
        if (distance := _distance(keyword, run)) is not None
    ]
    return runs[min(distances)[1]] if distances else None


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
