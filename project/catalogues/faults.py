"""What is wrong with a catalogue: each fault in one line that names the text."""

import re
from collections import Counter
from collections.abc import Callable, Iterator

from . import files
from .sources import Text, list_texts

_PLACEHOLDER = re.compile(r"%(?:\((\w+)\))?[-+ #0]*\d*(?:\.\d+)?([a-zA-Z%])")
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")


def list_faults(language: str) -> list[str]:
    translations, fuzzy = files.read(language)
    sources = list_texts()
    faults = [f"missing: {text.msgid!r}" for text in sources if text not in translations]
    faults += [f"obsolete: {text.msgid!r}" for text in sorted(translations.keys() - set(sources))]
    faults += [f"fuzzy: {text.msgid!r}" for text in sorted(fuzzy)]
    for text in sources:
        faults += check_entry(language, text, translations.get(text, ()))
    faults += _check_compiled(language)
    return [f"{language}: {fault}" for fault in faults]


def check_entry(language: str, text: Text, forms: files.Translation) -> Iterator[str]:
    if not forms:
        return  # listed as missing
    wanted = files.form_count(language) if text.plural else 1
    if len(forms) != wanted or not all(form.strip() for form in forms):
        yield f"untranslated: {text.msgid!r}"
        return
    for index, form in enumerate(forms):
        says_its_number = text.plural and index in files.FORMS_OF_ONE_NUMBER.get(language, ())
        if not _agrees(form, text, placeholders) and not (
            says_its_number and _lacks_its_number(form, text)
        ):
            yield f"other placeholders: {text.msgid!r} -> {form!r}"
        if not _agrees(form, text, tags):
            yield f"other HTML tags: {text.msgid!r} -> {form!r}"


def _agrees(form: str, text: Text, read: Callable[[str], object]) -> bool:
    return read(form) in [read(source) for source in (text.msgid, text.plural) if source]


def _lacks_its_number(form: str, text: Text) -> bool:
    """Two days have a word of their own in Arabic, and no digit beside it."""
    wanted = placeholders(text.plural)
    return placeholders(form) <= wanted and len(wanted - placeholders(form)) == 1


def placeholders(text: str) -> set[tuple[str, str]]:
    return {(name, kind) for name, kind in _PLACEHOLDER.findall(text)}


def tags(text: str) -> Counter[str]:
    return Counter(_TAG.findall(text))


def _check_compiled(language: str) -> Iterator[str]:
    path = files.mo_path(language)
    if not path.exists() or path.read_bytes() != files.compile_catalogue(language):
        yield "the compiled catalogue is not of this source: run manage.py catalogues compile"
