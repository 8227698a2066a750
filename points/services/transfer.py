"""A member gives points to another."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from accounts.selectors import get_member
from accounts.services import queue_message
from points.errors import ReceiverFrozen, SelfTransfer, TransferCapReached
from points.models import Entry
from points.selectors import get_settings, sent_since
from points.words import clean_words
from project.errors import Refusal

from .ledger import Cause, HeldWallet, Posting, credit, debit, find_posting, lock_wallets

if TYPE_CHECKING:
    from accounts.models import Member

CAP_WINDOW = timedelta(hours=24)
NOTE_LENGTH_MAX = 200


@dataclass(frozen=True, slots=True)
class Receipt:
    """Both sides of a transfer. `is_new` is False when the same key had been used before."""

    sent: Posting
    received: Posting
    receiver: "Member"

    @property
    def is_new(self) -> bool:
        return self.sent.is_new


@transaction.atomic
def transfer(
    *, sender_id: int, receiver_id: int, amount: int, key: str, now: datetime, note: str = ""
) -> Receipt:
    """Moves points under one lock of both wallets; the same key returns the first receipt.

    Raises SelfTransfer, InvalidAmount, NotEnoughPoints, WalletFrozen, ReceiverFrozen,
    TransferCapReached, KeyReused.
    """
    if sender_id == receiver_id:
        raise SelfTransfer()
    wallets = lock_wallets([sender_id, receiver_id])
    receiver = get_member(receiver_id)
    refusal = _refusal(wallets, sender_id, receiver, amount, now)
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
    return Receipt(sent, received, receiver)


def _refusal(
    wallets: dict[int, HeldWallet], sender_id: int, receiver: "Member", amount: int, now: datetime
) -> Refusal | None:
    # The sender's own freeze and balance are debit's to check.
    if wallets[sender_id].is_frozen:
        return None
    if wallets[receiver.pk].is_frozen or receiver.anonymised_at is not None:
        return ReceiverFrozen(name=receiver.display_name)
    cap = get_settings().transfer_daily_max
    sent = sent_since(sender_id, now - CAP_WINDOW)
    if sent + amount > cap:
        return TransferCapReached(cap=cap, left=max(cap - sent, 0))
    return None
