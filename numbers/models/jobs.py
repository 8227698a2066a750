"""Work on a batch that is too much for one transaction, and how far it has come."""

from django.db import models
from django.db.models import F, Q

from project.long_jobs import LongJob

from .pools import Batch


class BatchJob(LongJob):
    """A file on its way into stock, or a batch on its way out of it.

    Its row is the lock: each step is a transaction that also notes how far it came, so a
    process that dies loses the step it was at, and no line is counted twice. The counts
    of an import stand in the batch.
    """

    class Kind(models.TextChoices):
        LOAD = "load", "Import"
        REMOVE = "remove", "Removal"

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="jobs", db_index=False)
    kind = models.CharField(max_length=6, choices=Kind.choices)
    total = models.BigIntegerField(help_text="Bytes of the file, or numbers to remove.")
    done = models.BigIntegerField(default=0, help_text="The next byte, or the numbers removed.")
    line = models.PositiveIntegerField(default=0, help_text="Lines read so far.")
    # How to read the file, as numbers.importing found it at the start.
    dialect = models.JSONField(default=dict)
    started_at = models.DateTimeField()
    beat_at = models.DateTimeField(help_text="When somebody last worked on it.")

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
    def way(self) -> tuple[int, int]:
        return self.done, self.total
