"""From a Reply to the Bot API calls that are recorded with the update and made after it."""

from datetime import datetime
from typing import Any

from botrunner import attachments, callbacks
from botrunner.replies import Attachment, Bill, Button, Clip, Keyboard, Reply
from botrunner.requests import Request

# A call as it is stored: the method's name and its parameters. An attachment
# stands in the parameters under the key "attachment" until the call is made. Beside
# them `game_id` says whose card the message becomes (cards.py), and `open_game_id` which game
# it shows as not over; `link` names an address that is found before the call is made (links.py),
# and never holds it; `answer_by` is the time in seconds after which nobody waits for it.
# `on_sent` is work to do with Telegram's answer, and `on_refused_file` finds what is sent instead
# of a file that Telegram refuses: {"kind", "params"} (followups.py).
Call = dict[str, Any]

TOAST_LENGTH_MAX = 200
_FILES = frozenset(("photo", "video", "document"))
# Telegram Stars: the currency, and no provider of payments.
STARS, NO_PROVIDER = "XTR", ""
# After that Telegram has told the payer that the bot did not answer.
CHECKOUT_SECONDS = 10.0


def build_calls(request: Request, reply: Reply) -> list[Call]:
    calls = []
    if reply.bill:
        calls.append(_invoice_call(request, reply.bill))
    elif reply.text or reply.attachment or reply.clip:
        calls.append(_message_call(request, reply))
    if request.is_button:
        answer = answer_button(request.callback_id, reply.toast, is_alert=reply.is_alert)
        # A group takes 20 messages a minute, edits among them: nobody's button waits for its turn,
        # nor for an address that is still to be found.
        is_quick = request.is_private and not reply.link
        calls.insert(len(calls) if is_quick else 0, answer)
    return calls


def answer_button(callback_id: str, text: str = "", *, is_alert: bool = False) -> Call:
    """Ends the button's waiting; the text shows over the chat."""
    params: dict[str, Any] = {"callback_query_id": callback_id}
    if text:
        params |= {"text": text[:TOAST_LENGTH_MAX], "show_alert": is_alert}
    return {"method": "answerCallbackQuery", "params": params}


def answer_checkout(query_id: str, now: datetime, refusal: str = "") -> Call:
    """Lets a payment go on, or says to the payer why not."""
    params: dict[str, Any] = {"pre_checkout_query_id": query_id, "ok": not refusal}
    if refusal:
        params["error_message"] = refusal
    return {
        "method": "answerPreCheckoutQuery",
        "params": params,
        "answer_by": now.timestamp() + CHECKOUT_SECONDS,
    }


def message_params(owner_telegram_id: int, text: str, keyboard: Keyboard) -> dict[str, Any]:
    """What every text message has in common; also used for messages of the outbox."""
    params: dict[str, Any] = {
        "text": text,
        "parse_mode": "HTML",
        "link_preview_options": {"is_disabled": True},
    }
    if keyboard:
        params["reply_markup"] = build_markup(owner_telegram_id, keyboard)
    return params


def build_notice_call(owner_telegram_id: int, chat_id: int, reply: Reply) -> Call:
    """A message that no update asked for, to a member or to a group."""
    params = message_params(owner_telegram_id, reply.text, reply.keyboard) | {"chat_id": chat_id}
    if reply.clip:
        return _clip_call(params, reply.clip)
    if reply.attachment:
        return _file_call(params, reply.attachment)
    more = ({"game_id": reply.game_id} if reply.game_id else {}) | _open_game(reply)
    if reply.message_id:
        params["message_id"] = reply.message_id
        return {"method": "editMessageText", "params": params, **more}
    return {"method": "sendMessage", "params": params, **more}


def build_markup(owner_telegram_id: int, keyboard: Keyboard) -> dict[str, Any]:
    rows = [[_button(owner_telegram_id, button) for button in row] for row in keyboard if row]
    return {"inline_keyboard": rows}


