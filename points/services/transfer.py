"""A member gives points to another."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.selectors import get_member
from accounts.services import queue_message
from points.errors import AccountTooNew, ReceiverFrozen, SelfTransfer, TransferCapReached
from points.models import Entry, PointsSettings
from points.selectors import CAP_WINDOW, get_settings, transfer_opens_at
from project.errors import Refusal
from project.sql import adapt_time, hot_cursor, read_time
from project.words import clean_words

from .ledger import Cause, HeldWallet, Posting, credit, debit, find_posting, lock_wallets

NOTE_LENGTH_MAX = 200


# In one statement all that a transfer must know besides its wallets, as it is once they are
# locked. The kind stands in the text: only so SQLite uses the partial index entry_sent.
_READ = """
    SELECT r.anonymised_at IS NULL AND r.frozen_at IS NULL AND r.banned_at IS NULL,
        s.joined_at, p.transfer_daily_max, p.transfer_min_age_hours,
        (SELECT COALESCE(SUM(-amount), 0) FROM points_entry
            WHERE wallet_id = s.id AND created_at > %s AND kind = 'transfer_out')
    FROM accounts_member s JOIN accounts_member r ON r.id = %s
    LEFT JOIN points_pointssettings p ON p.id = 1
    WHERE s.id = %s
"""


@dataclass(frozen=True, slots=True)
class Receipt:
    """Both sides of a transfer. `is_new` is False when the same key had been used before."""

    sent: Posting
    received: Posting

    @property
    def is_new(self) -> bool:
        return self.sent.is_new


@transaction.atomic
def transfer(
    *, sender_id: int, receiver_id: int, amount: int, key: str, now: datetime, note: str = ""
) -> Receipt:
    """Moves points under one lock of both wallets; the same key returns the first receipt.

    Raises SelfTransfer, InvalidAmount, NotEnoughPoints, WalletFrozen, ReceiverFrozen,
    AccountTooNew, TransferCapReached, KeyReused.
    """
    if sender_id == receiver_id:
        raise SelfTransfer()
    wallets = lock_wallets([sender_id, receiver_id])
    refusal = _refusal(wallets, sender_id, receiver_id, amount, now)
    # A repeat is answered as the first time, whatever would be refused by now.
    if refusal and find_posting(f"{key}:out") is None:
        raise refusal
    note = clean_words(note, NOTE_LENGTH_MAX)
    sent = debit(
        wallets[sender_id],
        amount,
        Cause(
            kind=Entry.Kind.TRANSFER_OUT,
            key=f"{key}:out",
            now=now,
            counterparty_id=receiver_id,
            note=note,
        ),
    )
    received = credit(
        wallets[receiver_id],
        amount,
        Cause(
            kind=Entry.Kind.TRANSFER_IN,
            key=f"{key}:in",
            now=now,
            counterparty_id=sender_id,
            note=note,
        ),
    )
    if sent.is_new:
        queue_message(
            kind="points.received",
            key=f"points.received:{received.entry_id}",
            member_id=receiver_id,
            due_at=now,
            entry_id=received.entry_id,
        )
    return Receipt(sent, received)


def check_age(joined_at: datetime, now: datetime) -> None:
    """Whether a member has been here long enough to give anything. Raises AccountTooNew."""
    hours = get_settings().transfer_min_age_hours
    if opens_at := transfer_opens_at(joined_at, hours, now):
        raise AccountTooNew(opens_at=opens_at, wait=opens_at - now)


def _refusal(
    wallets: dict[int, HeldWallet], sender_id: int, receiver_id: int, amount: int, now: datetime
) -> Refusal | None:
    # The sender's own freeze and balance are debit's to check.
    if wallets[sender_id].is_frozen:
        return None
    with hot_cursor() as cursor:
        cursor.execute(_READ, [adapt_time(now - CAP_WINDOW), receiver_id, sender_id])
        may_receive, joined_at, cap, min_age_hours, sent = cursor.fetchone()
    if not may_receive:
        return ReceiverFrozen(name=get_member(receiver_id).display_name)
    if opens_at := transfer_opens_at(read_time(joined_at), min_age_hours or 0, now):
        return AccountTooNew(opens_at=opens_at, wait=opens_at - now)
    if cap is None:
        cap = PointsSettings().transfer_daily_max
    if sent + amount > cap:
        return TransferCapReached(cap=cap, left=max(cap - int(sent), 0))
    return None
