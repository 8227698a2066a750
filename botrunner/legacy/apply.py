"""Gives a member the pieces that are his: what each part of an older bot becomes here."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from accounts.services import fill_profile, give_records
from points.services import HeldWallet, import_points

if TYPE_CHECKING:
    from accounts.models import LegacyRecord

# How the ledger and the history of VIP name the source.
SOURCES = {
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


_PARTS: dict[str, Give] = {
    "profile": _profile,
    "points": _points,
}
