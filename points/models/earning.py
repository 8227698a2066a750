"""Where members stand with what earns points: daily bonus, search, XP and levels."""

from django.db import models
from django.db.models import F, Q


class DailyBonus(models.Model):
    """Where a member stands on the ladder of daily bonuses."""

    member = models.OneToOneField(
        "accounts.Member", on_delete=models.PROTECT, primary_key=True, related_name="daily_bonus"
    )
    streak = models.PositiveIntegerField()
    claimed_at = models.DateTimeField()
    # Of this one waiting time: each claim forgets it.
    is_reminded = models.BooleanField(default=False, verbose_name="wants a reminder")

    class Meta:
        verbose_name_plural = "daily bonuses"

    def __str__(self) -> str:
        return f"day {self.streak}"


class Search(models.Model):
    """Where a member stands with searching: how often, and when he may again."""

    member = models.OneToOneField(
        "accounts.Member", on_delete=models.PROTECT, primary_key=True, related_name="search"
    )
    count = models.PositiveIntegerField(default=0)
    searched_at = models.DateTimeField()
    ready_at = models.DateTimeField()
    # Of this one waiting time: each search forgets it.
    is_reminded = models.BooleanField(default=False, verbose_name="wants a reminder")

    class Meta:
        verbose_name_plural = "searches"
        indexes = [models.Index(fields=["-searched_at"], name="search_newest")]

    def __str__(self) -> str:
        return f"search {self.count}"


class Progress(models.Model):
    """A member's XP, and the level that follows from it (points/levels.py)."""

    member = models.OneToOneField(
        "accounts.Member", on_delete=models.PROTECT, primary_key=True, related_name="progress"
    )
    xp = models.PositiveBigIntegerField(default=0, verbose_name="XP")
    # Wide, so that the products of the constraint do not overflow.
    level = models.PositiveBigIntegerField(default=1)
    # Of the last message that earned XP.
    message_at = models.DateTimeField(null=True, blank=True)
    voice_seconds = models.PositiveBigIntegerField(default=0)
    # XP from games on the day (UTC) of the last one that brought any.
    game_day = models.DateField(null=True, blank=True)
    game_xp = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name_plural = "progress"
        constraints = [
            models.CheckConstraint(
                condition=Q(level__gte=1)
                & Q(xp__gte=F("level") * (F("level") - 1) * 50)
                & Q(xp__lt=F("level") * (F("level") + 1) * 50),
                name="progress_level_follows_xp",
            ),
        ]
        indexes = [models.Index(fields=["-xp", "member"], name="progress_highest")]

    def __str__(self) -> str:
        return f"level {self.level}"


class GroupMessage(models.Model):
    """Who wrote a message of late, so that its reactions can be credited to him.

    Kept for two days and up to a bound: points/services/group_messages.py.
    """

    chat_telegram_id = models.BigIntegerField()
    message_id = models.BigIntegerField()
    author = models.ForeignKey(
        "accounts.Member", on_delete=models.PROTECT, related_name="group_messages"
    )
    # Telegram ids of those whose reaction has counted: each counts once, and only so many.
    reactors = models.JSONField(default=list)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["chat_telegram_id", "message_id"], name="group_message_unique"
            ),
        ]
        indexes = [models.Index(fields=["created_at"], name="group_message_age")]

    def __str__(self) -> str:
        return f"message {self.message_id}"
