"""Gives a member the pieces that are his: what each part of an older bot becomes here."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from accounts.services import add_invited, fill_profile, give_records
from points.services import (
    HeldWallet,
    import_daily,
    import_items,
    import_multiplier,
    import_points,
    import_progress,
)
from vip.services import import_auto_search, import_premium, import_seen, import_vip

if TYPE_CHECKING:
    from accounts.models import LegacyRecord

# How the ledger and the history of VIP name the source.
SOURCES = {
    "community_csv": "users.csv",
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


def _progress(wallet: HeldWallet, record: "LegacyRecord", now: datetime) -> None:
    xp, seconds = record.value["xp"], record.value["voice_seconds"]
    import_progress(wallet, xp=xp, voice_seconds=seconds)


def _items(wallet: HeldWallet, record: "LegacyRecord", now: datetime) -> None:
    kind, quantity = record.value["item"], record.value["quantity"]
    import_items(wallet, kind, quantity, key=_key(record), now=now)


def _multiplier(wallet: HeldWallet, record: "LegacyRecord", now: datetime) -> None:
    factor, games = record.value["factor"], record.value["games"]
    import_multiplier(wallet, factor=factor, games=games, now=now)


def _invites(wallet: HeldWallet, record: "LegacyRecord", now: datetime) -> None:
    add_invited(member_id=wallet.member_id, count=record.value["count"])


def _history(wallet: HeldWallet, record: "LegacyRecord", now: datetime) -> None:
    """Kept as it is, for the member's own copy of his data."""


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
    "history": _history,
    "invites": _invites,
    "items": _items,
    "multiplier": _multiplier,
    "progress": _progress,
    "premium": _premium,
    "seen": _seen,
    "vip": _vip,
    "profile": _profile,
    "points": _points,
}
