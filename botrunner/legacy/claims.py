"""Accounts of another network become members': by a list of `legacy id,telegram id`."""

import csv
import io
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from accounts.errors import LegacyAccountTaken
from accounts.selectors import find_member
from accounts.services import (
    COMMAND,
    Actor,
    Claim,
    LegacyPiece,
    claim_account,
    find_deleted,
    find_owner,
    list_given,
    list_held,
    lock_member,
    meet_legacy_member,
    member_actor,
    record,
    take_claim_code,
)
from points.services import lock_wallets, open_wallet

from .apply import give_pieces
from .damaged import decode, read_bytes
from .found import Found
from .load import DELETED, Outcome
from .values import Bad, read_id, shorten

CLAIM = "claim"
TAKEN = "another member has claimed this account"


def read_into(found: Found, path: Path) -> None:
    """Each line as a piece: whose account, and in `telegram_id` who shall have it."""
    for line, legacy_id, telegram_id in _rows(found, path):
        found.add(CLAIM, line, legacy_id, telegram_id=telegram_id)


def claim_listed(path: Path, *, is_dry: bool, now: datetime) -> tuple[Found, Outcome]:
    """Each line by itself: a second run changes nothing."""
    found, outcome = Found("claims"), Outcome()
    read_into(found, path)
    for piece in found.pieces:
        with found.blaming(path.name, f"line {piece.key}"):
            if is_dry:
                look_at_claim(outcome, piece)
            else:
                give_claim(outcome, piece, actor=COMMAND, now=now)
    return found, outcome


def look_at_claim(outcome: Outcome, piece: LegacyPiece) -> None:
    """Counts what the line would give. Raises Bad."""
    legacy_id, telegram_id = piece.owner_id, piece.value["telegram_id"]
    if find_deleted([telegram_id]):
        raise Bad(DELETED)
    member, owner = find_member(telegram_id), find_owner(legacy_id)
    if owner and (member is None or owner != member.pk):
        raise Bad(TAKEN)
    held = list_held(legacy_id)
    outcome.given.update(Counter(part for part, _ in held))
    if owner and not held:
        outcome.known["claims"] += 1
    for _, value in held:
        outcome.count_amounts(value)
    (outcome.members_known if member else outcome.members_new).add(telegram_id)


@transaction.atomic
def give_claim(outcome: Outcome, piece: LegacyPiece, *, actor: Actor, now: datetime) -> None:
    """Gives the member what is held of the account; outside of a failure it counts. Raises Bad."""
    legacy_id, telegram_id = piece.owner_id, piece.value["telegram_id"]
    if find_deleted([telegram_id]):
        raise Bad(DELETED)
    member = find_member(telegram_id)
    member_id = member.pk if member else meet_legacy_member(telegram_id, now=now)
    given = give_account(legacy_id=legacy_id, member_id=member_id, actor=actor, now=now)
    if given is None:
        raise Bad(TAKEN)
    outcome.given.update(Counter(record.part for record in given.records))
    for held in given.records:
        outcome.count_amounts(held.value)
    if not (given.is_new or given.records):
        outcome.known["claims"] += 1
    (outcome.members_known if member else outcome.members_new).add(telegram_id)


def give_account(*, legacy_id: int, member_id: int, actor: Actor, now: datetime) -> Claim | None:
    """Needs a transaction. Makes the account the member's with all that is held of it.

    None when it is another's. Locks the wallet, then the account's pieces.
    """
    open_wallet(member_id)
    wallets = lock_wallets([member_id])
    claim = claim_account(legacy_id=legacy_id, member_id=member_id, now=now)
    if claim is None:
        return None
    give_pieces(wallets, claim.records, {legacy_id: member_id}, now)
    given = Counter(piece.part for piece in claim.records)
    if claim.is_new or given:
        record("legacy.claim", actor=actor, target=f"Member {member_id}", given=dict(given))
    return claim


@transaction.atomic
def claim_by_code(
    *, code_id: int, member_id: int, now: datetime
) -> list[tuple[str, dict[str, Any]]]:
    """What the code's account has given the member: pressed twice, the same. Locks the member,
    the wallet, the code and the account's pieces. Raises ClaimCodeExpired, LegacyAccountTaken,
    MemberGone.
    """
    # As his deletion does: what he is given while that goes on would be nobody's.
    member = lock_member(member_id)
    open_wallet(member_id)
    lock_wallets([member_id])
    code = take_claim_code(code_id=code_id, member_id=member_id, now=now)
    legacy_id = code.account.legacy_id
    actor = member_actor(member)
    if give_account(legacy_id=legacy_id, member_id=member_id, actor=actor, now=now) is None:
        raise LegacyAccountTaken()
    return list_given(legacy_id, member_id)


def _rows(found: Found, path: Path) -> Iterator[tuple[int, int, int]]:
    reader = csv.reader(io.StringIO(decode(read_bytes(path)).replace("\x00", ""), newline=""))
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as error:
            found.blame(path.name, f"line {reader.line_num}", shorten(str(error)))
            continue
        if cells is None:
            return
        is_header = reader.line_num == 1 and not any(cell.strip().isdecimal() for cell in cells)
        if is_header or not any(cells):
            continue
        with found.blaming(path.name, f"line {reader.line_num}"):
            if len(cells) != 2:
                raise Bad("not a pair of legacy id and Telegram id")
            yield reader.line_num, read_id(cells[0].strip()), read_id(cells[1].strip())
