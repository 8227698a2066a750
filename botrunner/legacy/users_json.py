"""The video bot's users.json: who its users were."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .damaged import decode, parse, read_bytes, salvage
from .found import Found
from .values import Bad, read_id, read_text, read_time

NAME = "users.json"
_USERNAME = re.compile(r"[A-Za-z0-9_]{1,64}")


def read_into(found: Found, path: Path) -> None:
    place = path / NAME if path.is_dir() else path
    for key, row in list_rows(found, place):
        _take(found, place.name, key, row)


def list_rows(found: Found, path: Path) -> Iterator[tuple[str, Any]]:
    """The users of an object by id, or of a list; of a damaged file those before the damage."""
    text = decode(read_bytes(path))
    try:
        document = parse(text)
    except Bad as bad:
        found.blame(path.name, "file", f"{bad}; what stands before it was read")
        document = salvage(text)
    if not isinstance(document, dict | list):
        raise Bad("neither an object nor a list")
    for name in getattr(document, "repeated", ()):
        found.blame(path.name, name, "the key is there more than once; the last one counts")
    if isinstance(document, dict):
        yield from document.items()
    else:
        yield from ((f"[{index}]", row) for index, row in enumerate(document))


def read_profile(found: Found, file: str, place: str, row: dict[str, Any]) -> dict[str, str]:
    """What is sound of names, language and day of joining."""
    profile: dict[str, str] = {}
    for name in ("first_name", "last_name", "username", "language"):
        with found.blaming(file, f"{place}.{name}"):
            profile[name] = _read_username(row) if name == "username" else read_text(row.get(name))
    for name in ("joined", "joined_at", "created_at"):
        with found.blaming(file, f"{place}.{name}"):
            if joined := read_time(row.get(name)):
                profile["joined_at"] = joined.isoformat()
    profile["language"] = profile.get("language", "").lower()[:2]
    return {name: value for name, value in profile.items() if value}


def _read_username(row: dict[str, Any]) -> str:
    name = read_text(row.get("username")).removeprefix("@")
    if name and not _USERNAME.fullmatch(name):
        raise Bad("not a username of Telegram")
    return name


def _take(found: Found, file: str, place: str, row: Any) -> None:
    with found.blaming(file, place):
        if not isinstance(row, dict):
            raise Bad("not an object")
        named = row.get("id", row.get("user_id"))
        owner_id = read_id(place if named is None and not place.startswith("[") else named)
        if named is not None and not place.startswith("[") and str(owner_id) != place.strip():
            raise Bad(f"the id {owner_id} is not the key")
        found.add("profile", owner_id, owner_id, **read_profile(found, file, place, row))
