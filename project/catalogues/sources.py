"""Finds every text that is marked for translation, in Python and in the bot's templates."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from babel.messages.extract import extract
from django.conf import settings
from django.utils.translation.template import templatize

APPS = ("project", "accounts", "points", "vip", "numbers", "botrunner")
_PLURAL, _IN_CONTEXT, _PLURAL_IN_CONTEXT = (1, 2), ((1, "c"), 2), ((1, "c"), 2, 3)
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": _PLURAL,
    "ngettext_lazy": _PLURAL,
    "pgettext": _IN_CONTEXT,
    "pgettext_lazy": _IN_CONTEXT,
    "npgettext": _PLURAL_IN_CONTEXT,
    "npgettext_lazy": _PLURAL_IN_CONTEXT,
}


class Text(NamedTuple):
    """A text as it stands in the sources; `plural` and `context` are mostly empty."""

    msgid: str
    plural: str = ""
    context: str = ""


def list_texts() -> list[Text]:
    """Every marked text once, in a fixed order."""
    root = Path(settings.BASE_DIR)
    found: set[Text] = set()
    for path in (path for app in APPS for path in (root / app).rglob("*.py")):
        found.update(read_python(path.read_bytes()))
    for path in (root / "templates" / "bot").rglob("*.html"):
        found.update(read_template(path.read_text(encoding="utf-8"), str(path)))
    # One msgid has one entry: where it is used with a plural and without, the plural stays.
    plurals = {(text.context, text.msgid) for text in found if text.plural}
    kept = (text for text in found if text.plural or (text.context, text.msgid) not in plurals)
    return sorted(kept, key=lambda text: (text.msgid, text.context))


def read_template(source: str, origin: str = "") -> Iterator[Text]:
    code = templatize(source, origin=origin)
    # Indentation means nothing in a template, and everything to Python's tokenizer.
    flat = "\n".join(line.strip() for line in code.splitlines())
    yield from read_python(flat.encode())


def read_python(source: bytes) -> Iterator[Text]:
    for _line, msgids, _comments, context in extract("python", BytesIO(source), KEYWORDS):
        msgid, plural = msgids if isinstance(msgids, tuple) else (msgids, "")
        yield Text(msgid, plural, context or "")
