"""Acts of the staff on many members' VIP, and how far each has come."""

from datetime import timedelta

from django.db import models
from django.db.models import Q

from .membership import DAYS_MAX


class GrantOrder(models.Model):
    """One act of the staff that gives VIP or takes it back: drafted to be looked at, then done.

    Its row is the lock: however often it is confirmed, and whoever works on it, every
    member is reached once. Members are reached in the order of their numbers, from
    `member_done` (exclusive) to `member_max`; who joins after the start is not meant.
    """

    # So many members are one transaction; more are done in the background, in chunks of that.
    AT_ONCE_MAX = 10_000
    # So often in a row a chunk is tried, a minute apart, before the order stops.
    ATTEMPTS_MAX = 5

    class Act(models.TextChoices):
        GIVE = "give", "Give"
        REVOKE = "revoke", "Revoke"

    act = models.CharField(max_length=6, choices=Act.choices, default=Act.GIVE)
    key = models.CharField(max_length=120, unique=True, help_text="One act per key.")
    # Who is meant, as vip.audience writes it: they are chosen anew as they are reached.
    audience = models.JSONField()
    days = models.PositiveIntegerField(help_text="0 when VIP is taken back.")
    reason = models.CharField(max_length=500)
    actor_user_id = models.BigIntegerField(null=True)
    actor_label = models.CharField(max_length=150)
    actor_origin = models.CharField(max_length=8, default="system")
    drafted_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    beat_at = models.DateTimeField(null=True, help_text="When somebody last worked on it.")
    done_at = models.DateTimeField(null=True)
    # Tries at the next chunk that did not come to its end: raised before each, and nothing
    # again after one that did, so a process that is killed counts as well as an error.
    attempts = models.PositiveSmallIntegerField(default=0)
    fault = models.CharField(max_length=100, blank=True, help_text="What the last try failed of.")
    stopped_at = models.DateTimeField(null=True, help_text="Nobody tries any more until asked to.")
    is_cancelled = models.BooleanField(default=False, help_text="The rest was left undone.")
    meant = models.PositiveIntegerField(default=0, help_text="Members at the start.")
    granted = models.PositiveIntegerField(default=0)
    skipped = models.PositiveIntegerField(default=0)
    member_done = models.BigIntegerField(default=0)
    member_max = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(act="give", days__gte=1, days__lte=DAYS_MAX) | Q(act="revoke", days=0),
                name="grant_order_days_bounded",
            ),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True) | Q(started_at__isnull=False),
                name="grant_order_done_after_start",
            ),
            models.CheckConstraint(
                condition=Q(stopped_at__isnull=True)
                | Q(started_at__isnull=False, done_at__isnull=True),
                name="grant_order_stopped_unfinished",
            ),
        ]
        indexes = [
            models.Index(
                fields=["drafted_at"], name="grant_order_drafts", condition=Q(done_at__isnull=True)
            ),
            models.Index(
                fields=["beat_at"],
                name="grant_order_running",
                condition=Q(started_at__isnull=False, done_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        what = f"{self.days} days" if self.act == self.Act.GIVE else "Revoked"
        return f"{what} by {self.actor_label}"

    @property
    def is_unfinished(self) -> bool:
        """Begun, and neither done nor cancelled: it runs, or has stopped."""
        return self.started_at is not None and self.done_at is None

    @property
    def is_running(self) -> bool:
        return self.is_unfinished and self.stopped_at is None

    @property
    def is_large(self) -> bool:
        return self.meant > self.AT_ONCE_MAX

    @property
    def reached(self) -> int:
        return self.granted + self.skipped

    @property
    def seconds_spent(self) -> float:
        """From the start to the last step."""
        if self.started_at is None or self.beat_at is None:
            return 0.0
        return max((self.beat_at - self.started_at).total_seconds(), 0.0)

    @property
    def time_left(self) -> timedelta | None:
        """At the speed so far; None while that is not known."""
        if not self.reached or not self.seconds_spent:
            return None
        left = max(self.meant - self.reached, 0)
        return timedelta(seconds=round(left * self.seconds_spent / self.reached))
