"""A member's ledger, newest first, without OFFSET."""

from dataclasses import dataclass

from points.models import Entry

HISTORY_PAGE = 8


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """`older` and `newer` are cursors of the pages beside this one; 0 where there is none."""

    entries: list[Entry]
    older: int
    newer: int


def history_page(member_id: int, *, before: int = 0, after: int = 0) -> HistoryPage:
    """Entries older than `before`, or the ones right after `after`, by the index entry_history."""
    entries = Entry.objects.filter(wallet_id=member_id).select_related("counterparty__member")
    if after:
        rows = list(entries.filter(pk__gt=after).order_by("pk")[: HISTORY_PAGE + 1])
        has_newer, has_older = len(rows) > HISTORY_PAGE, True
        rows = rows[:HISTORY_PAGE][::-1]
    else:
        older_ones = entries.filter(pk__lt=before) if before else entries
        rows = list(older_ones.order_by("-pk")[: HISTORY_PAGE + 1])
        has_newer, has_older = before > 0, len(rows) > HISTORY_PAGE
        rows = rows[:HISTORY_PAGE]
    if not rows:
        return HistoryPage([], 0, 0)
    return HistoryPage(rows, rows[-1].pk if has_older else 0, rows[0].pk if has_newer else 0)


def get_entry(entry_id: int) -> Entry:
    return Entry.objects.select_related("counterparty__member").get(pk=entry_id)
