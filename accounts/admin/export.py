"""Members as CSV, safe to open in a spreadsheet."""

from typing import Any

from import_export.formats.base_formats import CSV
from import_export.resources import ModelResource

from accounts.models import Member

# A cell that begins with one of these is a formula to a spreadsheet.
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


class EscapedCsv(CSV):  # type: ignore[misc]
    def export_data(self, dataset: Any, **kwargs: Any) -> Any:
        for index, row in enumerate(list(dataset)):
            dataset[index] = tuple(map(escape_cell, row))
        return super().export_data(dataset, **kwargs)


class MemberResource(ModelResource):  # type: ignore[misc]
    """Without referral code, former id and anything else that opens a door."""

    class Meta:
        model = Member
        fields = (
            "id",
            "telegram_id",
            "username",
            "first_name",
            "last_name",
            "language",
            "client_language",
            "reachability",
            "banned_at",
            "frozen_at",
            "joined_at",
            "last_seen_at",
        )
        export_order = fields


def escape_cell(value: Any) -> Any:
    is_formula = isinstance(value, str) and value.startswith(FORMULA_SIGNS)
    return f"'{value}" if is_formula else value
