"""The community bot's tables as CSV: users, what they held, what multiplied their wins, history."""

import csv
import io
from collections.abc import Callable, Iterator
from pathlib import Path

from points.selectors import level_of_xp

from .damaged import decode, read_bytes
from .found import Found
from .users_json import read_profile
from .values import POINTS_MAX, Bad, read_id, read_int, read_text, read_time, shorten

XP_MAX = 10**12
# What two settled games use up here.
GAMES_MAX = 2
FACTORS = {"2": 2, "2.0": 2, "3": 3, "3.0": 3}
ITEMS = ("jackpot", "multiplier_x2", "multiplier_x3")
_UNUSED_TIMES = ("last_message_xp_time", "updated_at")

Row = dict[str, str]
Take = Callable[[Found, str, str, Row], None]


def read_into(found: Found, path: Path) -> None:
    """A folder with any of the four tables, or one of them."""
    places = (
        [path / name for name in TABLES if (path / name).is_file()] if path.is_dir() else [path]
    )
    if not places or any(place.name not in TABLES for place in places):
        raise Bad(f"none of {', '.join(TABLES)} is there")
    for place in places:
        columns, take = TABLES[place.name]
        with found.blaming(place.name, "file"):
            for line, row in _rows(found, place, columns):
                with found.blaming(place.name, f"line {line}"):
                    take(found, place.name, f"line {line}", row)


def _rows(found: Found, path: Path, columns: tuple[str, ...]) -> Iterator[tuple[int, Row]]:
    text = decode(read_bytes(path)).replace("\x00", "")
    reader = csv.reader(io.StringIO(text, newline=""))
    header: list[str] = []
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as error:
            found.blame(path.name, f"line {reader.line_num}", shorten(str(error)))
            continue
        if cells is None:
            break
        if not any(cells):
            continue
        if not header:
            header = [cell.strip().lower() for cell in cells]
            if missing := [name for name in columns if name not in header]:
                raise Bad(f"the header lacks {', '.join(missing)}")
        elif len(cells) < len(header):
            # A line that was cut off: its last cell may be half of what it was.
            found.blame(path.name, f"line {reader.line_num}", "has fewer cells than the header")
        else:
            yield reader.line_num, dict(zip(header, cells, strict=False))
    if not header:
        raise Bad("the file is empty")


def _take_user(found: Found, file: str, place: str, row: Row) -> None:
    owner_id = read_id(row["user_id"].strip())
    names = {"username": row.get("username") or None, "created_at": row.get("created_at")}
    found.add("profile", owner_id, owner_id, **read_profile(found, file, place, names))
    with found.blaming(file, f"{place}, balance"):
        points = read_int(row["balance"], most=POINTS_MAX)
        found.add("points", owner_id, owner_id, points=points)
    with found.blaming(file, f"{place}, xp"):
        xp = read_int(row.get("xp") or 0, most=XP_MAX)
        voice = read_int(row.get("voice_time") or 0)
        found.add("progress", owner_id, owner_id, xp=xp, voice_seconds=voice)
        _compare_level(found, f"{file}, {place}", row, xp)
    with found.blaming(file, f"{place}, invites"):
        if invites := read_int(row.get("invites") or 0, most=10**6):
            found.add("invites", owner_id, owner_id, count=invites)
    with found.blaming(file, f"{place}, message_count"):
        if messages := read_int(row.get("message_count") or 0):
            found.add("history", f"messages:{owner_id}", owner_id, messages=messages)
    with found.blaming(file, f"{place}, last_gift_time"):
        if claimed := read_time(row.get("last_gift_time")):
            found.add("daily", owner_id, owner_id, claimed_at=claimed.isoformat())
    for name in _UNUSED_TIMES:
        with found.blaming(file, f"{place}, {name}"):
            read_time(row.get(name))


def _compare_level(found: Found, place: str, row: Row, xp: int) -> None:
    # The bot's own ladder is ours.
    level, follows = row.get("level", "").strip(), level_of_xp(xp)
    if level and level != str(follows):
        found.notes.append(f"{place}: level {shorten(level)}, by its XP {follows}: the XP counts")


def _take_items(found: Found, file: str, place: str, row: Row) -> None:
    owner_id, item = read_id(row["user_id"].strip()), row["item_type"].strip()
    if item not in ITEMS:
        raise Bad(f"{shorten(item)} is no kind of item")
    quantity = read_int(row["quantity"], most=10**6)
    found.add("items", f"{owner_id}:{item}", owner_id, item=item, quantity=quantity)


def _take_multiplier(found: Found, file: str, place: str, row: Row) -> None:
    owner_id = read_id(row["user_id"].strip())
    factor = FACTORS.get(row["multiplier_value"].strip())
    if factor is None:
        raise Bad(f"{shorten(row['multiplier_value'])} is neither 2 nor 3")
    games = read_int(row["games_remaining"], most=GAMES_MAX)
    if games:
        found.add("multiplier", owner_id, owner_id, factor=factor, games=games)


def _take_transaction(found: Found, file: str, place: str, row: Row) -> None:
    """History of whoever it began with: balances are those of the users' table."""
    number = read_int(row["id"], least=1, most=10**15)
    sender = read_id(row["from_user_id"].strip()) if row["from_user_id"].strip() else None
    receiver = read_id(row["to_user_id"].strip()) if row["to_user_id"].strip() else None
    owner_id = sender or receiver
    if owner_id is None:
        raise Bad("neither sender nor receiver")
    made_at = read_time(row["created_at"])
    found.add(
        "history",
        f"transaction:{number}",
        owner_id,
        amount=read_int(row["amount"], least=-POINTS_MAX, most=POINTS_MAX),
        # Who the other was is not kept: he may wish to be forgotten.
        way="sent" if sender else "received",
        type=read_text(row["transaction_type"], 40),
        made_at=made_at.isoformat() if made_at else "",
    )


TABLES: dict[str, tuple[tuple[str, ...], Take]] = {
    "users.csv": (("user_id", "balance"), _take_user),
    "user_inventory.csv": (("user_id", "item_type", "quantity"), _take_items),
    "active_multipliers.csv": (
        ("user_id", "multiplier_value", "games_remaining"),
        _take_multiplier,
    ),
    "transactions.csv": (
        ("id", "from_user_id", "to_user_id", "amount", "transaction_type", "created_at"),
        _take_transaction,
    ),
}
