"""What can be imported: each kind, the files it takes, and who reads them."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from . import claims, community, csv_files, players, points_json, user_states, users_json
from .found import Found

CSV_FILES, CLAIMS = "csv_files", "claims"
LEGACY, TELEGRAM = "legacy", "telegram"

_POINTS = ("points.json", points_json.BACKUP, points_json.EMERGENCY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """`names` are the files it knows by their names; without any, one file of any name.

    `ids` says whose ids its users have when nobody says otherwise, or is empty where they
    are Telegram's for certain.
    """

    code: str
    title: str
    hint: str
    read_into: Callable[[Found, Path], None]
    names: tuple[str, ...] = ()
    suffixes: tuple[str, ...] = ()
    ids: str = ""
    is_folder: bool = False

    def read(self, path: Path) -> Found:
        """What the file, or the folder it is in, holds. Raises Bad."""
        found = Found(self.code)
        self.read_into(found, path)
        return found


_ALL = (
    Kind(
        code="user_states",
        title="Video bot: premium and videos seen",
        hint="user_states.json",
        read_into=user_states.read_into,
        names=(user_states.NAME,),
        suffixes=(".json",),
    ),
    Kind(
        code="users_json",
        title="Video bot: who its users were",
        hint="users.json",
        read_into=users_json.read_into,
        names=(users_json.NAME,),
        suffixes=(".json",),
    ),
    Kind(
        code="players_sqlite",
        title="Coin bot: coins, VIP, auto-search",
        hint="the SQLite file with the table players",
        read_into=players.read_into,
        suffixes=(".db", ".sqlite", ".sqlite3", ".db3"),
    ),
    Kind(
        code="points_json",
        title="Vouch bot: points",
        hint="points.json, or a zip of it with points-backup.json and points-emergency.json",
        read_into=points_json.read_into,
        names=_POINTS,
        suffixes=(".json",),
        ids=LEGACY,
    ),
    Kind(
        code="community_csv",
        title="Community bot: balances, XP, bags, history",
        hint="any of users.csv, user_inventory.csv, active_multipliers.csv, transactions.csv;"
        " several as a zip",
        read_into=community.read_into,
        names=tuple(community.TABLES),
        ids=LEGACY,
        is_folder=True,
    ),
    Kind(
        code=CSV_FILES,
        title="Number bot: pools of numbers",
        hint="the folder csv_files as a zip, with metadata.json and usage_tracking.json",
        read_into=csv_files.read_into,
        names=(csv_files.METADATA, csv_files.USAGE),
        suffixes=(".csv",),
        is_folder=True,
    ),
    Kind(
        code=CLAIMS,
        title="List of claims: whose the held accounts are",
        hint="CSV, each line legacy id,telegram id",
        read_into=claims.read_into,
        suffixes=(".csv", ".txt"),
    ),
)
KINDS = {kind.code: kind for kind in _ALL}
