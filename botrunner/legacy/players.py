"""The coin bot's table of players: a SQLite file, whose columns differ from one to another."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from .found import Found
from .users_json import read_profile
from .values import POINTS_MAX, Bad, read_id, read_int, read_time, shorten

BOOST_MAX = 1_000
# Zeros take no room on the disk; a header can promise anything.
WHOLE_BYTES_MAX = 20 * 1024**3
_PROFILE = ("username", "language")


def read_into(found: Found, path: Path) -> None:
    if not path.is_file():
        raise Bad("there is no such file")
    with TemporaryDirectory() as folder:
        whole = _make_whole(path, Path(folder))
        if whole != path:
            found.blame(path.name, "file", "cut off; what stands before that was read")
        _read(found, path, whole)


def _make_whole(path: Path, folder: Path) -> Path:
    """SQLite opens no file that is shorter than its header says: a copy is filled up with zeros."""
    with path.open("rb") as file:
        head = file.read(100)
        size = path.stat().st_size
        page = int.from_bytes(head[16:18], "big")
        page = 65536 if page == 1 else page
        promised = page * int.from_bytes(head[28:32], "big")
        if len(head) < 100 or not size < promised <= WHOLE_BYTES_MAX:
            return path
        file.seek(0)
        with (folder / "players.db").open("wb") as copy:
            shutil.copyfileobj(file, copy)
            # Of half a page nothing is taken: coins cut off would read as none.
            copy.truncate(size - size % page)
            copy.truncate(promised)
    return folder / "players.db"


def _read(found: Found, path: Path, whole: Path) -> None:
    # The bot's own file is never written to: another process may still have it open.
    with closing(sqlite3.connect(f"{whole.resolve().as_uri()}?mode=ro", uri=True)) as database:
        database.text_factory = lambda data: data.decode("utf-8", "replace")
        number = 0
        try:
            for number, row in enumerate(_rows(database), start=1):
                place = f"row {number}"
                with found.blaming(path.name, place):
                    _take(found, path.name, place, row)
        except sqlite3.Error as error:
            if not number:
                raise Bad(f"not a sound SQLite file: {shorten(str(error))}") from None
            found.blame(path.name, f"after row {number}", f"damaged: {shorten(str(error))}")


def _rows(database: sqlite3.Connection) -> Iterator[dict[str, Any]]:
    made = database.execute(
        "SELECT sql FROM sqlite_master WHERE lower(name) = 'players'"
    ).fetchone()
    # A view, or a table of an extension, runs what whoever made the file has written.
    if made and not str(made[0]).upper().startswith("CREATE TABLE"):
        raise Bad("players is no plain table")
    cursor = database.execute("SELECT * FROM players")
    names = [column[0].lower() for column in cursor.description]
    if "user_id" not in names:
        raise Bad("the table of players has no user_id")
    for row in cursor:
        yield dict(zip(names, row, strict=True))


def _take(found: Found, file: str, place: str, row: dict[str, Any]) -> None:
    owner_id = read_id(row["user_id"])
    profile = read_profile(found, file, place, {name: row.get(name) for name in _PROFILE})
    found.add("profile", owner_id, owner_id, **profile)
    if row.get("coins") is not None:
        with found.blaming(file, f"{place}, coins"):
            coins = read_int(row["coins"], most=POINTS_MAX)
            found.add("points", owner_id, owner_id, points=coins)
    with found.blaming(file, f"{place}, vip_until"):
        if until := read_time(row.get("vip_until")):
            found.add("vip", owner_id, owner_id, until=until.isoformat())
    with found.blaming(file, f"{place}, last_bonus_claim"):
        if claimed := read_time(row.get("last_bonus_claim")):
            found.add("daily", owner_id, owner_id, claimed_at=claimed.isoformat())
    with found.blaming(file, f"{place}, last_search"):
        read_time(row.get("last_search"))
    _take_auto_search(found, file, place, row, owner_id)


def _take_auto_search(
    found: Found, file: str, place: str, row: dict[str, Any], owner_id: int
) -> None:
    with found.blaming(file, f"{place}, auto-search"):
        is_on = read_int(row.get("auto_search_enabled") or 0, most=1) == 1
        boost = read_int(row.get("auto_search_boost_count") or 0, most=BOOST_MAX)
        until = read_time(row.get("auto_search_boost_until"))
        if is_on or boost:
            found.add(
                "auto_search",
                owner_id,
                owner_id,
                is_on=is_on,
                boost=boost,
                boost_until=until.isoformat() if until else "",
            )
