"""Acts of the staff on many members' VIP, and how far each has come."""

from django.db import models
from django.db.models import Q

from project.long_jobs import LongJob

from .membership import DAYS_MAX


class GrantOrder(LongJob):
    """One act of the staff that gives VIP or takes it back: drafted to be looked at, then done.

    Its row is the lock: however often it is confirmed, and whoever works on it, every
    member is reached once. Members are reached in the order of their numbers, from
    `member_done` (exclusive) to `member_max`; who joins after the start is not meant.
    """

    # So many members are one transaction; more are done in the background, in chunks of that.
    AT_ONCE_MAX = 10_000

    class Act(models.TextChoices):
        GIVE = "give", "Give"
        REVOKE = "revoke", "Revoke"

    act = models.CharField(max_length=6, choices=Act.choices, default=Act.GIVE)
    key = models.CharField(max_length=120, unique=True, help_text="One act per key.")
    # Who is meant, as vip.audience writes it: they are chosen anew as they are reached.
    audience = models.JSONField()
    days = models.PositiveIntegerField(help_text="0 when VIP is taken back.")
    reason = models.CharField(max_length=500)
    drafted_at = models.DateTimeField()
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
    def is_large(self) -> bool:
        return self.meant > self.AT_ONCE_MAX

    @property
    def reached(self) -> int:
        return self.granted + self.skipped

    @property
    def way(self) -> tuple[int, int]:
        return self.reached, self.meant
