"""Reads of what older bots left behind."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from accounts.models import LegacyAccount, LegacyRecord, Member

from .erasure import hash_telegram_id
from .legacy import LegacyPiece

GIVEN_MAX = 10_000


@dataclass(frozen=True, slots=True)
class Known:
    """How a piece stands that was imported before."""

    value: dict[str, Any]
    is_given: bool


def read_known(pieces: Collection[LegacyPiece]) -> dict[tuple[str, str, str], Known]:
    """Of these pieces those that were imported before. Constraint legacy_record_once."""
    rows = LegacyRecord.objects.filter(
        source__in={piece.source for piece in pieces},
        part__in={piece.part for piece in pieces},
        key__in={piece.key for piece in pieces},
    )
    fields = ("source", "part", "key", "value", "member")
    return {row[:3]: Known(row[3], row[4] is not None) for row in rows.values_list(*fields)}


def find_claimants(legacy_ids: Collection[int]) -> dict[int, int]:
    """Members' numbers by the accounts that they have claimed."""
    rows = LegacyAccount.objects.filter(
        legacy_id__in=legacy_ids, member__isnull=False, member__anonymised_at=None
    )
    return dict(rows.values_list("legacy_id", "member"))


def find_deleted(telegram_ids: Collection[int]) -> set[int]:
    """Who of these had his data deleted here, come back since or not. Index member_former."""
    hashes = {hash_telegram_id(telegram_id): telegram_id for telegram_id in telegram_ids}
    rows = Member.objects.filter(former_id_hash__in=hashes)
    return {hashes[hashed] for hashed in rows.values_list("former_id_hash", flat=True)}


def find_owner(legacy_id: int) -> int | None:
    """The number of the member whose account it is, if anybody has claimed it."""
    rows = LegacyAccount.objects.filter(legacy_id=legacy_id)
    return rows.values_list("member", flat=True).first()


def list_given(legacy_id: int, member_id: int) -> list[tuple[str, dict[str, Any]]]:
    """Part and value of what the member was given of this account."""
    rows = LegacyRecord.objects.filter(owner_id=legacy_id, member=member_id).order_by("pk")
    return list(rows.values_list("part", "value")[:GIVEN_MAX])


def list_held(legacy_id: int) -> list[tuple[str, dict[str, Any]]]:
    """Part and value of what nobody has yet of this account. Index legacy_record_held."""
    held = LegacyRecord.objects.filter(owner_id=legacy_id, member=None).order_by("pk")
    return list(held.values_list("part", "value"))
