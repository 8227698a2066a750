"""Looks pieces through, or brings them in, some hundred at a time.

Each chunk is one transaction, and each piece is keyed: stopped anywhere, a second run goes on,
and what is there already is left alone.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from accounts.selectors import find_members
from accounts.services import (
    LegacyPiece,
    find_claimants,
    find_deleted,
    hold_pieces,
    meet_legacy_member,
    open_accounts,
    read_known,
)
from points.services import lock_wallets, open_wallet
from project.backups.ledger import FIGURES, to_holdings

from .apply import give_pieces
from .found import Found

CHUNK = 200
DELETED = "had all data deleted here: left out"
DIFFERS = "was imported before with another value: left as it is"


@dataclass(slots=True)
class Outcome:
    """What became, or would become, of the pieces, by part."""

    given: Counter[str] = field(default_factory=Counter)
    held: Counter[str] = field(default_factory=Counter)
    known: Counter[str] = field(default_factory=Counter)
    # Points and XP among what is given and held.
    amounts: Counter[str] = field(default_factory=Counter)
    members_new: set[int] = field(default_factory=set)
    members_known: set[int] = field(default_factory=set)

    def count_amounts(self, value: Mapping[str, Any]) -> None:
        for name in ("points", "xp"):
            self.amounts[name] += value.get(name, 0)


def load(found: Found, *, are_telegram: bool, is_dry: bool, now: datetime) -> Outcome:
    """Call it outside a transaction. What cannot be brought in is added to the faults."""
    outcome = Outcome()
    for pieces in _chunks(found.pieces):
        if is_dry:
            look_at_pieces(found, outcome, pieces, are_telegram=are_telegram)
        else:
            with transaction.atomic():
                bring_pieces(found, outcome, pieces, are_telegram=are_telegram, now=now)
    return outcome


def look_at_pieces(
    found: Found, outcome: Outcome, pieces: list[LegacyPiece], *, are_telegram: bool
) -> None:
    """Counts what would become of some pieces."""
    _Chunk(found, outcome, pieces, are_telegram).look()


def bring_pieces(
    found: Found,
    outcome: Outcome,
    pieces: list[LegacyPiece],
    *,
    are_telegram: bool,
    now: datetime,
) -> None:
    """Needs a transaction. Locks the wallets of those whose they are, then the pieces."""
    _Chunk(found, outcome, pieces, are_telegram).bring(now)


def _chunks(pieces: Sequence[LegacyPiece]) -> Iterator[list[LegacyPiece]]:
    """What is of one user comes together, in the order of the users."""
    ordered = sorted(pieces, key=lambda piece: piece.owner_id)
    for start in range(0, len(ordered), CHUNK):
        yield ordered[start : start + CHUNK]


class _Chunk:
    def __init__(
        self, found: Found, outcome: Outcome, pieces: list[LegacyPiece], are_telegram: bool
    ) -> None:
        self.found, self.outcome, self.are_telegram = found, outcome, are_telegram
        self.owners = self._find_owners(pieces)
        self.pieces = self._leave_out(pieces)

    def look(self) -> list[int]:
        """Counts; returns the users of Telegram who are new here."""
        known, outcome = read_known(self.pieces), self.outcome
        ids = {piece.owner_id for piece in self.pieces}
        new = sorted(ids - self.owners.keys()) if self.are_telegram else []
        outcome.members_known |= self.owners.keys() & ids
        outcome.members_new.update(new)
        for piece in self.pieces:
            before = known.get((piece.source, piece.part, piece.key))
            if before and before.value not in (piece.value, {}):
                self.found.blame("import", f"{piece.part} {piece.key}", DIFFERS)
            is_owned = self.are_telegram or piece.owner_id in self.owners
            if before and (before.is_given or not is_owned):
                outcome.known[piece.part] += 1
                continue
            (outcome.given if is_owned else outcome.held)[piece.part] += 1
            value = before.value if before else piece.value
            outcome.count_amounts(value)
        return new

    def bring(self, now: datetime) -> None:
        for telegram_id in self.look():
            self.owners[telegram_id] = meet_legacy_member(telegram_id, now=now)
            open_wallet(self.owners[telegram_id])
        if not self.are_telegram:
            open_accounts(self.pieces)
        wallets = lock_wallets(self.owners.values()) if self.owners else {}
        give_pieces(wallets, hold_pieces(self.pieces, now=now), self.owners, now)

    def _find_owners(self, pieces: list[LegacyPiece]) -> dict[int, int]:
        ids = {piece.owner_id for piece in pieces}
        if self.are_telegram:
            return {key: member.pk for key, member in find_members(ids).items()}
        return find_claimants(ids)

    def _leave_out(self, pieces: list[LegacyPiece]) -> list[LegacyPiece]:
        """Who wished to be forgotten is not brought back by an old file."""
        if not self.are_telegram:
            return pieces
        deleted = find_deleted({piece.owner_id for piece in pieces})
        for telegram_id in sorted(deleted):
            self.found.blame("import", str(telegram_id), DELETED)
            self.owners.pop(telegram_id, None)
        return [piece for piece in pieces if piece.owner_id not in deleted]


def read_totals() -> dict[str, int]:
    """What the house holds, to be compared before and after."""
    with connection.cursor() as cursor:
        cursor.execute(FIGURES)
        holdings = to_holdings(cursor.fetchone())
    return {"members": holdings.members, "points": holdings.points, "entries": holdings.entries}
