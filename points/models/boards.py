"""Leaderboards: what members earn on a day, the sums of the last days, and marks for ranks."""

from django.db import models
from django.db.models import F, Q


class Board(models.TextChoices):
    """What members are ranked by."""

    POINTS = "points", "Points"
    XP = "xp", "XP"
    VOUCHES = "vouches", "Vouches"
    INVITES = "invites", "Invites"


class Period(models.IntegerChoices):
    """Over how many days; all time is what the board's own table holds now."""

    ALL_TIME = 0, "All time"
    MONTH = 30, "30 days"
    WEEK = 7, "7 days"


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


class Score(models.Model):
    """The sum of a member's last days (UTC), today among them. Above zero it holds a place.

    Written by refresh_scores alone, and can be made again from DayScore.
    """

    board = models.CharField(max_length=8, choices=Board.choices)
    days = models.PositiveSmallIntegerField(choices=Period.choices, verbose_name="period")
    # Unchecked: it follows DayScore, and a check would wait for whoever has the member locked.
    member = models.ForeignKey(
        "accounts.Member",
        on_delete=models.PROTECT,
        related_name="scores",
        db_index=False,
        db_constraint=False,
    )
    score = models.BigIntegerField()

    class Meta:
        verbose_name_plural = "leaderboards"
        constraints = [
            models.UniqueConstraint(fields=["member", "board", "days"], name="score_once"),
        ]
        indexes = [
            models.Index(
                fields=["board", "days", "-score", "member"],
                name="score_highest",
                condition=Q(score__gt=0),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.score} {self.board} in {self.days} days"


class BoardState(models.Model):
    """The day for which the sums of Score are made, and when. One row: the lock of the job."""

    day = models.DateField()
    refreshed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"sums of {self.day}"


class BoardMark(models.Model):
    """A milestone on a board: how many members stand above a score, and at it or above.

    A rank is counted from the nearest one instead of from the top.
    """

    board = models.CharField(max_length=8, choices=Board.choices)
    days = models.PositiveSmallIntegerField(choices=Period.choices)
    score = models.BigIntegerField()
    higher = models.BigIntegerField()
    reached = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["board", "days", "score"], name="board_mark_once"),
            models.CheckConstraint(
                condition=Q(higher__gte=0, reached__gt=F("higher")), name="board_mark_counts"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.score} {self.board}: {self.higher} above"
