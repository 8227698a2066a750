"""Checks a keyboard as Telegram does, and returns it as Telegram gives it back."""

from typing import Any

from .errors import bad_request

BUTTONS_MAX = 100
CALLBACK_DATA_BYTES_MAX = 64
COPY_TEXT_LENGTH_MAX = 256
_KINDS = (
    "callback_data",
    "url",
    "copy_text",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "pay",
)
_OTHER_MARKUP = ("keyboard", "remove_keyboard", "force_reply")


def check_keyboard(markup: dict[str, Any] | None) -> dict[str, Any] | None:
    """The inline keyboard to store, or None when there is no (inline) keyboard."""
    if not markup:
        return None
    rows = markup.get("inline_keyboard")
    if rows is None:
        if not any(name in markup for name in _OTHER_MARKUP):
            raise bad_request("object expected as reply markup")
        return None
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request('field "inline_keyboard" must be an Array of Arrays')
    if sum(map(len, rows)) > BUTTONS_MAX:
        raise bad_request("REPLY_MARKUP_TOO_LONG")
    kept = [[_check_button(button) for button in row] for row in rows if row]
    return {"inline_keyboard": kept} if kept else None


def _check_button(button: Any) -> dict[str, Any]:
    if not isinstance(button, dict) or not isinstance(button.get("text"), str):
        raise bad_request("can't parse inline keyboard button: an Object with a text is expected")
    if not button["text"].strip():
        raise bad_request("can't parse inline keyboard button: Button text must be non-empty")
    kinds = [kind for kind in _KINDS if kind in button]
    if not kinds:
        raise bad_request(
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
        )
    if "callback_data" in button:
        size = len(str(button["callback_data"]).encode())
        if not 1 <= size <= CALLBACK_DATA_BYTES_MAX:
            raise bad_request("BUTTON_DATA_INVALID")
    if "url" in button and not _is_address(str(button["url"])):
        raise bad_request(
            f"inline keyboard button URL '{button['url']}' is invalid: Wrong HTTP URL"
        )
    if "copy_text" in button:
        copied = button["copy_text"]
        text = copied.get("text") if isinstance(copied, dict) else None
        if not isinstance(text, str) or not 1 <= len(text) <= COPY_TEXT_LENGTH_MAX:
            raise bad_request("BUTTON_COPY_TEXT_INVALID")
    return button


def _is_address(url: str) -> bool:
    bare = url.split("://", 1)[-1]
    return bool(bare) and " " not in url and ("." in bare or url.startswith(("tg:", "http:")))
