"""The vouch bot's points: points.json, its backup, and its emergency file."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .damaged import decode, parse, read_bytes, salvage
from .found import Found
from .values import POINTS_MAX, Bad, read_id, read_int

BACKUP, EMERGENCY = "points-backup.json", "points-emergency.json"


def read_into(found: Found, path: Path) -> None:
    """Of the three files the first that can be read; of none, what stands before the damage."""
    main = path / "points.json" if path.is_dir() else path
    places = [main, *(main.with_name(name) for name in (BACKUP, EMERGENCY) if name != main.name)]
    damaged: list[tuple[Path, str]] = []
    for place in places:
        try:
            text = decode(read_bytes(place))
            damaged.append((place, text))
            _take(found, place, _checked(parse(text)))
        except Bad as bad:
            found.blame(place.name, "file", str(bad))
            continue
        found.notes.append(f"{place.name} was read")
        return
    for place, text in damaged:
        rest = salvage(text)
        if rest:
            found.notes.append(
                f"none of the files is whole: of {place.name} the part before the damage was read"
            )
            _take(found, place, rest)
            return
    raise Bad("none of points.json, its backup and its emergency file can be read")


def _checked(document: Any) -> Any:
    if not isinstance(document, dict | list):
        raise Bad("neither an object nor a list")
    return document


def _take(found: Found, path: Path, document: Any) -> None:
    for name in getattr(document, "repeated", ()):
        found.blame(path.name, name, "the key is there more than once; the last one counts")
    for place, owner, points in _rows(found, path, document):
        with found.blaming(path.name, place):
            owner_id = read_id(owner)
            found.add("points", owner_id, owner_id, points=read_int(points, most=POINTS_MAX))


def _rows(found: Found, path: Path, document: Any) -> Iterator[tuple[object, Any, Any]]:
    if isinstance(document, dict):
        yield from ((name, name, points) for name, points in document.items())
        return
    for index, row in enumerate(document):
        if isinstance(row, list) and len(row) == 2:
            yield f"[{index}]", row[0], row[1]
        else:
            found.blame(path.name, f"[{index}]", "not a pair of user id and points")
