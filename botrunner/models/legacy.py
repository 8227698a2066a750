"""Imports of older bots' files by the dashboard: a look first, then the import itself."""

from django.db import models
from django.db.models import F, Q

from project.long_jobs import LongJob


class LegacyImport(LongJob):
    """A look at an uploaded file, or the import that a person confirmed after it.

    Its row is the lock: each step is a transaction that brings some pieces in and notes how
    far it came, so a process that dies loses the step it was at, and nothing counts twice.
    """

    kind = models.CharField(max_length=16)
    # Whose ids its users have: "legacy" or "telegram"; empty where the kind leaves no choice.
    ids = models.CharField(max_length=8, blank=True)
    is_dry = models.BooleanField()
    look = models.OneToOneField(
        "self", null=True, on_delete=models.PROTECT, related_name="act", help_text="Confirmed."
    )
    token = models.CharField(max_length=32, help_text="Where the uploaded file lies.")
    original_name = models.CharField(max_length=200)
    bytes = models.BigIntegerField()
    is_read = models.BooleanField(default=False)
    total = models.BigIntegerField(default=0, help_text="Pieces found in the file.")
    done = models.BigIntegerField(default=0, help_text="Pieces worked through.")
    # What became, or would become, of the pieces: counts by part, and what is said aloud.
    tally = models.JSONField(default=dict)
    faults_count = models.PositiveIntegerField(default=0)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(is_dry=True, look__isnull=True) | Q(is_dry=False, look__isnull=False),
                name="legacy_import_after_a_look",
            ),
            models.CheckConstraint(
                condition=Q(done__gte=0) & Q(done__lte=F("total")),
                name="legacy_import_done_bounded",
            ),
            models.CheckConstraint(
                condition=Q(stopped_at__isnull=True) | Q(done_at__isnull=True),
                name="legacy_import_stopped_unfinished",
            ),
        ]
        indexes = [
            models.Index(
                fields=["beat_at"], name="legacy_import_running", condition=Q(done_at__isnull=True)
            ),
        ]
        permissions = [("import_legacy", "Can import files of older bots")]

    def __str__(self) -> str:
        return f"{self.kind}: {self.original_name}"

    @property
    def way(self) -> tuple[int, int]:
        return self.done, self.total


class LegacyFault(models.Model):
    """What is bad in a file, or could not be brought in. `place` is a key or a line."""

    job = models.ForeignKey(
        LegacyImport, on_delete=models.CASCADE, related_name="faults", db_index=False
    )
    # Found when the file was read: the import itself does not read it again.
    is_of_file = models.BooleanField()
    file = models.CharField(max_length=200)
    place = models.CharField(max_length=200)
    reason = models.CharField(max_length=300)

    class Meta:
        indexes = [models.Index(fields=["job", "id"], name="legacy_fault_of_import")]

    def __str__(self) -> str:
        return f"{self.file}: {self.place}"
