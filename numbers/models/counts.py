"""Counts kept beside the numbers and leases by the database itself (numbers/triggers.py).

Their keys are no foreign keys in the database: a bulk import would check each of them.
"""

from django.db import models
from django.db.models import Q


class StockCount(models.Model):
    """How many numbers of a batch came into a state, less those that left it.

    The sum over the rows of a batch and state is the count. On PostgreSQL every statement
    adds rows of its own, so that nobody waits for another's: what counts one row waits in
    line for it. fold_counts makes one row of them again. SQLite has one writer, and one row.
    """

    pool = models.ForeignKey(
        "numbers.Pool", db_constraint=False, db_index=False, on_delete=models.DO_NOTHING
    )
    batch = models.ForeignKey(
        "numbers.Batch", db_constraint=False, db_index=False, on_delete=models.DO_NOTHING
    )
    state = models.CharField(max_length=8)
    amount = models.BigIntegerField()
    is_folded = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(fields=["state", "pool"], name="stock_of_state"),
            models.Index(fields=["batch", "state"], name="stock_of_batch"),
            models.Index(fields=["id"], name="stock_fresh", condition=Q(is_folded=False)),
        ]

    def __str__(self) -> str:
        return f"{self.amount:+d} {self.state}"


class LeaseDay(models.Model):
    """Leases of a batch that began on a day (UTC), those that had an SMS, and their wait for it.

    Kept and folded as StockCount is.
    """

    pool = models.ForeignKey(
        "numbers.Pool", db_constraint=False, db_index=False, on_delete=models.DO_NOTHING
    )
    batch = models.ForeignKey(
        "numbers.Batch", db_constraint=False, db_index=False, on_delete=models.DO_NOTHING
    )
    day = models.DateField()
    leases = models.BigIntegerField()
    with_sms = models.BigIntegerField()
    wait_seconds = models.BigIntegerField()
    is_folded = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(fields=["pool", "day"], name="lease_day_of_pool"),
            models.Index(fields=["batch", "day"], name="lease_day_of_batch"),
            models.Index(fields=["day"], name="lease_day_of_all"),
            models.Index(fields=["id"], name="lease_day_fresh", condition=Q(is_folded=False)),
        ]

    def __str__(self) -> str:
        return f"{self.day}: {self.leases:+d}"
