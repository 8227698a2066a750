"""Imports of numbers: a million rows against COPY, and a large file that is killed half-way.

python -m tests.benchmarks.bench_import [--postgres] [--rows 1000000] [--rounds 3] [--megabytes 150]

By hand is a bare script: it reads the file line by line, validates each with the same
function and writes what is valid into the table of numbers, by one COPY on PostgreSQL and by
executemany on SQLite, in one transaction, without looking for duplicates and without keeping
the lines that are rejected, which the import does. One line in fifty of the file is broken.
The large file is imported by the command in a process of its own, killed half-way and begun
again; its peak memory is what the system says of the process.
"""

import argparse
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

from tests.benchmarks.harness import fresh_database

FLOOR_RATIO = 0.7
MEMORY_MB_MAX = 300
MB = 1024**2
BROKEN_EVERY = 50
PREFIXES = ("50", "52", "54", "55", "56", "58")
INSERT = "INSERT INTO numbers_number (pool_id, batch_id, e164, state, draw_key) VALUES "
COPY = "COPY numbers_number (pool_id, batch_id, e164, state, draw_key) FROM STDIN"
JUDGED = 20_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--postgres", action="store_true")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3, help="the median counts")
    parser.add_argument("--megabytes", type=int, default=150, help="of the large file; 0: none")
    words = parser.parse_args()
    with fresh_database(postgres=words.postgres), tempfile.TemporaryDirectory() as folder:
        compare_validation()
        ratio = compare_imports(Path(folder) / "rows.csv", words.rows, words.rounds)
        memory = 0
        if words.megabytes:
            memory = import_large(Path(folder) / "large.csv", words.megabytes)
    if ratio < FLOOR_RATIO or memory > MEMORY_MB_MAX:
        raise SystemExit(f"below {FLOOR_RATIO}, or above {MEMORY_MB_MAX} MB")


