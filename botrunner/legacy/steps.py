"""One step of an import: the file is read whole, then its pieces are worked through."""

import os
import secrets
from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.services import Actor, LegacyPiece, remembered_actor
from botrunner.models import LegacyFault, LegacyImport
from project import long_jobs

from .claims import give_claim, look_at_claim
from .csv_files import bring_one
from .found import Fault, Found
from .kinds import CLAIMS, CSV_FILES, KINDS, TELEGRAM
from .load import Outcome, bring_pieces, look_at_pieces
from .staging import FAULTS_LISTED_MAX, NOTES_MAX, StagedFound, read_pieces
from .uploads import PIECES, folder_of, path_of

# Pieces of one look, which locks nothing, and of one transaction that brings them in.
LOOK, BRING = 2_000, 200
# Files, and lines of a list, are small steps of their own.
_BY_KIND = {CSV_FILES: 1, CLAIMS: 50}
COUNTED = ("given", "held", "known", "amounts")


class _Over(Exception):
    """Somebody cancelled it while the file was read."""


def read_file(job: LegacyImport, now: datetime) -> None:
    """Nothing is written but how far it has come. Two that read the same file: one counts."""
    kind, folder = KINDS[job.kind], folder_of(job.token)
    draft = folder / f"{secrets.token_hex(8)}.db"
    found = StagedFound(job.kind, draft, lambda count: _beat(job.pk))
    try:
        with found.blaming(job.original_name, "file"):
            kind.read_into(found, path_of(job.token, kind))
        found.finish()
        with transaction.atomic():
            _note_read(job.pk, found, now)
            os.replace(draft, folder / PIECES)
    except _Over:
        pass
    finally:
        found.close()
        draft.unlink(missing_ok=True)


def work_through(job: LegacyImport, now: datetime) -> None:
    """The next pieces. On a look nothing is locked while they are compared."""
    size = _BY_KIND.get(job.kind, LOOK if job.is_dry else BRING)
    place = folder_of(job.token) / PIECES
    pieces = read_pieces(place, job.kind, after=job.done, limit=size)
    found, outcome = Found(job.kind), Outcome()
    if job.is_dry:
        for piece in _parts(job, pieces):
            _look(job, found, outcome, piece)
        with transaction.atomic():
            locked = long_jobs.lock_job(LegacyImport, job.pk)
            _note(locked, job.done, pieces, found, outcome, now)
    else:
        for part in _parts(job, pieces):
            with transaction.atomic():
                locked = long_jobs.lock_job(LegacyImport, job.pk)
                if not locked.is_running or locked.done != job.done:
                    return
                found, outcome = Found(job.kind), Outcome()
                _bring(locked, found, outcome, part, now)
                _note(locked, job.done, part, found, outcome, now)
            job.done = locked.done


def _parts(job: LegacyImport, pieces: list[LegacyPiece]) -> list[list[LegacyPiece]]:
    """What is one transaction: a line of a list gives by itself, whatever the next one says."""
    if job.kind == CLAIMS:
        return [[piece] for piece in pieces]
    return [pieces] if pieces else []


def _look(job: LegacyImport, found: Found, outcome: Outcome, pieces: list[LegacyPiece]) -> None:
    if job.kind == CLAIMS:
        for piece in pieces:
            with found.blaming(job.original_name, f"line {piece.key}"):
                look_at_claim(outcome, piece)
    elif job.kind == CSV_FILES:
        _bring_files(job, found, outcome, pieces, timezone.now())
    else:
        look_at_pieces(found, outcome, pieces, are_telegram=_are_telegram(job))


def _bring(
    job: LegacyImport, found: Found, outcome: Outcome, pieces: list[LegacyPiece], now: datetime
) -> None:
    if job.kind == CLAIMS:
        for piece in pieces:
            with found.blaming(job.original_name, f"line {piece.key}"):
                give_claim(outcome, piece, actor=_actor(job), now=now)
    elif job.kind == CSV_FILES:
        _bring_files(job, found, outcome, pieces, now)
    else:
        bring_pieces(found, outcome, pieces, are_telegram=_are_telegram(job), now=now)


def _bring_files(
    job: LegacyImport, found: Found, outcome: Outcome, pieces: list[LegacyPiece], now: datetime
) -> None:
    folder = path_of(job.token, KINDS[job.kind])
    for piece in pieces:
        bring_one(found, outcome, folder, piece, is_dry=job.is_dry, actor=_actor(job), now=now)


def _are_telegram(job: LegacyImport) -> bool:
    return (job.ids or TELEGRAM) == TELEGRAM


def _actor(job: LegacyImport) -> Actor:
    return remembered_actor(job.actor_origin, job.actor_label, job.actor_user_id)


def _beat(pk: int) -> None:
    running = LegacyImport.objects.filter(pk=pk, done_at=None)
    if not running.update(beat_at=timezone.now()):
        raise _Over


def _note_read(pk: int, found: StagedFound, now: datetime) -> None:
    job = long_jobs.lock_job(LegacyImport, pk)
    if job.is_read or not job.is_running:
        raise _Over
    job.is_read, job.total = True, found.count
    job.tally = {"notes": found.notes[:NOTES_MAX], "bad_in_file": found.faults_count}
    if len(found.notes) > NOTES_MAX:
        job.tally["notes"].append(f"and {len(found.notes) - NOTES_MAX:,} more remarks")
    job.faults_count = found.faults_count
    _keep_faults(job, found.faults, is_of_file=True)
    job.note_step(now)
    job.save()


def _note(
    job: LegacyImport,
    after: int,
    pieces: list[LegacyPiece],
    found: Found,
    outcome: Outcome,
    now: datetime,
) -> None:
    """Needs the job locked. Another worker may have got past these pieces meanwhile."""
    if not job.is_running or job.done != after:
        return
    room = max(FAULTS_LISTED_MAX - job.faults_count, 0)
    _keep_faults(job, found.faults[:room], is_of_file=False)
    job.faults_count += len(found.faults)
    _add_up(job.tally, outcome, found.notes)
    job.done = after + len(pieces) if pieces else job.total
    job.note_step(now)
    job.save()


def _add_up(tally: dict[str, Any], outcome: Outcome, notes: list[str]) -> None:
    for name in COUNTED:
        counts = Counter(tally.get(name, {}))
        counts.update(getattr(outcome, name))
        tally[name] = {part: count for part, count in counts.items() if count}
    # Pieces come in the order of their users: only one can be in two steps.
    before = {tally.get("last_member")}
    known = outcome.members_known - outcome.members_new - before
    tally["members_new"] = tally.get("members_new", 0) + len(outcome.members_new - before)
    tally["members_known"] = tally.get("members_known", 0) + len(known)
    both = outcome.members_new | outcome.members_known
    tally["last_member"] = max(both, default=tally.get("last_member"))
    tally["notes"] = [*tally.get("notes", []), *notes][: NOTES_MAX + 1]


def _keep_faults(job: LegacyImport, faults: Iterable[Fault], *, is_of_file: bool) -> None:
    LegacyFault.objects.bulk_create(
        [
            LegacyFault(
                job=job,
                is_of_file=is_of_file,
                file=fault.file[:200],
                place=fault.place[:200],
                reason=fault.reason[:300],
            )
            for fault in faults
        ],
        batch_size=1_000,
    )
