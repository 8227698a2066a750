"""Points in the dashboard: the ledger and wallets to look at, and the acts of the staff."""

from . import (
    checks,
    entries,
    games,
    items,
    progress,
    providers,
    scores,
    searches,
    settings,
    vouches,
    wallets,
)

__all__ = [
    "checks",
    "entries",
    "games",
    "items",
    "progress",
    "providers",
    "scores",
    "searches",
    "settings",
    "vouches",
    "wallets",
]