def lines(count: int) -> Iterator[str]:
    """In no order, as numbers are dealt out; the same ones each time."""
    rng = random.Random(7)  # noqa: S311  the same file each time
    step = 7_368_787  # prime to ten million: each number comes once
    for at in range(count):
        prefix = PREFIXES[at // 10_000_000 % len(PREFIXES)]
        number = f"+971{prefix}{at * step % 10_000_000:07d}"
        yield number if at % BROKEN_EVERY else number[: rng.randrange(2, 9)]


def write(path: Path, count: int) -> None:
    with path.open("w", encoding="ascii") as file:
        file.write("Number\n")
        for chunk in batched_lines(count):
            file.write("".join(f"{line}\n" for line in chunk))


def batched_lines(count: int) -> Iterator[tuple[str, ...]]:
    source = lines(count)
    while chunk := tuple(islice(source, 10_000)):
        yield chunk


def compare_validation() -> None:
    from numbers.importing.numerals import ask_phonenumbers, read_cell

    sample = [line for line in lines(JUDGED) if len(line) == 13]
    forms = {
        "+971501234567": sample,
        "971501234567": [line[1:] for line in sample],
        "0501234567": [f"0{line[4:]}" for line in sample],
    }
    for name, cells in forms.items():
        fast = seconds(lambda cells=cells: [read_cell(cell, "AE") for cell in cells])
        judge = seconds(lambda cells=cells: [ask_phonenumbers(cell, "AE") for cell in cells])
        print(
            f"validation, {name}: {fast / len(cells) * 1e6:.1f} µs,"
            f" phonenumbers {judge / len(cells) * 1e6:.1f} µs, ratio {judge / fast:.1f}"
        )


def compare_imports(path: Path, rows: int, rounds: int) -> float:
    write(path, rows)
    sides: list[tuple[str, Callable[[Path], int]]] = [("import", by_job), ("by hand", by_hand)]
    speeds: dict[str, list[float]] = {name: [] for name, _ in sides}
    for number in range(rounds):
        # Neither always goes first.
        for name, work in sides if number % 2 else reversed(sides):
            empty()
            start = time.perf_counter()
            accepted = work(path)
            speeds[name].append(rows / (time.perf_counter() - start))
            assert accepted == rows - -(-rows // BROKEN_EVERY), accepted
    ratio = statistics.median(
        ours / theirs for ours, theirs in zip(speeds["import"], speeds["by hand"], strict=True)
    )
    shown = ", ".join(f"{name} {statistics.median(found):,.0f}/s" for name, found in speeds.items())
    print(f"{rows:,} rows: {shown}, ratio {ratio:.2f}; most memory {memory_of_self()} MB")
    return ratio


def by_job(path: Path) -> int:
    from django.utils import timezone

    from accounts.services import COMMAND
    from numbers.models import Batch, Pool
    from numbers.services.background import begin_import, continue_import
    from numbers.services.imports import COMMAND_BYTES_MAX

    with path.open("rb") as file:
        job = begin_import(
            file,
            pool=Pool.objects.get(),
            original_name=path.name,
            actor=COMMAND,
            rights_confirmed=True,
            now=timezone.now(),
            bytes_max=COMMAND_BYTES_MAX,
            is_watched=True,
        )
    while job.is_running:
        job = continue_import(job_id=job.pk, now=timezone.now())
    return int(Batch.objects.get().accepted_count)


def by_hand(path: Path) -> int:
    from django.db import connection, transaction

    from numbers.models import Batch, Pool

    pool = Pool.objects.get()
    batch = Batch.objects.create(
        pool=pool, sha256="0" * 64, uploader_label="hand", rights_confirmed_at="2026-01-01T00:00Z"
    )
    with transaction.atomic(), connection.cursor() as cursor, path.open(encoding="utf-8") as file:
        next(file)
        rows = valid_rows(file, pool.pk, batch.pk)
        if connection.vendor == "postgresql":
            with cursor.copy(COPY) as copy:
                while chunk := tuple(islice(rows, 10_000)):
                    # So many at once cost the driver less than one by one.
                    copy.write("".join(map("%s\t%s\t%s\tfree\t%s\n".__mod__, chunk)))
        else:
            cursor.executemany(f"{INSERT} (%s, %s, %s, 'free', %s)", list(rows))
    return int(batch.numbers.count())


def valid_rows(file: Iterator[str], pool_id: int, batch_id: int) -> Iterator[tuple[int, ...]]:
    from numbers.importing.numerals import read_cell

    for line in file:
        e164, _ = read_cell(line.rstrip("\n"), "AE")
        if e164:
            yield pool_id, batch_id, e164, random.getrandbits(31)


def empty() -> None:
    """One pool, and nothing in it."""
    from django.db import connection

    from numbers.models import Batch, BatchJob, Number, Pool, Rejection

    with connection.cursor() as cursor:
        for model in (BatchJob, Rejection, Number, Batch):
            table = model._meta.db_table
            is_postgres = connection.vendor == "postgresql"
            words = f"TRUNCATE {table} CASCADE" if is_postgres else f"DELETE FROM {table}"  # noqa: S608
            cursor.execute(words)
        cursor.execute("VACUUM")
    Pool.objects.get_or_create(name="Emirates", defaults={"country": "AE"})


def import_large(path: Path, megabytes: int) -> int:
    """Returns the peak memory of the process that finished it, in MB."""
    from numbers.models import BatchJob, Number, Rejection

    empty()
    # Of fifty lines 49 have 14 bytes, one has about six.
    rows = megabytes * MB * BROKEN_EVERY // (14 * BROKEN_EVERY - 8)
    write(path, rows)
    start = time.perf_counter()
    killed = begin_command(path)
    while BatchJob.objects.filter(done__gt=megabytes * MB // 2).first() is None:
        assert killed.poll() is None, "it ended before it could be killed"
        time.sleep(0.05)
    killed.kill()
    _, _, usage = os.wait4(killed.pid, 0)
    print(f"{path.stat().st_size / MB:.0f} MB, {rows:,} lines: killed half-way", end="")
    print(f" with {Number.objects.count():,} numbers, {usage.ru_maxrss // 1024} MB of memory;")
    again = begin_command(path)
    _, status, usage = os.wait4(again.pid, 0)
    assert status == 0, status
    job, broken = BatchJob.objects.get(), -(-rows // BROKEN_EVERY)
    counts = job.batch.accepted_count, job.batch.rejected_count
    assert counts == (Number.objects.count(), Rejection.objects.count()) == (rows - broken, broken)
    memory = usage.ru_maxrss // 1024
    spent = time.perf_counter() - start
    print(f"finished with exact counts, {memory} MB of memory, {spent:.0f} s in all")
    return memory


def begin_command(path: Path) -> "subprocess.Popen[bytes]":
    words = ["import_numbers", str(path), "--pool=Emirates", "--country=AE", "--rights-confirmed"]
    return subprocess.Popen(
        [sys.executable, "manage.py", *words],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def memory_of_self() -> int:
    """The most this process ever held, in MB."""
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    main()
