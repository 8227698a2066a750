"""A member who buys points for Stars on his phone."""

from itertools import count
from typing import Any

from django.db import transaction

from tests.phone import Phone
from vip.models import StarPack, StarPayment
from vip.services.stars import make_invoice, receive_payment

_numbers = count(1)


def first_pack() -> StarPack:
    """500 points for 50 Stars."""
    return StarPack.objects.get(points=500)


def ask_invoice(phone: Phone) -> dict[str, Any]:
    """The parameters of the invoice for the first pack."""
    phone.say("/stars")
    phone.press("500 points")
    (invoice,) = [call["params"] for call in phone.calls if call["method"] == "sendInvoice"]
    return invoice


def check_out(phone: Phone, invoice: dict[str, Any], **query: Any) -> str:
    """What speaks against the payment, as Telegram shows it; nothing when it may go on."""
    body = {
        "id": str(next(_numbers)),
        "from": phone.user,
        "currency": invoice["currency"],
        "total_amount": invoice["prices"][0]["amount"],
        "invoice_payload": invoice["payload"],
        **query,
    }
    phone.receive({"pre_checkout_query": body})
    (call,) = phone.calls
    assert call["method"] == "answerPreCheckoutQuery"
    assert call["params"]["pre_checkout_query_id"] == body["id"]
    refusal = call["params"].get("error_message", "")
    assert call["params"]["ok"] == (not refusal)
    return str(refusal)


def pay(phone: Phone, invoice: dict[str, Any], charge_id: str = "", **payment: Any) -> str:
    """Telegram's word that he has paid; the answer."""
    return phone.receive({"message": paid_message(phone, invoice, charge_id, **payment)})


def paid_message(
    phone: Phone, invoice: dict[str, Any], charge_id: str = "", **payment: Any
) -> dict[str, Any]:
    body = {
        "currency": invoice["currency"],
        "total_amount": invoice["prices"][0]["amount"],
        "invoice_payload": invoice["payload"],
        "telegram_payment_charge_id": charge_id or f"stx-{next(_numbers)}",
        "provider_payment_charge_id": "",
        **payment,
    }
    return {
        "message_id": next(_numbers),
        "date": 0,
        "chat": phone.chat,
        "from": phone.user,
        "successful_payment": body,
    }


def make_payment(member: Any, *, now: Any, charge_id: str = "") -> StarPayment:
    """A payment for the first pack."""
    invoice = make_invoice(member_id=member.pk, pack_id=first_pack().pk)
    with transaction.atomic():
        receipt = receive_payment(
            member_id=member.pk,
            charge_id=charge_id or f"stx-{next(_numbers)}",
            payload=invoice.payload,
            currency="XTR",
            amount=invoice.stars,
            now=now,
        )
    return StarPayment.objects.get(pk=receipt.payment_id)
