"""What a file was found to hold: sound pieces, and what is wrong with the rest."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from accounts.services import LegacyPiece

from .values import Bad, shorten


@dataclass(frozen=True, slots=True)
class Fault:
    """`place` is a key or a line of the file."""

    file: str
    place: str
    reason: str


@dataclass(slots=True)
class Found:
    """Of one run: `notes` are said aloud, such as which of three files was read."""

    source: str
    pieces: list[LegacyPiece] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    _seen: set[tuple[str, str]] = field(default_factory=set)

    def add(self, part: str, key: object, owner_id: int, **value: Any) -> None:
        """Raises Bad for what the files have said before."""
        piece = LegacyPiece(
            source=self.source, part=part, key=str(key), owner_id=owner_id, value=value
        )
        if not self.keep(piece):
            raise Bad("is there more than once; the first one counts")

    def keep(self, piece: LegacyPiece) -> bool:
        """False when one of that part and key is there already."""
        known = (piece.part, piece.key)
        if known in self._seen:
            return False
        self._seen.add(known)
        self.pieces.append(piece)
        return True

    def blame(self, file: str, place: object, reason: str) -> None:
        self.faults.append(Fault(file, shorten(place), reason))

    @contextmanager
    def blaming(self, file: str, place: object) -> Iterator[None]:
        """What is bad inside is listed, and left out."""
        try:
            yield
        except Bad as bad:
            self.blame(file, place, str(bad))
