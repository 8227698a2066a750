"""How the pages of imports name parts and states."""

from typing import Any

from botrunner.models import LegacyImport

# In the order of the report. Each row counts pieces: one for each user, or item of his.
PARTS = {
    "profile": "Members’ names and days of joining",
    "points": "Balances of points",
    "progress": "XP and voice time",
    "items": "Items in bags",
    "multiplier": "Running multipliers",
    "vip": "VIP",
    "premium": "Premium",
    "seen": "Videos seen, by member",
    "auto_search": "Auto-search and boosts",
    "daily": "Last daily bonus",
    "invites": "Invitations",
    "history": "Transactions and message counts",
    "files": "Files of numbers",
    "numbers": "Numbers",
    "used numbers": "Numbers marked as used",
    "claims": "Claims without anything new",
}
COLUMNS = ("given", "held", "known")


def list_parts(tally: dict[str, Any]) -> list[tuple[str, list[int]]]:
    """Name and counts of each part that occurs: given, held, there already."""
    found = {part for column in COLUMNS for part in tally.get(column, {})}
    order = [part for part in PARTS if part in found] + sorted(found - PARTS.keys())
    return [
        (PARTS.get(part) or str(part), [tally.get(column, {}).get(part, 0) for column in COLUMNS])
        for part in order
    ]


def say_state(job: LegacyImport) -> str:
    if job.is_running:
        return "Running"
    if job.stopped_at:
        return "Stopped"
    if job.is_cancelled:
        return "Cancelled"
    is_open = job.is_dry and not hasattr(job, "act")
    return "To confirm" if is_open else "Done"
