"""Reads a stored update as Telegram sent it into the parts a Request is made of."""

from dataclasses import dataclass, field
from typing import Any

from accounts.services import Contact

CHECKOUT = "pre_checkout_query"
MESSAGE_KINDS = ("message", "edited_message", "channel_post", "edited_channel_post")
# What a person says or shows. Messages without any of it tell of an event, such as a pin.
CONTENT_KEYS = frozenset(
    (
        *("text", "caption", "photo", "document", "video", "animation", "audio", "voice"),
        *("video_note", "sticker", "contact", "dice", "game", "location", "poll", "story"),
        *("venue", "paid_media", "successful_payment"),
    )
)


@dataclass(frozen=True, slots=True)
class Incoming:
    """One update: its kind, its object, who sent it, and where."""

    kind: str
    payload: dict[str, Any]
    sender: Contact | None
    chat: dict[str, Any] = field(default_factory=dict)

    @property
    def message(self) -> dict[str, Any]:
        """The message itself, or the one that bears the pressed button."""
        if self.kind == "callback_query":
            return self.payload.get("message") or {}
        return self.payload if self.kind in MESSAGE_KINDS else {}

    @property
    def needs_answer(self) -> bool:
        """Whether a person said, showed or pressed something that we can answer."""
        if not self.chat or self.sender is None or self.sender.is_bot:
            return False
        is_said = self.kind == "message" and not CONTENT_KEYS.isdisjoint(self.payload)
        if "is_automatic_forward" in self.payload:
            # A channel speaks to its group; Telegram names an account of its own as the sender.
            return False
        return is_said or self.kind == "callback_query"


def read_update(update: dict[str, Any]) -> Incoming:
    kind = next((name for name in update if name != "update_id"), "")
    payload = update.get(kind)
    payload = payload if isinstance(payload, dict) else {}
    user = payload.get("from") or payload.get("user")
    chat = payload.get("chat") or (payload.get("message") or {}).get("chat") or {}
    return Incoming(kind, payload, read_contact(user) if user else None, chat)


def is_payment(update: dict[str, Any]) -> bool:
    """Somebody has paid: this must not be lost, whatever else fails."""
    return "successful_payment" in (update.get("message") or {})


def is_urgent(update: dict[str, Any]) -> bool:
    """Telegram waits ten seconds for the answer to a payment that begins."""
    return CHECKOUT in update


def chat_id_of(update: dict[str, Any]) -> int:
    """What orders updates: the chat, or the sender where there is none; 0 for neither."""
    incoming = read_update(update)
    chat_id = incoming.chat.get("id") or (incoming.sender and incoming.sender.telegram_id)
    return int(chat_id or 0)


def sender_id_of(update: dict[str, Any]) -> int:
    """0 where there is none."""
    sender = read_update(update).sender
    return sender.telegram_id if sender else 0


def read_contact(user: dict[str, Any]) -> Contact:
    return Contact(
        telegram_id=int(user["id"]),
        first_name=user.get("first_name") or "",
        last_name=user.get("last_name") or "",
        username=user.get("username") or "",
        language_code=user.get("language_code") or "",
        is_bot=bool(user.get("is_bot")),
    )


def read_mentioned(message: dict[str, Any]) -> list[Contact]:
    """The people named in a text who are linked by their id, having no username."""
    entities = message.get("entities") or message.get("caption_entities") or []
    return [read_contact(entity["user"]) for entity in entities if entity.get("user")]
