"""Updates that no screen answers: who can be reached, and which groups the bot is in."""

from datetime import datetime

from accounts.services import Reachability, refresh_chat, set_bot_membership, set_reachability
from botrunner.updates import Incoming

_GONE = {"left", "kicked"}


def note_chat(incoming: Incoming, now: datetime) -> None:
    """Keeps the title of each group the bot is met in."""
    chat = incoming.chat
    if chat.get("type") in ("group", "supergroup"):
        refresh_chat(chat["id"], kind=chat["type"], title=chat.get("title") or "")


def note_event(incoming: Incoming, now: datetime) -> None:
    if incoming.kind != "my_chat_member" or incoming.sender is None:
        return
    status = (incoming.payload.get("new_chat_member") or {}).get("status")
    is_gone = status in _GONE
    if incoming.chat.get("type") == "private":
        state = Reachability.BLOCKED if is_gone else Reachability.REACHABLE
        set_reachability(incoming.sender.telegram_id, state)
    else:
        set_bot_membership(incoming.chat["id"], is_member=not is_gone)
