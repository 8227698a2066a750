"""Reads and writes a language's catalogue so that equal content gives equal bytes."""

from collections.abc import Iterable, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings

from .sources import Text

# One string, or one for each plural form of the language.
Translation = tuple[str, ...]
Translations = dict[Text, Translation]

# gettext's own rules: Babel's differ from Django's for Arabic.
PLURAL_FORMS = {
    "fr": "nplurals=2; plural=(n > 1);",
    "ru": (
        "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : "
        "n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : 2);"
    ),
    "ar": (
        "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : "
        "n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5);"
    ),
}
# Plural forms that stand for a single number each, which they may say as a word.
FORMS_OF_ONE_NUMBER = {"ar": (0, 1, 2)}


class StableCatalog(Catalog):
    """Without the dates and versions that would change with every writing."""

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        return [
            ("Language", str(self.locale)),
            ("MIME-Version", "1.0"),
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Transfer-Encoding", "8bit"),
            ("Plural-Forms", f"{PLURAL_FORMS[str(self.locale)]}\n"),
        ]

    @property
    def num_plurals(self) -> int:
        return form_count(str(self.locale))


def list_languages() -> list[str]:
    """English stands in the sources."""
    return [code for code, _name in settings.LANGUAGES if code != "en"]


def po_path(language: str) -> Path:
    return Path(settings.LOCALE_PATHS[0]) / language / "LC_MESSAGES" / "django.po"


def mo_path(language: str) -> Path:
    return po_path(language).with_suffix(".mo")


def form_count(language: str) -> int:
    return int(PLURAL_FORMS[language].split(";")[0].removeprefix("nplurals="))


def read(language: str) -> tuple[Translations, set[Text]]:
    """The translations, and those of them that are marked fuzzy."""
    path = po_path(language)
    if not path.exists():
        return {}, set()
    catalog = read_po(BytesIO(path.read_bytes()), locale=language, ignore_obsolete=True)
    translations: Translations = {}
    fuzzy = set()
    for message in (message for message in catalog if message.id):
        msgid, plural = (message.id, "") if isinstance(message.id, str) else message.id
        text = Text(msgid, plural, message.context or "")
        strings = message.string
        translations[text] = (strings,) if isinstance(strings, str) else tuple(strings or ())
        if message.fuzzy:
            fuzzy.add(text)
    return translations, fuzzy


def write(language: str, texts: Iterable[Text], translations: Mapping[Text, Translation]) -> None:
    """Writes exactly these texts; those without a translation stay empty."""
    buffer = BytesIO()
    catalog = _build(language, texts, translations)
    write_po(buffer, catalog, width=100, no_location=True, sort_output=True)
    path = po_path(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(buffer.getvalue().lstrip())


def compile_catalogue(language: str) -> bytes:
    """What the .mo file of the language's present .po file holds."""
    translations, fuzzy = read(language)
    complete = {
        text: forms
        for text, forms in translations.items()
        if all(forms) and forms and text not in fuzzy
    }
    buffer = BytesIO()
    write_mo(buffer, _build(language, complete, complete))
    return buffer.getvalue()


def _build(
    language: str, texts: Iterable[Text], translations: Mapping[Text, Translation]
) -> StableCatalog:
    catalog = StableCatalog(locale=language, header_comment="", fuzzy=False)
    for text in sorted(texts, key=lambda text: (text.msgid, text.context)):
        forms = translations.get(text, ())
        msgid: Any = (text.msgid, text.plural) if text.plural else text.msgid
        string: Any = forms if text.plural else (forms[0] if forms else "")
        catalog.add(msgid, string or None, context=text.context or None)
    return catalog
