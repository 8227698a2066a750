"""Looks a file through, and loads it into stock as one batch."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import BinaryIO

from django.db import IntegrityError, transaction

from accounts.services import Actor, record
from numbers.importing import faults
from numbers.importing.originals import forget_original, keep_original, refusing_when_full
from numbers.importing.parse import Line, Parsed, parse_file
from numbers.importing.sniff import Facts, read_facts, sniff
from numbers.importing.store import store_block
from numbers.models import Batch, BatchJob, Number, Pool

from .upkeep import save_upkeep

MB = 1024**2
# What a person reviews, and waits for: one transaction. More is loaded in the background.
AT_ONCE_BYTES_MAX = MB
# What is let in before anybody is asked who he is (settings.REQUEST_BYTES_MAX_BY_PATH); the
# command takes more.
FORM_BYTES_MAX = 50 * MB
COMMAND_BYTES_MAX = 500 * MB
SHOWN_MAX = 200
# Told to who imports by command.
REJECTIONS_TOLD_MAX = 50_000
QUERY_MAX = 1_000


@dataclass(slots=True)
class Outcome:
    """What became, or would become, of a file's lines. Lists hold the first ones only."""

    counts: Counter[str] = field(default_factory=Counter)
    first_numbers: list[int] = field(default_factory=list)
    rejections: list[Line] = field(default_factory=list)
    # Of a large file only the first block was looked at.
    is_beginning: bool = False

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

    def add(self, parsed: Parsed, *, rejections_max: int) -> None:
        self.counts[""] += len(parsed.numbers)
        self.counts.update(line.reason for line in parsed.rejections)
        room = rejections_max - len(self.rejections)
        self.rejections += parsed.rejections[: max(room, 0)]
        self.first_numbers += list(parsed.numbers)[: 10 - len(self.first_numbers)]


def preview_file(
    file: BinaryIO, *, country: str, bytes_max: int, rejections_max: int = SHOWN_MAX
) -> Outcome:
    """What an import would do, without doing it: of a large file, its beginning.

    Raises FileRefused.
    """
    outcome, seen = Outcome(), set[int]()
    facts = check_file(file, bytes_max)
    dialect = sniff(facts, country)
    for parsed in parse_file(file, dialect, country):
        _find_repeats(parsed, seen)
        outcome.add(parsed, rejections_max=rejections_max)
        if facts.size > AT_ONCE_BYTES_MAX:
            outcome.is_beginning = parsed.end.offset < facts.size
            break
    if not outcome.counts.total():
        raise faults.refuse(faults.NO_LINES)
    return outcome


def _find_repeats(parsed: Parsed, seen: set[int]) -> None:
    """What an import would find in the stock, or in an earlier block."""
    e164s = list(parsed.numbers)
    for e164 in e164s:
        if e164 in seen:
            parsed.reject_repeated(e164, faults.IN_FILE)
    seen.update(e164s)
    left = list(parsed.numbers)
    for start in range(0, len(left), QUERY_MAX):
        chunk = left[start : start + QUERY_MAX]
        for e164 in Number.objects.filter(e164__in=chunk).values_list("e164", flat=True):
            parsed.reject_repeated(e164, faults.IN_STOCK)
    parsed.rejections.sort(key=lambda line: line.line)


def load_file(
    file: BinaryIO,
    *,
    pool: Pool,
    original_name: str,
    actor: Actor,
    rights_confirmed: bool,
    now: datetime,
    bytes_max: int = AT_ONCE_BYTES_MAX,
) -> tuple[Batch, Outcome]:
    """Stores a small file as it is and its numbers as one batch, or nothing at all.

    A pool that is not stored yet is made with it. Raises FileRefused. Reading comes
    first and the transaction holds the inserts only: on SQLite it keeps all other
    writers waiting, so call this outside of any other.
    """
    if not rights_confirmed:
        raise faults.refuse(faults.RIGHTS)
    facts = check_file(file, bytes_max)
    blocks = list(parse_file(file, sniff(facts, pool.country), pool.country))
    outcome = Outcome()
    batch: Batch | None = None
    try:
        with refusing_when_full(), transaction.atomic():
            if pool.pk is None:
                save_upkeep(pool, actor=actor)
            batch = create_batch(pool, facts, original_name, actor, now)
            for parsed in blocks:
                store_block(batch, parsed)
                outcome.add(parsed, rejections_max=REJECTIONS_TOLD_MAX)
            if not outcome.accepted:
                raise faults.refuse_all(outcome.rejected, outcome.rejections)
            batch.save(update_fields=["accepted_count", "duplicate_count", "rejected_count"])
            record_import(batch, actor)
            # Last of all: a refusal above leaves no file behind.
            keep_original(batch, file, now)
    except BaseException:
        forget_original(batch)
        raise
    return batch, outcome


def record_import(batch: Batch, actor: Actor) -> None:
    record(
        "numbers.import",
        actor=actor,
        target=f"{batch.pool.name}: {batch.original_name}",
        batch_id=batch.pk,
        accepted=batch.accepted_count,
        duplicates=batch.duplicate_count,
        rejected=batch.rejected_count,
        sha256=batch.sha256,
    )


def check_file(file: BinaryIO, bytes_max: int) -> Facts:
    facts = read_facts(file, bytes_max=bytes_max)
    if facts.size:
        _refuse_repeat(facts.sha256)
    return facts


def _refuse_repeat(sha256: str) -> None:
    batches = Batch.objects.exclude(state=Batch.State.DELETED)
    if same := batches.filter(sha256=sha256).first():
        when = f"{same.created_at:%Y-%m-%d %H:%M} UTC"
        job = same.jobs.filter(kind=BatchJob.Kind.LOAD).last()
        fault = faults.SAME_FILE
        if job and job.is_unfinished:
            fault = faults.SAME_FILE_RUNNING
        elif job and job.is_cancelled:
            fault = faults.SAME_FILE_CANCELLED
        refusal = faults.refuse(fault, when=when, name=same.original_name)
        refusal.params["batch_id"] = same.pk
        raise refusal


def create_batch(
    pool: Pool, facts: Facts, original_name: str, actor: Actor, now: datetime, file: str = ""
) -> Batch:
    name = "".join(letter for letter in original_name if letter.isprintable())[:200]
    try:
        with transaction.atomic():
            return Batch.objects.create(
                pool=pool,
                file=file,
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
