"""French sets its spaces before : ; ! ? and inside « » so that no line breaks there."""

import re

from project.catalogues.files import read

BREAKABLE = re.compile(r" [:;!?»]|« |\w'\w")


def test_french_marks_stay_with_their_words():
    translations, _fuzzy = read("fr")

    found = [form for forms in translations.values() for form in forms if BREAKABLE.search(form)]

    assert found == []
