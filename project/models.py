"""What the frame itself keeps: sums of days that are over, and what became of backups."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class DayTotal(models.Model):
    """A chart's figures of one day that is over. Can be deleted: it is made again."""

    chart = models.CharField(max_length=40)
    day = models.DateField()
    figures = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["chart", "day"], name="day_total_once"),
        ]

    def __str__(self) -> str:
        return f"{self.chart} {self.day}"


class BackupRun(models.Model):
    """One attempt at a backup, told to every machine. What is kept is told by the places."""

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        RUNNING = "running", "Running"
        GOOD = "good", "Good"
        FAILED = "failed", "Failed"

    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    # What is being done at this moment, in words.
    stage = models.CharField(max_length=100, blank=True)
    machine = models.CharField(max_length=64, blank=True)
    # Plain number and name: who ordered it, and the member in the bot to be told of its end.
    ordered_by = models.CharField(max_length=150, blank=True)
    member_number = models.BigIntegerField(null=True)
    ordered_at = models.DateTimeField(db_default=Now())
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    name = models.CharField(max_length=40, blank=True)
    bytes = models.BigIntegerField(default=0)
    members = models.BigIntegerField(default=0)
    points = models.BigIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["state", "-started_at"], name="backup_run_newest"),
            models.Index(fields=["ordered_at"], name="backup_run_age"),
        ]
        permissions = [("make_backup", "Can make a backup and hears of their failures")]

    def __str__(self) -> str:
        return self.name or f"run {self.pk}"


class BackupCheck(models.Model):
    """What the last look at a kept backup found; no words: nothing was wrong."""

    name = models.CharField(max_length=40)
    place = models.CharField(max_length=12)
    checked_at = models.DateTimeField()
    words = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["name", "place"], name="backup_check_once"),
        ]

    def __str__(self) -> str:
        return f"{self.name} in {self.place}"


class RestoreDrill(models.Model):
    """A backup restored to where nobody works, to see that it can be."""

    name = models.CharField(max_length=40, blank=True)
    drilled_at = models.DateTimeField()
    seconds = models.FloatField(default=0)
    members = models.BigIntegerField(default=0)
    points = models.BigIntegerField(default=0)
    entries = models.BigIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [models.Index(fields=["-drilled_at"], name="drill_newest")]

    def __str__(self) -> str:
        return f"drill of {self.name}"


INCIDENT_HEADLINES = {
    "backup.late": "The newest good backup is too old.",
    "backup.failed": "The last backup failed.",
    "backup.primary": "The primary place takes no backups.",
    "backup.second": "The second place takes no backups.",
    "backup.s3": "The S3 place takes no backups.",
    "backup.drill": "The restore drill failed.",
    "backup.restored": "A backup was restored at the start.",
}


class Incident(models.Model):
    """Something the people in charge have to hear of, once, and again when it is over."""

    cause = models.CharField(max_length=40, help_text="Dotted name, such as backup.late.")
    words = models.CharField(max_length=300)
    # Whom it concerns: staff who hold it are told, and nobody else.
    permission = models.CharField(max_length=100, default="project.make_backup")
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    # Set once the messages about it are queued.
    told_at = models.DateTimeField(null=True)
    over_told_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["cause"], name="incident_open_once", condition=Q(closed_at=None)
            ),
        ]
        indexes = [
            models.Index(fields=["id"], name="incident_untold", condition=Q(told_at=None)),
            models.Index(
                fields=["closed_at"], name="incident_end_untold", condition=Q(over_told_at=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cause}: {self.words}"

    @property
    def headline(self) -> str:
        """What it is, in a sentence; the words say why."""
        return INCIDENT_HEADLINES.get(self.cause, self.cause)
