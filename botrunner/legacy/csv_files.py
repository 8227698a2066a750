"""The number bot's folder: a CSV for each upload, what is known of it, and which were used."""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from accounts.services import COMMAND, Actor, LegacyPiece
from numbers.errors import FileRefused
from numbers.services import load_legacy_file, preview_legacy_file

from .damaged import Repeated, decode, parse, read_bytes, salvage
from .found import Found
from .load import Outcome
from .values import Bad, read_int, read_text, read_time, shorten

FILE = "file"
METADATA, USAGE = "metadata.json", "usage_tracking.json"
_NAME = re.compile(r"(?P<pool>.+)_[0-9]{8}_[0-9]{6}\.csv", re.IGNORECASE)
_PHONE = re.compile(r"\+?[0-9][0-9 ().-]{5,24}")


def read_into(found: Found, path: Path) -> None:
    """Each file as a piece: its pool, and which of its numbers were used."""
    if not path.is_dir():
        raise Bad("there is no such folder")
    for number, (name, pool, used) in enumerate(_list_files(found, path), start=1):
        found.add(FILE, name, number, pool=pool, used=used)


def bring(path: Path, *, is_dry: bool, now: datetime) -> tuple[Found, Outcome]:
    """Each file by itself: what is imported stays, whatever is wrong with the next one."""
    found, outcome = Found("csv_files"), Outcome()
    read_into(found, path)
    for piece in found.pieces:
        bring_one(found, outcome, path, piece, is_dry=is_dry, actor=COMMAND, now=now)
    return found, outcome


def bring_one(
    found: Found,
    outcome: Outcome,
    folder: Path,
    piece: LegacyPiece,
    *,
    is_dry: bool,
    actor: Actor,
    now: datetime,
) -> None:
    """One file whole, or none of it; whoever calls has confirmed the right to its numbers."""
    try:
        _bring_one(found, outcome, folder / piece.key, piece.value, is_dry, actor, now)
    except FileRefused as refusal:
        found.blame(piece.key, "file", refusal.params["words"])
        _blame_lines(found, piece.key, refusal.params.get("rejections", ()))
    except OSError as error:
        found.blame(piece.key, "file", f"cannot be read: {error.strerror}")


def _bring_one(
    found: Found,
    outcome: Outcome,
    path: Path,
    value: dict[str, Any],
    is_dry: bool,
    actor: Actor,
    now: datetime,
) -> None:
    name, pool, listed = path.name, value["pool"], value["used"]
    with path.open("rb") as source:
        if is_dry:
            seen = preview_legacy_file(source, pool_name=pool)
            done, used = seen, len(listed)
        else:
            loaded = load_legacy_file(
                source, pool_name=pool, original_name=name, used=listed, actor=actor, now=now
            )
            done, used = (loaded.outcome, loaded.used) if loaded else (None, 0)
            for number in loaded.unknown if loaded else ():
                found.blame(USAGE, f"{name}, {number}", "a used number that did not come in")
    if done is None:
        outcome.known["files"] += 1
        return
    outcome.given["files"] += 1
    outcome.given["numbers"] += done.accepted
    outcome.given["used numbers"] += used
    if done.is_beginning:
        found.notes.append(f"{name}: only its beginning was looked at")
    _blame_lines(found, name, done.rejections)


def _blame_lines(found: Found, name: str, rejections: Iterable[Any]) -> None:
    for line in rejections:
        found.blame(name, f"line {line.line}", line.reason.replace("_", " "))


def _list_files(found: Found, folder: Path) -> Iterator[tuple[str, str, list[str]]]:
    metadata, usage = _read_table(found, folder / METADATA), _read_table(found, folder / USAGE)
    names = sorted(path.name for path in folder.iterdir() if path.suffix.lower() == ".csv")
    for name in sorted(metadata.keys() - names):
        found.blame(METADATA, name, "its CSV is not there")
    for name in sorted(usage.keys() - names):
        found.blame(USAGE, name, "its CSV is not there")
    for name in names:
        with found.blaming(name, "file"):
            pool = _read_metadata(found, name, metadata.get(name)) or _pool_of(name)
            yield name, pool, _read_used(found, name, usage.get(name))


def _read_table(found: Found, path: Path) -> dict[str, Any]:
    if not path.is_file():
        found.notes.append(f"there is no {path.name}")
        return {}
    with found.blaming(path.name, "file"):
        text = decode(read_bytes(path))
        try:
            document = parse(text)
        except Bad as bad:
            found.blame(path.name, "file", f"{bad}; what stands before it was read")
            document = salvage(text)
        if not isinstance(document, Repeated):
            raise Bad("not an object by file name")
        return document
    return {}


def _read_metadata(found: Found, name: str, row: Any) -> str:
    """The pool's name, if it is told."""
    if row is None:
        return ""
    if not isinstance(row, dict):
        found.blame(METADATA, name, "not an object")
        return ""
    for key in ("number_count", "usage_count"):
        with found.blaming(METADATA, f"{name}.{key}"):
            read_int(row.get(key) or 0)
    with found.blaming(METADATA, f"{name}.created_at"):
        read_time(row.get("created_at"))
    with found.blaming(METADATA, f"{name}.country_name"):
        return read_text(row.get("country_name"), 80)
    return ""


def _pool_of(name: str) -> str:
    match = _NAME.fullmatch(name)
    if match is None:
        raise Bad("neither its name nor the metadata tell the pool")
    return match["pool"].replace("_", " ").strip()[:80]


def _read_used(found: Found, name: str, row: Any) -> list[str]:
    """The numbers with a count above nothing, wherever in the row they stand."""
    if row is None:
        return []
    if not isinstance(row, dict):
        found.blame(USAGE, name, "not an object")
        return []
    used: list[str] = []
    for key, value in row.items():
        if isinstance(value, dict):
            used += _read_used(found, name, value)
        elif isinstance(value, list):
            used += [str(one) for one in value if _PHONE.fullmatch(str(one))]
        elif _PHONE.fullmatch(key):
            with found.blaming(USAGE, f"{name}, {shorten(key)}"):
                used += [key] if read_int(value) else []
    return sorted(set(used))
