"""Accounts of another network become members': by a list of `legacy id,telegram id`."""

import csv
import io
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from django.db import transaction

from accounts.selectors import find_member
from accounts.services import (
    COMMAND,
    claim_account,
    find_deleted,
    meet_legacy_member,
    record,
)
from points.services import lock_wallets, open_wallet

from .apply import give_pieces
from .damaged import decode, read_bytes
from .found import Found
from .load import DELETED, Outcome
from .values import Bad, read_id, shorten


def claim_listed(path: Path, *, now: datetime) -> tuple[Found, Outcome]:
    """Each line by itself: a second run changes nothing."""
    found, outcome = Found("claims"), Outcome()
    for line, legacy_id, telegram_id in _rows(found, path):
        with found.blaming(path.name, f"line {line}"):
            outcome.given.update(_claim(outcome, legacy_id, telegram_id, now))
    return found, outcome


@transaction.atomic
def _claim(outcome: Outcome, legacy_id: int, telegram_id: int, now: datetime) -> Counter[str]:
    """What the member was given, by part. Raises Bad."""
    if find_deleted([telegram_id]):
        raise Bad(DELETED)
    member = find_member(telegram_id)
    member_id = member.pk if member else meet_legacy_member(telegram_id, now=now)
    open_wallet(member_id)
    wallets = lock_wallets([member_id])
    claim = claim_account(legacy_id=legacy_id, member_id=member_id, now=now)
    if claim is None:
        raise Bad("another member has claimed this account")
    give_pieces(wallets, claim.records, {legacy_id: member_id}, now)
    given = Counter(piece.part for piece in claim.records)
    (outcome.members_known.add if member else outcome.members_new.add)(telegram_id)
    if claim.is_new or given:
        record("legacy.claim", actor=COMMAND, target=f"Member {member_id}", given=dict(given))
    return given


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
