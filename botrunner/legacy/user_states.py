"""The video bot's user_states.json: what its users have seen, and until when they had premium.

The quota of the hour, links and tokens of ads ended with that bot and are only looked at.
"""

from pathlib import Path
from typing import Any

from .found import Found
from .users_json import list_rows
from .values import Bad, read_id, read_int, read_text, read_time

NAME = "user_states.json"
# A video's number here.
NUMBER_MAX = 10**9


def read_into(found: Found, path: Path) -> None:
    place = path / NAME if path.is_dir() else path
    for key, row in list_rows(found, place):
        with found.blaming(place.name, key):
            _take(found, place.name, key, row)


def _take(found: Found, file: str, key: str, row: Any) -> None:
    owner_id = read_id(key)
    if not isinstance(row, dict):
        raise Bad("not an object")
    found.add("profile", owner_id, owner_id)
    with found.blaming(file, f"{key}.premium_until"):
        if until := read_time(row.get("premium_until")):
            found.add("premium", owner_id, owner_id, until=until.isoformat())
    seen = _read_seen(found, file, key, row.get("seen_videos"))
    if seen:
        found.add("seen", owner_id, owner_id, numbers=seen)
    with found.blaming(file, f"{key}.hourly_count"):
        read_int(row.get("hourly_count") or 0)
    with found.blaming(file, f"{key}.last_reset"):
        read_time(row.get("last_reset"))
    for name in ("ad_link", "ad_token"):
        with found.blaming(file, f"{key}.{name}"):
            read_text(row.get(name))


def _read_seen(found: Found, file: str, key: str, value: Any) -> list[int]:
    if value is None:
        return []
    if not isinstance(value, list):
        found.blame(file, f"{key}.seen_videos", "not a list")
        return []
    numbers = set()
    for index, number in enumerate(value):
        with found.blaming(file, f"{key}.seen_videos[{index}]"):
            numbers.add(read_int(number, least=1, most=NUMBER_MAX))
    return sorted(numbers)
