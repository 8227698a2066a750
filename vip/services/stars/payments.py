"""A member has paid in Stars: his points, once for each charge."""

import logging
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from django.db import transaction

from accounts.selectors import get_member
from accounts.services import SYSTEM, record
from points.services import Cause, HeldWallet, credit, lock_wallet
from vip.errors import InvoiceUnreadable
from vip.models import CHARGE_LENGTH_MAX, CURRENCY_LENGTH_MAX, StarPack, StarPayment

from .invoices import read_invoice

logger = logging.getLogger(__name__)

ENTRY_KIND = "stars"
PAYLOAD_LENGTH_MAX = 128


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentReceipt:
    """What was paid for. A repeated delivery gets the first one again, except for `is_new`."""

    payment_id: int
    stars: int
    # Both are 0 when what was paid for could not be read.
    points: int
    balance_after: int
    is_new: bool


@transaction.atomic
def receive_payment(
    *, member_id: int, charge_id: str, payload: str, currency: str, amount: int, now: datetime
) -> PaymentReceipt:
    """Credits what the invoice promised, whatever the pack has become since.

    Who is banned or frozen by now has paid all the same: his points are credited and stay
    frozen with the others. What cannot be read is kept for the staff, with an alarm.
    Locks the wallet: the same charge delivered to two processes waits there for itself.
    """
    wallet, whole_id, charge_id = lock_wallet(member_id), charge_id, fit_charge_id(charge_id)
    paid = StarPayment.objects.select_related("entry").filter(charge_id=charge_id).first()
    if paid is not None:
        return _make_receipt(paid, is_new=False)
    paid = StarPayment(
        charge_id=charge_id,
        member_id=member_id,
        stars=amount,
        currency=currency[:CURRENCY_LENGTH_MAX],
        paid_at=now,
    )
    try:
        _credit(paid, wallet, payload, now)
    except (InvoiceUnreadable, StarPack.DoesNotExist):
        _keep_unmatched(paid, payload)
    if whole_id != charge_id:
        _report("vip.stars.long_charge", paid, charge_id=whole_id)
    return _make_receipt(paid, is_new=True)


def _credit(paid: StarPayment, wallet: HeldWallet, payload: str, now: datetime) -> None:
    invoice = read_invoice(payload, currency=paid.currency, amount=paid.stars)
    paid.pack = StarPack.objects.get(pk=invoice.pack_id)
    paid.points = invoice.points
    posting = credit(
        wallet,
        invoice.points,
        Cause(
            kind=ENTRY_KIND,
            key=entry_key(paid.charge_id),
            now=now,
            note=str(paid.stars),
            despite_freeze=True,
        ),
    )
    paid.entry_id = posting.entry_id
    paid.save(force_insert=True)


def fit_charge_id(charge_id: str) -> str:
    """As it is stored: of a longer one the beginning, and a hash that tells it from others."""
    if len(charge_id) <= CHARGE_LENGTH_MAX:
        return charge_id
    digest = sha256(charge_id.encode()).hexdigest()
    return f"{charge_id[: CHARGE_LENGTH_MAX - len(digest) - 1]}#{digest}"


def entry_key(charge_id: str) -> str:
    """Of a fixed length, whatever Telegram's is."""
    return f"stars:{sha256(charge_id.encode()).hexdigest()}"


def _keep_unmatched(paid: StarPayment, payload: str) -> None:
    paid.pack, paid.points = None, 0
    paid.payload = payload[:PAYLOAD_LENGTH_MAX]
    paid.save(force_insert=True)
    logger.error("payment %s in Stars could not be matched: see the payments", paid.pk)
    _report("vip.stars.unmatched", paid)


def _report(action: str, paid: StarPayment, **details: str) -> None:
    record(
        action,
        actor=SYSTEM,
        member=get_member(paid.member_id),
        target=f"payment {paid.pk}",
        stars=paid.stars,
        **details,
    )


def _make_receipt(paid: StarPayment, *, is_new: bool) -> PaymentReceipt:
    return PaymentReceipt(
        payment_id=paid.pk,
        stars=paid.stars,
        points=paid.points,
        balance_after=paid.entry.balance_after if paid.entry else 0,
        is_new=is_new,
    )
