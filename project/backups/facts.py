"""What is in a database, in the figures a person compares before and after a restore."""

from dataclasses import dataclass

from .ledger import FIGURES, Ask, Holdings, to_holdings

# By the indexes outbox_waiting, outbox_sending and inbox_waiting, inbox_handled.
WAITING = """
    SELECT (SELECT COUNT(*) FROM accounts_outboxmessage WHERE state = 'waiting'),
        (SELECT COUNT(*) FROM accounts_outboxmessage WHERE state = 'sending'),
        (SELECT COUNT(*) FROM botrunner_inboxupdate WHERE state = 'waiting'),
        (SELECT COUNT(*) FROM botrunner_inboxupdate WHERE state = 'handled'),
        (SELECT COALESCE(MAX(update_id), 0) FROM botrunner_inboxupdate)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Messages not sent yet, updates not answered yet, and the last update that was stored."""

    holdings: Holdings
    messages: int
    updates: int
    last_update: int


def read_facts(ask: Ask) -> Facts:
    waiting, sending, unhandled, unanswered, last_update = map(int, ask(WAITING))
    return Facts(
        holdings=to_holdings(ask(FIGURES)),
        messages=waiting + sending,
        updates=unhandled + unanswered,
        last_update=last_update,
    )


def describe_change(before: Facts | None, after: Facts) -> list[str]:
    """Lines for the person who restored."""
    was = before.holdings if before else None
    lines = [f"{'':14}{'before':>26}  {'now':>26}"]
    for label, name in (
        ("members", "members"),
        ("points", "points"),
        ("entries", "entries"),
        ("last entry", "last_entry_at"),
    ):
        old = _shown(getattr(was, name)) if was else "unreadable"
        lines.append(f"{label:14}{old:>26}  {_shown(getattr(after.holdings, name)):>26}")
    return [*lines, *_of_telegram(before, after)]


def _of_telegram(before: Facts | None, after: Facts) -> list[str]:
    lines = [
        f"{after.messages:,} messages that waited when the backup was made are sent now;"
        " those that were sent since arrive a second time.",
        f"{after.updates:,} updates that were not answered then are answered again.",
    ]
    gone = before.last_update - after.last_update if before else 0
    if gone > 0:
        lines.append(
            f"Updates after number {after.last_update} (up to {gone:,} of them) are gone with"
            " what they did; Telegram sends again only those it was not told arrived."
        )
    else:
        lines.append("Telegram sends again what it was not told arrived.")
    return lines


def _shown(value: int | str) -> str:
    if isinstance(value, int):
        return f"{value:,}"
    return value[:19].replace("T", " ") or "none"
