"""Pretend Stars: an invoice, its payment, and the way back, as Telegram does them."""

import secrets
import time
from dataclasses import dataclass

from .context import Context
from .errors import ControlError, bad_request
from .methods_messages import chat_asked_for
from .params import Params
from .presence import chat_of
from .state import JSON, Chat, State

CURRENCY = "XTR"
STARS_AT_FIRST = 5_000
PRICE_MAX = 10_000
TITLE_LENGTH_MAX, DESCRIPTION_LENGTH_MAX, PAYLOAD_BYTES_MAX = 32, 255, 128
# The bot has so long to let a payment go on.
CHECKOUT_SECONDS = 10.0


@dataclass(slots=True)
class Checkout:
    """A payment that waits for the bot's word."""

    chat_id: int
    user_id: int
    stars: int
    payload: str
    asked_at: float


def balance_of(state: State, user_id: int) -> int:
    return int(state.users[user_id].get("stars", STARS_AT_FIRST))


# What the bot does


def send_invoice(context: Context, params: Params) -> JSON:
    chat = chat_asked_for(context, params)
    title = _text(params, "title", TITLE_LENGTH_MAX)
    description = _text(params, "description", DESCRIPTION_LENGTH_MAX)
    payload = params.text("payload") or ""
    if not 1 <= len(payload.encode()) <= PAYLOAD_BYTES_MAX:
        raise bad_request("INVOICE_PAYLOAD_INVALID")
    stars = _price(params)
    message = context.state.new_message(
        chat,
        context.state.bot,
        {
            "invoice": {
                "title": title,
                "description": description,
                "start_parameter": params.text("start_parameter") or "",
                "currency": CURRENCY,
                "total_amount": stars,
            },
            "reply_markup": {"inline_keyboard": [[{"text": f"Pay ⭐️{stars}", "pay": True}]]},
        },
    )
    key = f"{chat.id}:{message['message_id']}"
    # Nobody sees it but the bot, with the payment.
    context.state.invoices[key] = payload
    context.state.touch("invoice", key)
    return message


def _text(params: Params, name: str, length_max: int) -> str:
    text = (params.text(name) or "").strip()
    if not 1 <= len(text) <= length_max:
        raise bad_request(f"PRODUCT_{name.upper()}_INVALID")
    return text


def _price(params: Params) -> int:
    if params.text("currency") != CURRENCY or params.text("provider_token"):
        raise bad_request("PAYMENT_PROVIDER_INVALID")
    prices = params.objects("prices") or []
    if len(prices) != 1:
        raise bad_request("STARS_INVOICE_INVALID")
    amount = prices[0].get("amount")
    if not isinstance(amount, int) or not 1 <= amount <= PRICE_MAX:
        raise bad_request("CURRENCY_TOTAL_AMOUNT_INVALID")
    return amount


def answer_checkout(context: Context, params: Params) -> bool:
    state = context.state
    query_id = params.text("pre_checkout_query_id") or ""
    checkout = state.checkouts.pop(query_id, None)
    if checkout is None or time.monotonic() - checkout.asked_at > CHECKOUT_SECONDS:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    error = params.text("error_message") or ""
    is_ok = params.flag("ok")
    if not is_ok and not error:
        raise bad_request("ERROR_TEXT_EMPTY")
    if is_ok:
        _charge(state, checkout)
    state.tell("checkout", query_id=query_id, chat_id=checkout.chat_id, ok=is_ok, error=error)
    return True


def _charge(state: State, checkout: Checkout) -> None:
    charge_id = f"stx{secrets.token_urlsafe(48)}"
    _move(state, checkout.user_id, -checkout.stars)
    state.charges[charge_id] = {
        "user_id": checkout.user_id,
        "chat_id": checkout.chat_id,
        "stars": checkout.stars,
        "payload": checkout.payload,
        "refunded": False,
    }
    state.touch("charge", charge_id)
    payment = {
        "currency": CURRENCY,
        "total_amount": checkout.stars,
        "invoice_payload": checkout.payload,
        "telegram_payment_charge_id": charge_id,
        "provider_payment_charge_id": "",
    }
    chat, payer = state.chats[checkout.chat_id], state.user_json(checkout.user_id)
    state.queue("message", state.new_message(chat, payer, {"successful_payment": payment}))


def refund_payment(context: Context, params: Params) -> bool:
    state = context.state
    user_id = params.integer("user_id")
    if not user_id:
        raise bad_request("invalid user_id specified")
    charge_id = params.text("telegram_payment_charge_id") or ""
    charge = state.charges.get(charge_id)
    if charge is None or charge["user_id"] != user_id:
        raise bad_request("CHARGE_ID_INVALID")
    if charge["refunded"]:
        raise bad_request("CHARGE_ALREADY_REFUNDED")
    _refund(state, charge_id, charge)
    return True


def _refund(state: State, charge_id: str, charge: JSON) -> None:
    charge["refunded"] = True
    state.touch("charge", charge_id)
    _move(state, charge["user_id"], charge["stars"])
    refunded = {
        "currency": CURRENCY,
        "total_amount": charge["stars"],
        "invoice_payload": charge["payload"],
        "telegram_payment_charge_id": charge_id,
    }
    chat = state.chats[charge["chat_id"]]
    state.queue("message", state.new_message(chat, state.bot, {"refunded_payment": refunded}))


def _move(state: State, user_id: int, stars: int) -> None:
    state.users[user_id]["stars"] = balance_of(state, user_id) + stars
    state.touch("user", user_id)
    state.tell("user", user_id=user_id)


# What the member does


def check_out(state: State, *, chat_id: int, user_id: int, message_id: int) -> JSON:
    """Asks the bot; its answer comes as an event, or never."""
    chat = chat_of(state, chat_id, user_id)
    message = _message(chat, message_id, "invoice")
    payload = state.invoices.get(f"{chat_id}:{message_id}")
    if payload is None:
        raise ControlError("This invoice is gone.")
    stars = message["invoice"]["total_amount"]
    if balance_of(state, user_id) < stars:
        raise ControlError(f"This takes ⭐ {stars:,}: there are ⭐ {balance_of(state, user_id):,}.")
    now = time.monotonic()
    for old in [key for key, one in state.checkouts.items() if now - one.asked_at > 60]:
        del state.checkouts[old]
    query_id = str(secrets.randbits(62))
    state.checkouts[query_id] = Checkout(chat_id, user_id, stars, payload, now)
    state.queue(
        "pre_checkout_query",
        {
            "id": query_id,
            "from": state.user_json(user_id),
            "currency": CURRENCY,
            "total_amount": stars,
            "invoice_payload": payload,
        },
    )
    return {"query_id": query_id, "seconds": CHECKOUT_SECONDS}


def deliver_again(state: State, *, chat_id: int, message_id: int) -> None:
    """The same payment in a new update, as after a failure of Telegram's."""
    message = _message(state.find_chat(chat_id), message_id, "successful_payment")
    state.queue("message", message)


def refund_elsewhere(state: State, *, chat_id: int, message_id: int) -> None:
    """Not by the bot: by Telegram's own support."""
    message = _message(state.find_chat(chat_id), message_id, "successful_payment")
    charge_id = message["successful_payment"]["telegram_payment_charge_id"]
    charge = state.charges.get(charge_id)
    if charge is None or charge["refunded"]:
        raise ControlError("This payment was refunded already.")
    _refund(state, charge_id, charge)


def _message(chat: Chat, message_id: int, kind: str) -> JSON:
    message = chat.messages.get(message_id)
    if message is None or kind not in message:
        raise ControlError("This message is gone.")
    return message