def _message_call(request: Request, reply: Reply) -> Call:
    owner = request.member.telegram_id or 0
    params = message_params(owner, reply.text, reply.keyboard) | {"chat_id": request.chat_id}
    if _can_edit(request, reply):
        return {
            "method": "editMessageText",
            "params": params | {"message_id": request.message_id},
            **_open_game(reply),
            **_link(owner, reply),
        }
    if not request.is_private and request.payload.get("message_id"):
        params["reply_parameters"] = {
            "message_id": request.payload["message_id"],
            "allow_sending_without_reply": True,
        }
    if reply.clip:
        return _clip_call(params, reply.clip)
    if reply.attachment:
        return _file_call(params, reply.attachment)
    return {"method": "sendMessage", "params": params, **_link(owner, reply)}


def _link(owner_telegram_id: int, reply: Reply) -> dict[str, Any]:
    if reply.link is None:
        return {}
    link = reply.link
    instead = {
        word: message_params(owner_telegram_id, other.text, other.keyboard)
        for word, other in link.instead.items()
    }
    return {"link": {"kind": link.kind, "params": dict(link.params), "instead": instead}}


def _invoice_call(request: Request, bill: Bill) -> Call:
    params = {
        "chat_id": request.chat_id,
        "title": bill.title,
        "description": bill.description,
        "payload": bill.payload,
        "provider_token": NO_PROVIDER,
        "currency": STARS,
        "prices": [{"label": bill.title, "amount": bill.stars}],
        # A copy that was passed on leads to the bot instead of to the payment.
        "start_parameter": "cmd_stars",
    }
    return {"method": "sendInvoice", "params": params}


def _open_game(reply: Reply) -> dict[str, Any]:
    return {"open_game_id": reply.open_game_id} if reply.open_game_id else {}


def _can_edit(request: Request, reply: Reply) -> bool:
    """A message of words cannot become one with a file, nor the other way round."""
    if not request.message_id or reply.fresh or reply.attachment or reply.clip:
        return False
    return _FILES.isdisjoint(request.payload.get("message") or {})


def _file_call(params: dict[str, Any], attachment: Attachment) -> Call:
    words = {name: params.pop(name) for name in ("text", "link_preview_options")}
    words["parse_mode"] = params["parse_mode"]
    params["caption"] = attachment.caption or words["text"]
    params["attachment"] = {"kind": attachment.kind, "params": dict(attachment.params)}
    kind = attachments.KINDS[attachment.kind]
    if kind.is_picture:
        # Where no picture can be sent: a group may forbid them.
        params["attachment"]["instead"] = words
    return {"method": kind.method, "params": params}


def _clip_call(params: dict[str, Any], clip: Clip) -> Call:
    words = {name: params.pop(name) for name in ("text", "link_preview_options")}
    params |= {"caption": words["text"], "supports_streaming": True}
    if clip.is_protected:
        params["protect_content"] = True
    if clip.file_id:
        params["video"] = clip.file_id
    else:
        params["attachment"] = {"kind": "video", "params": {"video_id": clip.video_id}}
    noted = {"video_id": clip.video_id, "minutes": clip.minutes, "is_new": not clip.file_id}
    refused = {
        "video_id": clip.video_id,
        "file_id": clip.file_id,
        "key": clip.key,
        "is_counted": clip.is_counted,
    }
    return {
        "method": "sendVideo",
        "params": params,
        "on_sent": {"kind": "video", "params": noted},
        "on_refused_file": {"kind": "video", "params": refused},
    }


def _button(owner_telegram_id: int, button: Button) -> dict[str, Any]:
    if button.url:
        return {"text": button.text, "url": button.url}
    if button.copy:
        return {"text": button.text, "copy_text": {"text": button.copy}}
    owner = owner_telegram_id if button.owner is None else button.owner
    data = callbacks.pack(owner, button.route, *button.args)
    return {"text": button.text, "callback_data": data}
