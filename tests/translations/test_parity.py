"""Every text a member sees is in all four languages: same keys, same placeholders, same tags."""

import pytest

from project.catalogues.faults import list_faults
from project.catalogues.files import list_languages


def test_three_languages_stand_beside_english():
    assert list_languages() == ["fr", "ru", "ar"]


@pytest.mark.parametrize("language", list_languages())
def test_a_catalogue_is_complete_and_compiled(language):
    assert list_faults(language) == []
