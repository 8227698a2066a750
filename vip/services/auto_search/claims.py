"""How workers take rows of auto-search `a`."""

from django.db import connection


def claim_lock() -> str:
    """The end of a SELECT that takes what nobody else holds; SQLite has one writer anyway."""
    has_rows = connection.features.has_select_for_update_skip_locked
    return " FOR NO KEY UPDATE OF a SKIP LOCKED" if has_rows else ""
