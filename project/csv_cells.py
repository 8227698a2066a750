"""CSV that is safe to open in a spreadsheet."""

from typing import Any

from import_export.formats.base_formats import CSV

# A cell that begins with one of these is a formula to a spreadsheet, wide ones where its
# language has them; blanks before it are left out by some.
FORMULA_SIGNS = tuple("=+-@＝＋－＠")
BLANKS_REFUSED = ("\t", "\r", "\n")


class EscapedCsv(CSV):  # type: ignore[misc]
    def export_data(self, dataset: Any, **kwargs: Any) -> Any:
        for index, row in enumerate(list(dataset)):
            dataset[index] = tuple(map(escape_cell, row))
        return super().export_data(dataset, **kwargs)


def escape_cell(value: Any) -> Any:
    """Numbers stay as they are: minus five is no formula."""
    if not isinstance(value, str) or _is_number(value):
        return value
    is_formula = value.lstrip().startswith(FORMULA_SIGNS) or value.startswith(BLANKS_REFUSED)
    return f"'{value}" if is_formula else value


def _is_number(text: str) -> bool:
    return text.removeprefix("-").isdecimal()
