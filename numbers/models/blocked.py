"""Senders whose messages reach no member."""

import unicodedata

from django.db import models
from django.db.models.functions import Now

SENDER_LENGTH_MAX = 80


def fold_sender(name: str) -> str:
    """As names are compared: without case, with one form of each letter and one space between."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return " ".join(unicodedata.normalize("NFKC", folded).split())


class BlockedSender(models.Model):
    """What comes from it is kept for the staff and withheld from whoever holds the number."""

    name = models.CharField(
        max_length=SENDER_LENGTH_MAX,
        verbose_name="sender",
        help_text="As it stands in SMS, such as Example Bank; in capitals or not.",
    )
    folded = models.CharField(max_length=SENDER_LENGTH_MAX, editable=False)
    is_prefix = models.BooleanField(
        default=False,
        verbose_name="and all that begin so",
        help_text="Also senders that go on after it.",
    )
    reason = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["folded"]
        constraints = [models.UniqueConstraint(fields=["folded"], name="blocked_sender_once")]

    def __str__(self) -> str:
        return self.name
