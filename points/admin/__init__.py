"""Points in the dashboard: the ledger and wallets to look at, and the acts of the staff."""

from . import checks, entries, items, progress, searches, settings, wallets

__all__ = ["checks", "entries", "items", "progress", "searches", "settings", "wallets"]
