"""What a copy is asked before it counts: does its ledger add up, and how much does it hold?"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from .errors import LedgerBroken

FAULTS = """
    SELECT COUNT(*) FROM points_wallet w LEFT JOIN (
        SELECT wallet_id, SUM(amount) AS total FROM points_entry GROUP BY wallet_id
    ) s ON s.wallet_id = w.member_id WHERE w.balance <> COALESCE(s.total, 0)
"""
# The last entry by the index entry_newest; the rest reads each table once.
FIGURES = """
    SELECT (SELECT COUNT(*) FROM accounts_member),
        (SELECT COALESCE(SUM(balance), 0) FROM points_wallet),
        (SELECT COUNT(*) FROM points_entry),
        (SELECT MAX(created_at) FROM points_entry)
"""

Ask = Callable[[str], Sequence[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Holdings:
    """What a database holds. The time is ISO, UTC; empty without entries."""

    members: int
    points: int
    entries: int
    last_entry_at: str


def read_holdings(ask: Ask) -> Holdings:
    """`ask` returns the first row of a statement. Raises LedgerBroken."""
    (faults,) = ask(FAULTS)
    if faults:
        raise LedgerBroken(faults)
    return to_holdings(ask(FIGURES))


def to_holdings(row: Sequence[Any]) -> Holdings:
    """Of a row of FIGURES."""
    members, points, entries, last = row
    return Holdings(
        members=int(members),
        points=int(points),
        entries=int(entries),
        last_entry_at=_iso(last),
    )


def _iso(moment: Any) -> str:
    """SQLite keeps times as text, in UTC without saying so."""
    if moment is None:
        return ""
    text = moment if isinstance(moment, str) else moment.isoformat()
    text = text.replace(" ", "T")
    return text if text.endswith("+00:00") else f"{text}+00:00"
