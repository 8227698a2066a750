"""What providers delivered, as it came: stored before anybody reads it."""

from django.db import models
from django.db.models import Q

from .sms import InboundSms, Provider


class RawEvent(models.Model):
    """One delivery. It waits for its handling until it is handled, read in vain, or given up."""

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        DONE = "done", "Handled"
        UNREADABLE = "unreadable", "Not readable"
        GIVEN_UP = "given_up", "Given up"

    # By the constraint's index.
    provider = models.ForeignKey(
        Provider, on_delete=models.PROTECT, related_name="events", db_index=False
    )
    # What makes a second delivery the same one: a hash of its body, or of the message's id.
    key = models.CharField(max_length=64, editable=False)
    body = models.BinaryField()
    came_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=1)
    due_at = models.DateTimeField(null=True, verbose_name="next attempt")
    reason = models.CharField(max_length=100, blank=True)
    # Empty for what says the same as a message that was stored before.
    sms = models.ForeignKey(
        InboundSms, null=True, on_delete=models.PROTECT, related_name="events", verbose_name="SMS"
    )
    # Since then the body is gone: the member was deleted, or the message was stored before.
    purged_at = models.DateTimeField(null=True, editable=False, verbose_name="text deleted")

    class Meta:
        verbose_name = "delivery"
        verbose_name_plural = "deliveries"
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(fields=["provider", "key"], name="event_stored_once"),
            models.CheckConstraint(
                condition=Q(state="waiting", due_at__isnull=False)
                | (~Q(state="waiting") & Q(due_at__isnull=True)),
                name="event_due_while_waiting",
            ),
            models.CheckConstraint(
                condition=Q(purged_at__isnull=True) | Q(body=b""), name="event_purged_whole"
            ),
        ]
        indexes = [
            models.Index(fields=["-came_at"], name="event_newest"),
            models.Index(fields=["due_at"], name="event_due", condition=Q(due_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"delivery {self.pk}"

    @property
    def may_be_retried(self) -> bool:
        given = (self.State.UNREADABLE, self.State.GIVEN_UP)
        return self.state in given and self.purged_at is None
