"""What was read of a file, kept beside it in the order of its users, to be worked through.

Millions of pieces do not fit in memory, and a worker that goes on with them later should
not read the file again. A SQLite file of its own holds them: it is written once, by one
process, and only read afterwards.
"""

import json
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

from accounts.services import LegacyPiece

from .found import Found
from .values import Bad

PIECES_MAX = 20_000_000
# So many faults are listed; the rest is only counted.
FAULTS_LISTED_MAX = 100_000
NOTES_MAX = 50
_BEAT_SECONDS = 2.0
_LOOK_EVERY = 2_000

_TABLES = """
    PRAGMA journal_mode = OFF;
    PRAGMA synchronous = OFF;
    PRAGMA temp_store = FILE;
    CREATE TABLE found (part TEXT, key TEXT, owner_id INTEGER, value TEXT, UNIQUE (part, key));
"""
# Whose rows are numbered from 1 without a gap: a place in it is how far the work has come.
_SORTED = """
    CREATE TABLE piece AS SELECT part, key, owner_id, value FROM found ORDER BY owner_id, rowid;
"""


class StagedFound(Found):
    """Keeps pieces in the file, and of the faults so many as are listed."""

    def __init__(self, source: str, path: Path, beat: Callable[[int], None]) -> None:
        super().__init__(source)
        self.faults_count, self.count = 0, 0
        self._beat, self._beat_at = beat, time.monotonic()
        path.unlink(missing_ok=True)
        self._file = sqlite3.connect(path, isolation_level=None)
        self._file.executescript(_TABLES)
        self._file.execute("BEGIN")

    def keep(self, piece: LegacyPiece) -> bool:
        if self.count >= PIECES_MAX:
            raise Bad(f"the file holds more than {PIECES_MAX:,} pieces")
        row = (piece.part, piece.key, piece.owner_id, json.dumps(piece.value))
        try:
            self._file.execute("INSERT INTO found VALUES (?, ?, ?, ?)", row)
        except sqlite3.IntegrityError:
            return False
        except sqlite3.Error as error:
            # Ours, and not the file's that is read: no fault of it.
            raise OSError(str(error)) from error
        self.count += 1
        self._tick(self.count)
        return True

    def blame(self, file: str, place: object, reason: str) -> None:
        self.faults_count += 1
        self._tick(self.faults_count)
        if len(self.faults) < FAULTS_LISTED_MAX:
            super().blame(file, place, reason)

    def finish(self) -> None:
        self._file.execute("COMMIT")
        self._file.executescript(_SORTED)
        self._file.close()

    def close(self) -> None:
        self._file.close()

    def _tick(self, count: int) -> None:
        if count % _LOOK_EVERY == 0 and time.monotonic() - self._beat_at > _BEAT_SECONDS:
            self._beat_at = time.monotonic()
            self._beat(self.count)


def read_pieces(path: Path, source: str, *, after: int, limit: int) -> list[LegacyPiece]:
    """The next pieces; whoever's come first are not cut apart more than `limit` demands."""
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as file:
        rows = file.execute(
            "SELECT part, key, owner_id, value FROM piece WHERE rowid > ? ORDER BY rowid LIMIT ?",
            (after, limit),
        )
        return list(_pieces(source, rows))


def _pieces(source: str, rows: sqlite3.Cursor) -> Iterator[LegacyPiece]:
    for part, key, owner_id, value in rows:
        yield LegacyPiece(
            source=source, part=part, key=key, owner_id=owner_id, value=json.loads(value)
        )
