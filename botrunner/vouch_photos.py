"""Reads a group's message for a photo that could be a vouch, and whom its caption names."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from points.selectors import find_providers
from points.services import Photo

if TYPE_CHECKING:
    from points.models import VouchProvider


def read_photo(message: dict[str, Any]) -> Photo | None:
    """A picture, sent as a photo or as a file. None too where it was forwarded: it is old then."""
    if "forward_origin" in message:
        return None
    unique_id = _read_unique_id(message)
    if not unique_id:
        return None
    return Photo(
        chat_telegram_id=message["chat"]["id"],
        message_id=message["message_id"],
        unique_id=unique_id,
        album_id=(message.get("media_group_id") or "")[:64],
    )


def find_named_provider(message: dict[str, Any]) -> "VouchProvider | None":
    """The first of those whom the caption mentions; costs no query where it mentions nobody."""
    named = list(_read_mentions(message))
    if not named:
        return None
    usernames = [who for who in named if isinstance(who, str)]
    found: dict[str | int, VouchProvider] = {}
    for provider in find_providers(usernames, [who for who in named if isinstance(who, int)]):
        found[(provider.member.username or "").lower()] = provider
        found[provider.member.telegram_id or 0] = provider
    return next((found[who] for who in named if who in found), None)


def _read_unique_id(message: dict[str, Any]) -> str:
    if sizes := message.get("photo"):
        # The last one is the largest: the photo itself.
        return str(sizes[-1]["file_unique_id"])
    document = message.get("document") or {}
    is_picture = (document.get("mime_type") or "").startswith("image/")
    # An animation is a document too.
    return document["file_unique_id"] if is_picture and "animation" not in message else ""


def _read_mentions(message: dict[str, Any]) -> Iterator[str | int]:
    """Usernames in lower case and Telegram ids, in the order of the caption."""
    # Telegram counts in UTF-16.
    raw = (message.get("caption") or "").encode("utf-16-le")
    entities = message.get("caption_entities") or []
    for entity in sorted(entities, key=lambda entity: entity["offset"]):
        if entity["type"] == "text_mention" and entity.get("user"):
            yield int(entity["user"]["id"])
        elif entity["type"] == "mention":
            start, end = entity["offset"] * 2, (entity["offset"] + entity["length"]) * 2
            yield raw[start:end].decode("utf-16-le", errors="replace").removeprefix("@").lower()
