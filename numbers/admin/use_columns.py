"""Columns that say how each row of a list is used, measured for the rows of its page alone."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from unfold.decorators import display

from numbers.statistics import measure

from .statistics import say_percent

COUNTS = ("shown_total", "shown_free", "shown_used")


class WithUse:
    """Stands before the admin it belongs to; `counted` is "pool" or "batch"."""

    counted = ""

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        listing = super().get_changelist_instance(request)  # type: ignore[misc]
        rows = list(listing.result_list)
        uses = measure(self.counted, [row.pk for row in rows], timezone.now())
        for row, (use, last_day) in zip(rows, uses, strict=True):
            row.use, row.last_day = use, last_day
        listing.result_list = rows
        return listing

    @display(description="numbers")
    def shown_total(self, row: Any) -> str:
        return whole(f"{row.use.total:,}")

    @display(description="free")
    def shown_free(self, row: Any) -> str:
        return whole(f"{row.use.free:,}")

    @display(description="used")
    def shown_used(self, row: Any) -> str:
        return say_percent(row.use.used_share)

    @display(description="last leased")
    def shown_last(self, row: Any) -> str:
        return whole(f"{row.last_day.day} {row.last_day:%b %Y}") if row.last_day else "–"


def whole(text: str) -> str:
    """A narrow column breaks lines anywhere, in a figure too."""
    return format_html('<span style="white-space: nowrap">{}</span>', text)
