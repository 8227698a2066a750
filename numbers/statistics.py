"""How a pool or a file is used: what is free and used, and what came of its leases."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Max, Sum

from numbers.models import Batch, LeaseDay, Number, StockCount
from numbers.selectors import count_lease_days, count_states
from project.figures import Days
from project.selectors import day_start

SPAN_DAYS = 30
BATCHES_SHOWN = 50


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
    def used_share(self) -> float | None:
        return self.states[Number.State.USED] / self.total if self.total else None

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
    batch: Batch
    use: Use
    last_day: date | None


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


def list_batch_uses(pool_id: int, now: datetime) -> list[BatchUse]:
    """A pool's newest files. Four queries, by the indexes stock_of_batch and lease_day_of_batch."""
    batches = list(Batch.objects.filter(pool_id=pool_id).order_by("-created_at")[:BATCHES_SHOWN])
    ids = [batch.pk for batch in batches]
    states: dict[int, dict[str, int]] = {pk: dict.fromkeys(Number.State.values, 0) for pk in ids}
    counts = StockCount.objects.filter(batch__in=ids).order_by().values_list("batch_id", "state")
    for batch_id, state, count in counts.annotate(count=Sum("amount")):
        states[batch_id][state] = int(count)
    first, end = span_of(now)
    days = LeaseDay.objects.filter(batch__in=ids).order_by().values_list("batch_id")
    last = dict(days.filter(leases__gt=0).annotate(last=Max("day")))
    recent = {
        batch_id: [int(figure) for figure in figures]
        for batch_id, *figures in days.filter(day__gte=first, day__lt=end).annotate(
            leases_sum=Sum("leases"), sms_sum=Sum("with_sms"), wait_sum=Sum("wait_seconds")
        )
    }
    return [
        BatchUse(batch, Use(states[batch.pk], *recent.get(batch.pk, (0, 0, 0))), last.get(batch.pk))
        for batch in batches
    ]
