"""What a member is told when handling his update failed on our side."""

from typing import Any

from django.utils import timezone, translation

from accounts.selectors import find_member, language_of, language_spoken
from botrunner.calls import Call, answer_button, answer_checkout, message_params
from botrunner.replies import render
from botrunner.updates import CHECKOUT, Incoming, read_update


def build(update: dict[str, Any]) -> list[Call]:
    """For a private message, a button, a payment that begins; others expect no answer."""
    incoming = read_update(update)
    if incoming.sender is None or incoming.sender.is_bot:
        return []
    with translation.override(_language(incoming)):
        if incoming.kind == "callback_query":
            text = render("errors/failed_button")
            return [answer_button(incoming.payload["id"], text, is_alert=True)]
        if incoming.kind == CHECKOUT:
            text = render("errors/failed_payment")
            return [answer_checkout(incoming.payload["id"], timezone.now(), text)]
        if incoming.kind == "message" and incoming.chat.get("type") == "private":
            params = message_params(0, render("errors/failed"), ()) | {
                "chat_id": incoming.chat["id"]
            }
            return [{"method": "sendMessage", "params": params}]
    return []


def _language(incoming: Incoming) -> str:
    contact = incoming.sender
    assert contact is not None
    member = find_member(contact.telegram_id)
    return language_of(member) if member else language_spoken(contact.language_code)
