"""Looks a file through, and loads it into stock as one batch."""

from array import array
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import BinaryIO

from django.db import IntegrityError, connection, transaction

from accounts.services import Actor, record
from numbers.models import Batch, Number, Pool, Rejection, new_draw_key
from numbers.services import save_upkeep

from . import faults
from .originals import forget_original, keep_original, refusing_when_full
from .parse import CHUNK, Line, read_lines
from .sniff import Facts, read_facts, sniff

MB = 1024**2
# What a person can wait for in a browser; the command takes more.
FORM_BYTES_MAX = 4 * MB
COMMAND_BYTES_MAX = 500 * MB
# Rejections kept for the batch's page; the counts are of all.
REJECTIONS_MAX = 50_000
SHOWN_MAX = 200


@dataclass(slots=True)
class Outcome:
    """What became, or would become, of a file's lines. Lists hold the first ones only."""

    counts: Counter[str] = field(default_factory=Counter)
    first_numbers: list[int] = field(default_factory=list)
    rejections: list[Line] = field(default_factory=list)

    @property
    def accepted(self) -> int:
        return self.counts[""]

    @property
    def duplicates(self) -> int:
        return sum(self.counts[reason] for reason in faults.DUPLICATES)

    @property
    def rejected(self) -> int:
        """Duplicates included."""
        return self.counts.total() - self.accepted

    def add(self, line: Line, *, rejections_max: int) -> None:
        self.counts[line.reason] += 1
        if line.reason and len(self.rejections) < rejections_max:
            self.rejections.append(line)
        if not line.reason and len(self.first_numbers) < 10:
            self.first_numbers.append(line.e164)


def preview_file(
    file: BinaryIO, *, country: str, bytes_max: int, rejections_max: int = SHOWN_MAX
) -> Outcome:
    """What an import would do, without doing it. Raises FileRefused."""
    outcome = Outcome()
    for line in read_lines(file, sniff(_check_file(file, bytes_max), country), country):
        outcome.add(line, rejections_max=rejections_max)
    return outcome


def load_file(
    file: BinaryIO,
    *,
    pool: Pool,
    original_name: str,
    actor: Actor,
    rights_confirmed: bool,
    now: datetime,
    bytes_max: int = FORM_BYTES_MAX,
) -> tuple[Batch, Outcome]:
    """Stores the file as it is and its numbers as one batch, or nothing at all.

    A pool that is not stored yet is made with it. Raises FileRefused. Reading comes
    first and the transaction holds the inserts only: on SQLite it keeps all other
    writers waiting, so call this outside of any other.
    """
    if not rights_confirmed:
        raise faults.refuse(faults.RIGHTS)
    facts = _check_file(file, bytes_max)
    outcome, e164s = Outcome(), array("q")
    for line in read_lines(file, sniff(facts, pool.country), pool.country):
        outcome.add(line, rejections_max=REJECTIONS_MAX)
        if not line.reason:
            e164s.append(line.e164)
    batch: Batch | None = None
    try:
        with refusing_when_full(), transaction.atomic():
            if pool.pk is None:
                save_upkeep(pool, actor=actor)
            batch = _create_batch(pool, facts, original_name, actor, now)
            _store_numbers(batch, e164s)
            _correct(batch, outcome)
            if not outcome.accepted:
                raise faults.refuse_all(outcome.rejected, outcome.rejections)
            _store_rejections(batch, outcome)
            _record(batch, outcome, facts, actor)
            # Last of all: a refusal above leaves no file behind.
            keep_original(batch, file, now)
    except BaseException:
        forget_original(batch)
        raise
    return batch, outcome


def _record(batch: Batch, outcome: Outcome, facts: Facts, actor: Actor) -> None:
    record(
        "numbers.import",
        actor=actor,
        target=f"{batch.pool.name}: {batch.original_name}",
        batch_id=batch.pk,
        accepted=outcome.accepted,
        duplicates=outcome.duplicates,
        rejected=outcome.rejected,
        sha256=facts.sha256,
    )


def _check_file(file: BinaryIO, bytes_max: int) -> Facts:
    facts = read_facts(file, bytes_max=bytes_max)
    if facts.size:
        _refuse_repeat(facts.sha256)
    return facts


def _refuse_repeat(sha256: str) -> None:
    batches = Batch.objects.exclude(state=Batch.State.DELETED)
    if same := batches.filter(sha256=sha256).first():
        when = f"{same.created_at:%Y-%m-%d %H:%M} UTC"
        raise faults.refuse(faults.SAME_FILE, when=when, name=same.original_name)


def _create_batch(
    pool: Pool, facts: Facts, original_name: str, actor: Actor, now: datetime
) -> Batch:
    name = "".join(letter for letter in original_name if letter.isprintable())[:200]
    try:
        with transaction.atomic():
            return Batch.objects.create(
                pool=pool,
                original_name=name or "unnamed.csv",
                sha256=facts.sha256,
                uploader_user_id=actor.user_id,
                uploader_label=actor.label[:150],
                rights_confirmed_at=now,
                created_at=now,
            )
    except IntegrityError:
        # Somebody imports the same file at this moment.
        _refuse_repeat(facts.sha256)
        raise


def _store_numbers(batch: Batch, e164s: "array[int]") -> None:
    """Plain SQL: through model instances the same rows take fifteen times as long."""
    row = "(%s, %s, %s, 'free', %s)"
    columns = "(pool_id, batch_id, e164, state, draw_key)"
    with connection.cursor() as cursor:
        for start in range(0, len(e164s), CHUNK):
            chunk = e164s[start : start + CHUNK]
            rows = ", ".join([row] * len(chunk))
            values = [
                value for e164 in chunk for value in (batch.pool_id, batch.pk, e164, new_draw_key())
            ]
            cursor.execute(
                f"INSERT INTO numbers_number {columns} VALUES {rows} ON CONFLICT DO NOTHING",  # noqa: S608
                values,
            )


def _store_rejections(batch: Batch, outcome: Outcome) -> None:
    Rejection.objects.bulk_create(
        [
            Rejection(batch=batch, line=line.line, value=line.value, reason=line.reason)
            for line in outcome.rejections
        ],
        batch_size=CHUNK,
    )


def _correct(batch: Batch, outcome: Outcome) -> None:
    """Another import may have stored some of these numbers meanwhile: they are its own."""
    stored = Number.objects.filter(batch=batch).count()
    outcome.counts[faults.IN_STOCK] += outcome.accepted - stored
    outcome.counts[""] = stored
    batch.accepted_count = outcome.accepted
    batch.duplicate_count = outcome.duplicates
    batch.rejected_count = outcome.rejected
    batch.save(update_fields=["accepted_count", "duplicate_count", "rejected_count"])
