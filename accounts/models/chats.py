"""The groups the bot was met in."""

from django.db import models
from django.db.models.functions import Now

from .members import NAME_LENGTH_MAX


class Chat(models.Model):
    """A group the bot was met in. Private chats are their member's."""

    telegram_id = models.BigIntegerField(unique=True, verbose_name="Telegram id")
    title = models.CharField(max_length=NAME_LENGTH_MAX, blank=True)
    kind = models.CharField(max_length=16)
    is_enabled = models.BooleanField(
        default=False, verbose_name="enabled", help_text="Earning points and XP by messages."
    )
    bot_is_member = models.BooleanField(default=True)
    created_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return self.title or str(self.telegram_id)
