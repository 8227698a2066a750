"""What an invoice is for, sealed into its payload: whoever pays later pays on these terms.

An invoice can be paid more than once, so it is no key: each payment's charge id is.
"""

from dataclasses import dataclass

from django.core.signing import BadSignature, Signer

from accounts.selectors import get_member
from points.errors import WalletFrozen
from vip.errors import ForeignInvoice, InvoiceUnreadable, PackChanged, PackGone
from vip.models import StarPack

CURRENCY = "XTR"
_SIGNER = Signer(salt="vip.star_invoice")


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoice:
    """The terms of one invoice, and the member it was made for."""

    pack_id: int
    member_id: int
    stars: int
    points: int

    @property
    def payload(self) -> str:
        """What Telegram hands back with the payment: at most 128 bytes, written by us alone."""
        return _SIGNER.sign(f"{self.pack_id}:{self.member_id}:{self.stars}:{self.points}")


def make_invoice(*, member_id: int, pack_id: int) -> Invoice:
    """Raises PackGone, WalletFrozen."""
    pack = StarPack.objects.filter(pk=pack_id, is_active=True).first()
    if pack is None:
        raise PackGone()
    if get_member(member_id).is_frozen:
        raise WalletFrozen()
    return Invoice(pack_id=pack.pk, member_id=member_id, stars=pack.stars, points=pack.points)


def read_invoice(payload: str, *, currency: str, amount: int) -> Invoice:
    """Raises InvoiceUnreadable unless it is ours, whole, and for this very amount."""
    try:
        numbers = [int(part) for part in _SIGNER.unsign(payload).split(":")]
        pack_id, member_id, stars, points = numbers
    except (BadSignature, ValueError):
        raise InvoiceUnreadable() from None
    if (currency, amount) != (CURRENCY, stars):
        raise InvoiceUnreadable()
    return Invoice(pack_id=pack_id, member_id=member_id, stars=stars, points=points)


def check_invoice(*, member_id: int, payload: str, currency: str, amount: int) -> Invoice:
    """Whether this member may pay it now: the last moment at which a payment can be refused.

    Raises InvoiceUnreadable, ForeignInvoice, PackGone, PackChanged, WalletFrozen.
    """
    invoice = read_invoice(payload, currency=currency, amount=amount)
    if invoice.member_id != member_id:
        raise ForeignInvoice()
    now_sold = make_invoice(member_id=member_id, pack_id=invoice.pack_id)
    if now_sold != invoice:
        raise PackChanged(points=now_sold.points, stars=now_sold.stars)
    return invoice
