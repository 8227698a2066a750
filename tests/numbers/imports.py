"""Files on their way into stock, small ones cut into many blocks."""

from datetime import UTC, datetime
from io import BytesIO

from django.utils import timezone

from accounts.services import COMMAND
from numbers.models import BatchJob
from numbers.services import take_step
from numbers.services.background import begin_import
from numbers.services.imports import load_file
from tests.factories.numbers import make_pool

BYTES_MAX = 50 * 1024**2


def numbered(first, count, prefix="+97150"):
    return [f"{prefix}{first + n:07d}" for n in range(count)]


def mixed_lines(count=300):
    """Good ones, and every tenth: broken, repeated from far above, destroyed, empty."""
    lines = numbered(1_000_000, count)
    for at in range(9, count, 10):
        lines[at] = ["broken", lines[0], "9.7E+11", ""][at // 10 % 4]
    return lines


def begin(lines, *, pool=None, **terms):
    content = lines if isinstance(lines, bytes) else ("\n".join(lines) + "\n").encode()
    terms = {
        "original_name": "large.csv",
        "actor": COMMAND,
        "rights_confirmed": True,
        "now": timezone.now(),
        "bytes_max": BYTES_MAX,
        "is_watched": True,
        **terms,
    }
    return begin_import(BytesIO(content), pool=pool or make_pool(), **terms)


def finish(job):
    for _ in range(10_000):
        job = take_step(job.pk, timezone.now())
        if not job.is_running:
            return job
    raise AssertionError("it does not end")


def counts_of(job):
    batch = BatchJob.objects.select_related("batch").get(pk=job.pk).batch
    return batch.accepted_count, batch.duplicate_count, batch.rejected_count


def make_import(text="+971501234567\n+971501234568\nbad\n=cmd()\n"):
    batch, _ = load_file(
        BytesIO(text.encode()),
        pool=make_pool(),
        original_name="list.csv",
        actor=COMMAND,
        rights_confirmed=True,
        now=datetime(2026, 5, 1, 12, 0, tzinfo=UTC),
    )
    return batch
