"""CSV that is safe to open in a spreadsheet."""

from typing import Any

from import_export.formats.base_formats import CSV

# A cell that begins with one of these is a formula to a spreadsheet.
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


class EscapedCsv(CSV):  # type: ignore[misc]
    def export_data(self, dataset: Any, **kwargs: Any) -> Any:
        for index, row in enumerate(list(dataset)):
            dataset[index] = tuple(map(escape_cell, row))
        return super().export_data(dataset, **kwargs)


def escape_cell(value: Any) -> Any:
    """Numbers stay as they are: minus five is no formula."""
    is_formula = isinstance(value, str) and value.startswith(FORMULA_SIGNS)
    return f"'{value}" if is_formula and not _is_number(value) else value


def _is_number(text: str) -> bool:
    return text.removeprefix("-").isdecimal()
