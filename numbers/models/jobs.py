"""Work on a batch that is too much for one transaction, and how far it has come."""

from datetime import timedelta

from django.db import models
from django.db.models import F, Q

from .pools import Batch


class BatchJob(models.Model):
    """A file on its way into stock, or a batch on its way out of it.

    Its row is the lock: each step is a transaction that also notes how far it came, so a
    process that dies loses the step it was at, and no line is counted twice. The counts
    of an import stand in the batch.
    """

    class Kind(models.TextChoices):
        LOAD = "load", "Import"
        REMOVE = "remove", "Removal"

    # A step that failed so often in a row is not tried any more.
    ATTEMPTS_MAX = 5

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="jobs", db_index=False)
    kind = models.CharField(max_length=6, choices=Kind.choices)
    actor_user_id = models.BigIntegerField(null=True)
    actor_label = models.CharField(max_length=150)
    actor_origin = models.CharField(max_length=8, default="system")
    total = models.BigIntegerField(help_text="Bytes of the file, or numbers to remove.")
    done = models.BigIntegerField(default=0, help_text="The next byte, or the numbers removed.")
    line = models.PositiveIntegerField(default=0, help_text="Lines read so far.")
    # How to read the file, as numbers.importing found it at the start.
    dialect = models.JSONField(default=dict)
    started_at = models.DateTimeField()
    beat_at = models.DateTimeField(help_text="When somebody last worked on it.")
    done_at = models.DateTimeField(null=True)
    is_cancelled = models.BooleanField(default=False, help_text="The rest was left undone.")
    attempts = models.PositiveSmallIntegerField(default=0)
    fault = models.CharField(max_length=100, blank=True, help_text="What the last try failed of.")
    stopped_at = models.DateTimeField(null=True, help_text="Nobody tries any more until asked to.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["batch"], condition=Q(done_at__isnull=True), name="batch_job_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(done__gte=0) & Q(done__lte=F("total")), name="batch_job_done_bounded"
            ),
            models.CheckConstraint(
                condition=Q(stopped_at__isnull=True) | Q(done_at__isnull=True),
                name="batch_job_stopped_unfinished",
            ),
        ]
        indexes = [
            models.Index(fields=["batch", "-id"], name="batch_job_of_batch"),
            models.Index(
                fields=["beat_at"], name="batch_job_running", condition=Q(done_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} by {self.actor_label}"

    @property
    def is_unfinished(self) -> bool:
        return self.done_at is None

    @property
    def is_running(self) -> bool:
        return self.done_at is None and self.stopped_at is None

    @property
    def percent(self) -> int:
        """100 only when it is over."""
        if self.done_at and not self.is_cancelled:
            return 100
        return min(self.done * 100 // self.total, 99) if self.total else 0

    @property
    def seconds_spent(self) -> float:
        """From the start to the last step."""
        return max((self.beat_at - self.started_at).total_seconds(), 0.0)

    @property
    def time_left(self) -> timedelta | None:
        """At the speed so far; None while that is not known."""
        if not self.done or not self.seconds_spent:
            return None
        return timedelta(seconds=(self.total - self.done) * self.seconds_spent / self.done)
