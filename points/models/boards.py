"""Leaderboards: what members earn on a day, the sums of the last days, and marks for ranks."""

from django.db import models
from django.db.models import Q


class Board(models.TextChoices):
    """What members are ranked by."""

    POINTS = "points", "Points"
    XP = "xp", "XP"
    VOUCHES = "vouches", "Vouches"
    INVITES = "invites", "Invites"


class DayScore(models.Model):
    """What a member earned on a UTC day; can be below zero, where games were lost.

    Points are counted by the database itself as entries are posted (points/migrations);
    everything else by add_day_score. Dirty rows are not in the sums of Score yet.
    """

    board = models.CharField(max_length=8, choices=Board.choices)
    # By the constraint's index.
    member = models.ForeignKey(
        "accounts.Member", on_delete=models.PROTECT, related_name="day_scores", db_index=False
    )
    day = models.DateField()
    score = models.BigIntegerField()
    is_dirty = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["member", "board", "day"], name="day_score_once"),
        ]
        indexes = [
            models.Index(fields=["day", "board"], name="day_score_of_day"),
            # What the sums still lack: few rows, today's first.
            models.Index(fields=["-day"], name="day_score_dirty", condition=Q(is_dirty=True)),
        ]

    def __str__(self) -> str:
        return f"{self.score:+} {self.board} {self.day}"
