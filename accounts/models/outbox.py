"""What is to be told the members."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from .members import Member


class OutboxMessage(models.Model):
    """A message no update asked for, written in the transaction that caused it.

    `params` hold ids only, never a code or an SMS text: the text is made when it is sent.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        SENDING = "sending", "Sending"
        SENT = "sent", "Sent"
        FAILED = "failed", "Failed"
        DROPPED = "dropped", "Not needed any more"

    class Priority(models.IntegerChoices):
        CODE = 0, "Code"
        NOTICE = 5, "Notice"
        BROADCAST = 9, "Broadcast"

    key = models.CharField(max_length=120, unique=True)
    kind = models.CharField(max_length=64, help_text="Dotted name, such as vip.ending.")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="outbox")
    params = models.JSONField(default=dict)
    priority = models.SmallIntegerField(choices=Priority.choices, default=Priority.NOTICE)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    due_at = models.DateTimeField(db_default=Now())
    claimed_until = models.DateTimeField(null=True, blank=True)
    # The process that sends it, so that its death is noticed before the lease ends.
    claimed_by = models.CharField(max_length=80, blank=True, db_default="")
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [
            # What a sender asks for: the waiting ones that are due, most urgent first.
            models.Index(
                fields=["priority", "due_at"],
                name="outbox_waiting",
                condition=Q(state="waiting"),
            ),
            models.Index(
                fields=["claimed_until"], name="outbox_sending", condition=Q(state="sending")
            ),
            models.Index(fields=["member", "-created_at"], name="outbox_of_member"),
        ]

    def __str__(self) -> str:
        return self.key
