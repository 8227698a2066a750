"""Telegram's HTML subset to text and entities, as strict as Telegram is about it."""

import re
from dataclasses import dataclass, field
from typing import Any

from .errors import ApiError, bad_request

Entity = dict[str, Any]

TAGS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "tg-emoji": "custom_emoji",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
}
NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_SPECIAL = re.compile(r"[<&]")
_REFERENCE = re.compile(r"&(?:#(?:x([0-9a-fA-F]{1,6})|([0-9]{1,7}))|([a-z]{1,5}));?")
_TAG_NAME = re.compile(r"[^\s>]*")
_ATTRIBUTE = re.compile(r"""\s*([a-zA-Z0-9_-]+)(?:\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+))?""")
_USER_LINK = re.compile(r"tg://user/?\?id=(\d{1,16})$")


def utf16_length(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2


@dataclass(slots=True)
class _Open:
    tag: str
    offset: int
    start: int  # index into the pieces of text
    attributes: dict[str, str]
    language: str = ""


@dataclass(slots=True)
class _Parser:
    source: str
    pieces: list[str] = field(default_factory=list)
    length: int = 0  # in UTF-16 units, which is what Telegram counts
    opened: list[_Open] = field(default_factory=list)
    entities: list[Entity] = field(default_factory=list)

    def parse(self) -> tuple[str, list[Entity]]:
        position = 0
        while match := _SPECIAL.search(self.source, position):
            self._write(self.source[position : match.start()])
            if match.group() == "&":
                position = self._reference(match.start())
            elif self.source.startswith("</", match.start()):
                position = self._end_tag(match.start())
            else:
                position = self._start_tag(match.start())
        self._write(self.source[position:])
        if self.opened:
            tag = self.opened[-1].tag
            raise _refused(f'Can\'t find end tag corresponding to start tag "{tag}"')
        self.entities.sort(key=lambda entity: (entity["offset"], -entity["length"]))
        return "".join(self.pieces), self.entities

    def _write(self, text: str) -> None:
        if text:
            self.pieces.append(text)
            self.length += utf16_length(text)

    def _byte(self, position: int) -> int:
        return len(self.source[:position].encode())

    def _reference(self, position: int) -> int:
        match = _REFERENCE.match(self.source, position)
        character = _referred(match) if match else None
        if match is None or character is None:
            self._write("&")
            return position + 1
        self._write(character)
        return match.end()

    def _start_tag(self, position: int) -> int:
        name = _TAG_NAME.match(self.source, position + 1)
        assert name is not None
        tag = name.group().lower()
        if name.end() >= len(self.source):
            raise _refused(f"Unclosed start tag at byte offset {self._byte(position)}")
        if tag not in TAGS:
            raise _refused(f'Unsupported start tag "{tag}" at byte offset {self._byte(position)}')
        attributes, end = self._attributes(tag, name.end(), position)
        if tag == "span" and attributes.get("class") != "tg-spoiler":
            raise _refused(
                f'Tag "span" must have class "tg-spoiler" at byte offset {self._byte(position)}'
            )
        self.opened.append(_Open(tag, self.length, len(self.pieces), attributes))
        return end

    def _attributes(self, tag: str, position: int, start: int) -> tuple[dict[str, str], int]:
        found: dict[str, str] = {}
        while match := _ATTRIBUTE.match(self.source, position):
            found[match.group(1).lower()] = _plain((match.group(2) or "").strip("\"'"))
            position = match.end()
        position += len(self.source[position:]) - len(self.source[position:].lstrip())
        if not self.source.startswith(">", position):
            raise _refused(
                f'Unexpected character in the tag "{tag}" at byte offset {self._byte(start)}'
            )
        return found, position + 1

    def _end_tag(self, position: int) -> int:
        end = self.source.find(">", position)
        if not self.opened:
            raise _refused(f"Unexpected end tag at byte offset {self._byte(position)}")
        if end < 0:
            raise _refused(f"Unclosed end tag at byte offset {self._byte(position)}")
        tag = self.source[position + 2 : end].strip().lower()
        opened = self.opened.pop()
        if tag and tag != opened.tag:
            raise _refused(
                f"Unmatched end tag at byte offset {self._byte(position)}, "
                f'expected "</{opened.tag}>", found "</{tag}>"'
            )
        if self.length > opened.offset:
            self._close(opened)
        return end + 1

    def _close(self, opened: _Open) -> None:
        entity: Entity = {
            "type": TAGS[opened.tag],
            "offset": opened.offset,
            "length": self.length - opened.offset,
        }
        if opened.tag == "code" and self.opened and self.opened[-1].tag == "pre":
            self.opened[-1].language = opened.attributes.get("class", "").removeprefix("language-")
            return
        if opened.tag == "pre" and opened.language:
            entity["language"] = opened.language
        if opened.tag == "blockquote" and "expandable" in opened.attributes:
            entity["type"] = "expandable_blockquote"
        if opened.tag == "tg-emoji":
            entity["custom_emoji_id"] = opened.attributes.get("emoji-id", "")
        if opened.tag == "a" and not self._link(opened, entity):
            return
        self.entities.append(entity)

    def _link(self, opened: _Open, entity: Entity) -> bool:
        url = opened.attributes.get("href") or "".join(self.pieces[opened.start :])
        if mention := _USER_LINK.match(url):
            entity["type"] = "text_mention"
            entity["user"] = {"id": int(mention.group(1))}
            return True
        if "://" not in url and not url.startswith(("tg:", "mailto:", "tel:")):
            url = f"http://{url}"
        entity["url"] = url
        # What is no address becomes plain text, without an error, as in Telegram.
        return bool(re.match(r"(tg:|mailto:|tel:|\w+://[^\s/]+)", url)) and " " not in url


def _referred(match: re.Match[str]) -> str | None:
    hexadecimal, decimal, name = match.groups()
    if name:
        return NAMED.get(name)
    code = int(hexadecimal, 16) if hexadecimal else int(decimal)
    return chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else None


def _plain(text: str) -> str:
    return _REFERENCE.sub(lambda match: _referred(match) or match.group(), text)


def _refused(words: str) -> ApiError:
    return bad_request(f"can't parse entities: {words}")


def parse_html(source: str) -> tuple[str, list[Entity]]:
    if not _SPECIAL.search(source):
        return source, []
    return _Parser(source).parse()
