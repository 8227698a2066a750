"""A payment begins: Telegram asks whether it may go on, and waits ten seconds for the answer."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils import translation

from accounts.selectors import language_spoken
from botrunner.calls import Call, answer_checkout
from botrunner.replies import render
from botrunner.senders import Senders
from botrunner.texts import speaking_to, strip_marks
from botrunner.updates import Incoming
from project.errors import Refusal
from vip.errors import ForeignInvoice
from vip.services.stars import check_invoice

if TYPE_CHECKING:
    from accounts.models import Member


def answer(incoming: Incoming, now: datetime, senders: Senders) -> list[Call]:
    """Changes nothing: asked twice, it is answered the same."""
    contact = incoming.sender
    assert contact is not None
    member = senders.find(contact.telegram_id)
    if member is None:
        # Our invoices are made for members.
        with translation.override(language_spoken(contact.language_code)):
            words = _say(ForeignInvoice())
    else:
        with speaking_to(member):
            words = _check(member, incoming.payload)
    return [answer_checkout(incoming.payload["id"], now, words)]


def _check(member: "Member", query: dict[str, Any]) -> str:
    """What speaks against the payment; nothing when it may go on."""
    if member.is_banned:
        return strip_marks(render("ban/refusal"))
    try:
        check_invoice(
            member_id=member.pk,
            payload=query["invoice_payload"],
            currency=query["currency"],
            amount=query["total_amount"],
        )
    except Refusal as refusal:
        return _say(refusal)
    return ""


def _say(refusal: Refusal) -> str:
    return strip_marks(render(f"refusals/{refusal.code}", **refusal.params))
