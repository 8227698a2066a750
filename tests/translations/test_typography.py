"""French: no line breaks before : ; ! ? or inside « », and apostrophes are typographic."""

import re

from project.catalogues.files import read

UNSET = re.compile(r" [:;!?»]|« |\w'\w")


def test_french_marks_are_set_as_in_print():
    translations, _fuzzy = read("fr")

    found = [form for forms in translations.values() for form in forms if UNSET.search(form)]

    assert found == []
