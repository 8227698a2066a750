"""Finds the link in what a network answers, and takes nothing else for one."""

import json
from typing import Any
from urllib.parse import urlsplit

from project.json_paths import find_in_json

from .errors import NoLink

LINK_LENGTH_MAX = 2_000


def read_link(body: bytes, answer_field: str, *, target: str) -> str:
    """Raises NoLink. `target` sent back as it was is no link: there would be no ad."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        raise NoLink("the answer is no text") from None
    link = _find(text, answer_field) if answer_field else text.strip()
    if not is_link(link) or link == target:
        raise NoLink("the answer holds no link")
    return link


def is_link(text: str) -> bool:
    """What a button may carry."""
    if not 0 < len(text) <= LINK_LENGTH_MAX or not text.isascii() or not text.isprintable():
        return False
    if any(mark in text for mark in " <>\"'\\`{}|^"):
        return False
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return False
    is_named = bool(parts.hostname) and parts.username is None and port != 0
    return parts.scheme in ("http", "https") and is_named


def _find(text: str, path: str) -> str:
    try:
        value: Any = json.loads(text)
    except (ValueError, RecursionError):
        raise NoLink("the answer is no JSON") from None
    try:
        value = find_in_json(value, path)
    except LookupError:
        raise NoLink("the answer lacks the field") from None
    if not isinstance(value, str):
        raise NoLink("the answer lacks the field")
    return value.strip()
