"""The acts of the command `catalogues`, one function each."""

from typing import Any

from . import files
from .faults import check_entry, list_faults
from .files import list_languages
from .sources import Text, list_texts

__all__ = ["compile_all", "fill", "list_faults", "list_languages", "missing", "update"]


def update() -> str:
    """New texts come in empty, texts that are gone go: nothing is guessed."""
    texts = list_texts()
    for language in list_languages():
        translations, fuzzy = files.read(language)
        kept = {text: forms for text, forms in translations.items() if text not in fuzzy}
        files.write(language, texts, kept)
    return f"{len(texts)} texts in {', '.join(list_languages())}."


def compile_all() -> str:
    for language in list_languages():
        path = files.mo_path(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(files.compile_catalogue(language))
    return f"Compiled {', '.join(list_languages())}."


def missing(language: str) -> list[dict[str, Any]]:
    """For a translator: fill the empty strings of `msgstr` and hand the list to `fill`."""
    translations, fuzzy = files.read(language)
    return [
        {
            "msgid": text.msgid,
            "plural": text.plural,
            "context": text.context,
            "msgstr": [""] * (files.form_count(language) if text.plural else 1),
        }
        for text in list_texts()
        if text in fuzzy or not all(translations.get(text) or [""])
    ]


def fill(language: str, entries: list[dict[str, Any]]) -> tuple[int, list[str]]:
    """Takes over what is right: how many, and why the others were refused."""
    texts = list_texts()
    translations, _fuzzy = files.read(language)
    faults: list[str] = []
    filled = 0
    for entry in entries:
        text = Text(entry["msgid"], entry.get("plural", ""), entry.get("context", ""))
        forms = tuple(entry["msgstr"])
        if text not in texts:
            faults.append(f"no such text: {text.msgid!r}")
        elif found := list(check_entry(language, text, forms)):
            faults += found
        else:
            translations[text] = forms
            filled += 1
    files.write(language, texts, translations)
    return filled, faults
