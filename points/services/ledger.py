"""The one way points move: lock the wallet, then post an entry under a unique key.

Plain SQL, because this is on the way of everything that costs points: through
the ORM the same work takes five times as long. The database's own triggers
check each entry and move the balance (points/migrations/0002).

All functions here need an open transaction; lock_wallet or lock_wallets comes
first, and several wallets are locked in one call.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from points.errors import InvalidAmount, KeyReused, NotEnoughPoints, WalletFrozen
from points.models import AMOUNT_MAX
from project.errors import Refusal
from project.sql import adapt_time, hot_cursor, read_time


@dataclass(slots=True)
class HeldWallet:
    """A wallet whose row this transaction has locked."""

    member_id: int
    balance: int
    is_frozen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """Why points move. One `key` has one effect, for ever."""

    kind: str
    key: str
    now: datetime
    counterparty_id: int | None = None
    actor_user_id: int | None = None
    actor_label: str = ""
    note: str = ""
    reverses_id: int | None = None
    # Staff may correct a frozen wallet; nothing else may touch it.
    despite_freeze: bool = False


@dataclass(frozen=True, slots=True)
class Posting:
    """An entry as it stands. `is_new` is False when its key had been used before."""

    entry_id: int
    amount: int
    balance_after: int
    created_at: datetime
    is_new: bool


_LOCK = """
    SELECT w.member_id, w.balance, m.frozen_at IS NOT NULL OR m.banned_at IS NOT NULL
    FROM points_wallet w JOIN accounts_member m ON m.id = w.member_id
    WHERE w.member_id IN ({}) ORDER BY w.member_id
"""
# Asks for the freeze once more: what _LOCK read of the member is as old as its wait for the
# wallet, and a freeze that was decided meanwhile must hold.
_POST = """
    INSERT INTO points_entry (wallet_id, amount, balance_after, kind, key, counterparty_id,
        actor_user_id, actor_label, note, reverses_id, created_at)
    SELECT %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s FROM accounts_member m
    WHERE m.id = %s AND (%s OR m.frozen_at IS NULL AND m.banned_at IS NULL)
    ON CONFLICT (key) DO NOTHING RETURNING id
"""
_FIND = """
    SELECT id, wallet_id, amount, kind, balance_after, created_at FROM points_entry WHERE key = %s
"""


def open_wallet(member_id: int) -> None:
    """Gives a new member an empty wallet; one that exists stays as it is."""
    with hot_cursor() as cursor:
        cursor.execute(
            "INSERT INTO points_wallet (member_id, balance) VALUES (%s, 0) ON CONFLICT DO NOTHING",
            [member_id],
        )


def lock_wallet(member_id: int) -> HeldWallet:
    return lock_wallets([member_id])[member_id]


def lock_wallets(member_ids: Collection[int]) -> dict[int, HeldWallet]:
    """Locks in the order of their ids, whatever the order asked for: no deadlock."""
    ids = sorted(set(member_ids))
    _check_in_transaction()
    sql = _LOCK.format(", ".join(["%s"] * len(ids)))
    if connection.features.has_select_for_update:
        # NO KEY: an entry elsewhere that names this wallet as its other side need not wait.
        sql += " FOR NO KEY UPDATE OF w"
    with hot_cursor() as cursor:
        cursor.execute(sql, ids)
        held = {row[0]: HeldWallet(row[0], row[1], bool(row[2])) for row in cursor.fetchall()}
    if len(held) != len(ids):
        raise RuntimeError(f"members without a wallet: {sorted(set(ids) - held.keys())}")
    return held


def credit(wallet: HeldWallet, amount: int, cause: Cause) -> Posting:
    """Adds points to a locked wallet. Raises WalletFrozen, KeyReused."""
    _check_amount(amount)
    return _post(wallet, amount, cause)


def debit(wallet: HeldWallet, amount: int, cause: Cause) -> Posting:
    """Takes points from a locked wallet. Raises WalletFrozen, NotEnoughPoints, KeyReused."""
    _check_amount(amount)
    return _post(wallet, -amount, cause)


def find_posting(key: str) -> Posting | None:
    """The entry that was posted under this key, if any."""
    row = _find(key)
    return Posting(row[0], row[2], row[4], row[5], False) if row else None


def _post(wallet: HeldWallet, amount: int, cause: Cause) -> Posting:
    balance_after = wallet.balance + amount
    refusal = _refusal(wallet, amount, cause)
    if refusal:
        # A repeat is answered as the first time, even when the wallet would refuse it by now.
        if row := _find(cause.key):
            return _repeat(row, wallet, amount, cause)
        raise refusal
    values: list[Any] = [wallet.member_id, amount, balance_after, cause.kind, cause.key]
    values += [cause.counterparty_id, cause.actor_user_id, cause.actor_label, cause.note]
    values += [cause.reverses_id, adapt_time(cause.now), wallet.member_id, cause.despite_freeze]
    with hot_cursor() as cursor:
        cursor.execute(_POST, values)
        inserted = cursor.fetchone()
    if inserted is None:
        if row := _find(cause.key):
            return _repeat(row, wallet, amount, cause)
        raise WalletFrozen()
    wallet.balance = balance_after
    return Posting(inserted[0], amount, balance_after, cause.now, True)


def _refusal(wallet: HeldWallet, amount: int, cause: Cause) -> Refusal | None:
    if wallet.is_frozen and not cause.despite_freeze:
        return WalletFrozen()
    missing = -(wallet.balance + amount)
    if missing > 0:
        return NotEnoughPoints(balance=wallet.balance, price=-amount, missing=missing)
    return None


def _repeat(row: Any, wallet: HeldWallet, amount: int, cause: Cause) -> Posting:
    entry_id, wallet_id, posted, kind, balance_after, created_at = row
    if (wallet_id, posted, kind) != (wallet.member_id, amount, cause.kind):
        raise KeyReused()
    return Posting(entry_id, posted, balance_after, created_at, False)


def _find(key: str) -> Any:
    with hot_cursor() as cursor:
        cursor.execute(_FIND, [key])
        row = cursor.fetchone()
    return row and (*row[:5], read_time(row[5]))


def _check_amount(amount: int) -> None:
    if not 1 <= amount <= AMOUNT_MAX:
        raise InvalidAmount(text=str(amount))


def _check_in_transaction() -> None:
    if not connection.in_atomic_block:
        raise RuntimeError("points move inside a transaction only")
