"""How a pool or a file is used: what is free and used, and what came of its leases."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Max, Sum

from numbers.counts import count_lease_days, count_states
from numbers.models import Batch, BatchJob, LeaseDay, Number, Pool, StockCount
from project.figures import Days
from project.selectors import day_start

SPAN_DAYS = 30
PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class Use:
    """Counts by state, and the leases of the last SPAN_DAYS with what they brought."""

    states: dict[str, int]
    leases: int
    with_sms: int
    wait_seconds: int

    @property
    def total(self) -> int:
        return sum(self.states.values())

    @property
    def free(self) -> int:
        return self.states[Number.State.FREE]

    @property
    def leased(self) -> int:
        return self.states[Number.State.LEASED]

    @property
    def used(self) -> int:
        return self.states[Number.State.USED]

    @property
    def resting(self) -> int:
        return self.states[Number.State.RESTING]

    @property
    def disabled(self) -> int:
        return self.states[Number.State.DISABLED]

    @property
    def used_share(self) -> float | None:
        return self.used / self.total if self.total else None

    @property
    def success_share(self) -> float | None:
        """Leases with an SMS among all."""
        return self.with_sms / self.leases if self.leases else None

    @property
    def mean_wait(self) -> timedelta | None:
        """From the lease to its first SMS, where one came."""
        return timedelta(seconds=self.wait_seconds // self.with_sms) if self.with_sms else None


@dataclass(frozen=True, slots=True)
class BatchUse:
    """`job_kind` says what is being done with it at this moment, if anything is."""

    batch: Batch
    use: Use
    last_day: date | None
    job_kind: str


@dataclass(frozen=True, slots=True)
class PoolUse:
    pool: Pool
    use: Use
    last_day: date | None
    files: int


def read_use(now: datetime, **of: int) -> tuple[Use, Days]:
    """Of a pool_id or a batch_id, and its days."""
    first, end = span_of(now)
    days = count_lease_days(first, end, **of)
    sums = {
        name: sum(day[name] for day in days.values())
        for name in ("leases", "with_sms", "wait_seconds")
    }
    return Use(count_states(**of), **sums), days


def span_of(now: datetime) -> tuple[date, date]:
    """The days shown: to today, without the day after."""
    today = day_start(now).date()
    return today - timedelta(days=SPAN_DAYS - 1), today + timedelta(days=1)


def list_batch_uses(
    now: datetime, *, pool_id: int | None = None, page: int = 0, page_size: int = PAGE_SIZE
) -> tuple[list[BatchUse], bool]:
    """A page of the files in stock, the newest first, of a pool or of all; and if there are more.

    Five queries, by the indexes stock_of_batch and lease_day_of_batch.
    """
    batches = Batch.objects.exclude(state=Batch.State.DELETED).select_related("pool")
    if pool_id is not None:
        batches = batches.filter(pool_id=pool_id)
    start = page * page_size
    found = list(batches.order_by("-created_at", "-pk")[start : start + page_size + 1])
    return _measure_batches(found[:page_size], now), len(found) > page_size


def find_batch_use(batch_id: int, now: datetime) -> BatchUse | None:
    """One file in stock."""
    batches = Batch.objects.exclude(state=Batch.State.DELETED).select_related("pool")
    found = _measure_batches(list(batches.filter(pk=batch_id)), now)
    return found[0] if found else None


def list_pool_uses(
    now: datetime, *, page: int = 0, page_size: int = PAGE_SIZE
) -> tuple[list[PoolUse], bool]:
    """A page of the pools, by name; and if there are more. Five queries."""
    start = page * page_size
    found = list(Pool.objects.all()[start : start + page_size + 1])
    pools, is_more = found[:page_size], len(found) > page_size
    files = Batch.objects.filter(pool__in=pools).exclude(state=Batch.State.DELETED).order_by()
    counts = dict(files.values_list("pool_id").annotate(count=Count("pk")))
    uses = measure("pool", [pool.pk for pool in pools], now)
    return [
        PoolUse(pool, use, last_day, counts.get(pool.pk, 0))
        for pool, (use, last_day) in zip(pools, uses, strict=True)
    ], is_more


def _measure_batches(batches: list[Batch], now: datetime) -> list[BatchUse]:
    jobs = BatchJob.objects.filter(batch__in=batches, done_at=None)
    kinds = dict(jobs.values_list("batch_id", "kind"))
    uses = measure("batch", [batch.pk for batch in batches], now)
    return [
        BatchUse(batch, use, last_day, kinds.get(batch.pk, ""))
        for batch, (use, last_day) in zip(batches, uses, strict=True)
    ]


def measure(of: str, ids: list[int], now: datetime) -> list[tuple[Use, date | None]]:
    """What became of each "pool" or "batch", and when a number of it was leased last.

    Three queries.
    """
    states: dict[int, dict[str, int]] = {pk: dict.fromkeys(Number.State.values, 0) for pk in ids}
    # The states are named so that stock_of_state serves.
    counts = StockCount.objects.filter(**{f"{of}__in": ids}, state__in=Number.State.values)
    sums = counts.order_by().values_list(f"{of}_id", "state").annotate(count=Sum("amount"))
    for pk, state, count in sums:
        states[pk][state] = int(count)
    first, end = span_of(now)
    days = LeaseDay.objects.filter(**{f"{of}__in": ids}).order_by().values_list(f"{of}_id")
    last = dict(days.filter(leases__gt=0).annotate(last=Max("day")))
    recent = {
        pk: [int(figure) for figure in figures]
        for pk, *figures in days.filter(day__gte=first, day__lt=end).annotate(
            leases_sum=Sum("leases"), sms_sum=Sum("with_sms"), wait_sum=Sum("wait_seconds")
        )
    }
    return [(Use(states[pk], *recent.get(pk, (0, 0, 0))), last.get(pk)) for pk in ids]
