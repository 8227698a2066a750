"""What Telegram makes of a text on its way: entities found, whitespace cut, limits held."""

import re
from typing import Any

from .errors import bad_request
from .html import Entity, parse_html, utf16_length

TEXT_LENGTH_MAX = 4096
CAPTION_LENGTH_MAX = 1024

_FOUND = re.compile(
    r"(?<![\w/<>@])(?P<bot_command>/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?)(?![\w/<>@])"
    r"|(?<![\w@/])(?P<mention>@[A-Za-z][A-Za-z0-9_]{3,31})(?!\w)"
    r"|(?<![\w@])(?P<email>[\w.+-]+@[\w-]+\.[A-Za-z]{2,})"
    r"|(?<![\w@.])(?P<url>(?:https?://[^\s<>\"]+|(?:t\.me|(?:[a-z0-9-]+\.)+(?:com|org|net|io))"
    r"(?:[/?#][^\s<>\"]*)?)(?<![.,:;!?)'\]]))"
    r"|(?<!\w)(?P<hashtag>#\w*[^\W\d]\w*)"
)
_MAYBE = re.compile(r"[/@#]|\.[a-z]")
_KEEPS_OUT = {"code", "pre", "text_link", "text_mention"}


def find_entities(text: str, known: list[Entity]) -> list[Entity]:
    """The given entities and the commands, mentions and links in the text beside them."""
    if not _MAYBE.search(text):
        return known
    closed = [e for e in known if e["type"] in _KEEPS_OUT]
    found = []
    for match in _FOUND.finditer(text):
        offset = utf16_length(text[: match.start()])
        length = utf16_length(match.group())
        if not any(
            e["offset"] < offset + length and offset < e["offset"] + e["length"] for e in closed
        ):
            found.append({"type": match.lastgroup, "offset": offset, "length": length})
    if not found:
        return known
    return sorted([*known, *found], key=lambda e: (e["offset"], -e["length"]))


def format_text(
    source: str, parse_mode: str | None, entities: list[Entity] | None, *, length_max: int
) -> tuple[str, list[Entity]]:
    """Text and entities as they are stored. Raises ApiError as Telegram does."""
    known = [_checked(entity) for entity in entities or []]
    if parse_mode:
        if parse_mode.lower() != "html":
            raise bad_request("unsupported parse_mode")
        source, known = parse_html(source)
    text, known = _trim(source, known)
    if len(text) > length_max:
        what = "message" if length_max == TEXT_LENGTH_MAX else "message caption"
        raise bad_request(f"{what} is too long")
    return text, find_entities(text, known)


def _checked(entity: Entity) -> Entity:
    numbers = isinstance(entity.get("offset"), int) and isinstance(entity.get("length"), int)
    if not numbers or not isinstance(entity.get("type"), str):
        raise bad_request("can't parse MessageEntity: type, offset and length are needed")
    if entity["type"] == "text_mention" and not isinstance(entity.get("user"), dict):
        raise bad_request("can't parse MessageEntity: a text mention needs its user")
    return entity


def _trim(source: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    text = source.strip(" \n\r\t\0")
    if not entities or len(text) == len(source):
        return text, entities
    cut = len(source) - len(source.lstrip(" \n\r\t\0"))
    end = utf16_length(text)
    kept = []
    for entity in entities:
        first = max(entity["offset"] - cut, 0)
        last = min(entity["offset"] + entity["length"] - cut, end)
        if last > first:
            kept.append({**entity, "offset": first, "length": last - first})
    return text, kept


def with_users(entities: list[Entity], users: dict[int, dict[str, Any]]) -> list[Entity]:
    """Fill in whom a text mention names; a mention of nobody known becomes plain text."""
    filled = []
    for entity in entities:
        if entity["type"] == "text_mention":
            user = users.get(entity["user"].get("id"))
            if user is None:
                continue
            entity = {**entity, "user": user}
        filled.append(entity)
    return filled
