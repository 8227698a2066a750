"""Gives a member the pieces that are his: what each part of an older bot becomes here."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from accounts.services import fill_profile, give_records
from points.services import HeldWallet, import_daily, import_points
from vip.services import import_auto_search, import_premium, import_seen, import_vip

if TYPE_CHECKING:
    from accounts.models import LegacyRecord

# How the ledger and the history of VIP name the source.
SOURCES = {
    "players_sqlite": "players",
    "points_json": "points.json",
}

Give = Callable[[HeldWallet, "LegacyRecord", datetime], None]


def give_pieces(
    wallets: Mapping[int, HeldWallet],
    records: Iterable["LegacyRecord"],
    owners: Mapping[int, int],
    now: datetime,
) -> None:
    """`records` and the wallets of all `owners` are locked by this transaction."""
    mine = sorted(
        (record for record in records if record.owner_id in owners),
        key=lambda record: (owners[record.owner_id], record.pk),
    )
    for record in mine:
        _PARTS[record.part](wallets[owners[record.owner_id]], record, now)
    give_records(owners, mine, now)


def _key(record: "LegacyRecord") -> str:
    """By our own number: the older bot's id of the member is forgotten when he wishes so."""
    return f"legacy:{record.pk}"


def _profile(wallet: HeldWallet, record: "LegacyRecord", now: datetime) -> None:
    fill_profile(member_id=wallet.member_id, profile=record.value)


def _points(wallet: HeldWallet, record: "LegacyRecord", now: datetime) -> None:
    amount, note = record.value["points"], SOURCES[record.source]
    import_points(wallet, amount, key=_key(record), note=note, now=now)


def _daily(wallet: HeldWallet, record: "LegacyRecord", now: datetime) -> None:
    import_daily(wallet, _time(record.value["claimed_at"]), now=now)


def _vip(wallet: HeldWallet, record: "LegacyRecord", now: datetime) -> None:
    import_vip(
        member_id=wallet.member_id,
        until=_time(record.value["until"]),
        key=_key(record),
        note=SOURCES[record.source],
        now=now,
    )


def _premium(wallet: HeldWallet, record: "LegacyRecord", now: datetime) -> None:
    import_premium(member_id=wallet.member_id, until=_time(record.value["until"]))


def _seen(wallet: HeldWallet, record: "LegacyRecord", now: datetime) -> None:
    import_seen(member_id=wallet.member_id, numbers=record.value["numbers"])


def _auto_search(wallet: HeldWallet, record: "LegacyRecord", now: datetime) -> None:
    until = record.value["boost_until"]
    import_auto_search(
        member_id=wallet.member_id,
        is_on=record.value["is_on"],
        boost=record.value["boost"],
        boost_until=_time(until) if until else None,
        now=now,
    )


_time = datetime.fromisoformat

_PARTS: dict[str, Give] = {
    "auto_search": _auto_search,
    "daily": _daily,
    "premium": _premium,
    "seen": _seen,
    "vip": _vip,
    "profile": _profile,
    "points": _points,
}
