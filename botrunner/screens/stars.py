"""Points for Telegram Stars: the packs, an invoice for one, and what has arrived."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from botrunner.keyboards import earn_rows, home_row
from botrunner.replies import Bill, Button, Reply, render
from botrunner.requests import Request
from botrunner.texts import format_number, format_points, strip_marks
from points.errors import WalletFrozen
from vip.selectors import list_star_packs
from vip.services.stars import make_invoice, receive_payment

if TYPE_CHECKING:
    from vip.models import StarPack


def show(request: Request) -> Reply:
    if request.member.is_frozen:
        raise WalletFrozen()
    packs = list_star_packs()
    if not packs:
        return Reply(text=render("stars/none"), keyboard=[*earn_rows(), home_row()])
    text = render("stars/packs", packs=packs, balance=request.member.wallet.balance)
    rows = [[Button(pack_label(pack), "stars.buy", (pack.pk,))] for pack in packs]
    about = [Button(_("📄 Terms"), "terms"), Button(_("💬 Help with a payment"), "paysupport")]
    return Reply(text=text, keyboard=[*rows, about, home_row()])


def pack_label(pack: "StarPack") -> str:
    return f"{format_points(pack.points)} · ⭐ {format_number(pack.stars)}"


def buy(request: Request) -> Reply:
    """An invoice for one pack. It can be paid until the pack changes, and again after that."""
    invoice = make_invoice(member_id=request.member.pk, pack_id=int(request.args[0]))
    bill = Bill(
        title=format_points(invoice.points),
        description=strip_marks(render("stars/invoice", points=invoice.points)),
        payload=invoice.payload,
        stars=invoice.stars,
    )
    return Reply(bill=bill)


def receive(request: Request) -> Reply:
    """Telegram says that he has paid."""
    payment = request.payload["successful_payment"]
    receipt = receive_payment(
        member_id=request.member.pk,
        charge_id=payment["telegram_payment_charge_id"],
        payload=payment["invoice_payload"],
        currency=payment["currency"],
        amount=payment["total_amount"],
        now=request.now,
    )
    if not receipt.points:
        return Reply(text=render("stars/unmatched", stars=receipt.stars), keyboard=[home_row()])
    text = render("stars/receipt", receipt=receipt, is_frozen=request.member.is_frozen)
    return Reply(text=text, keyboard=[[Button(_("🧾 History"), "history")], home_row()])
