"""Staff as members: how the two are linked, and what they write to members."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from .members import Member

# Telegram takes 4,096 characters: room for the heading around it in every language.
STAFF_MESSAGE_LENGTH_MAX = 3500


class StaffLinkCode(models.Model):
    """A one-time code that links a member to a staff user; only its hash is kept."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    code_hash = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"link code of {self.user}"


class LinkAttempt(models.Model):
    """A wrong link code: only so many are heard in an hour."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="link_attempts")
    attempted_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"attempt {self.pk}"


class StaffMessage(models.Model):
    """What the staff wrote to a member. The outbox carries its number only."""

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="staff_messages")
    text = models.TextField(max_length=STAFF_MESSAGE_LENGTH_MAX)
    # A plain number and a name: the message outlives its writer.
    actor_user_id = models.BigIntegerField(null=True, blank=True)
    actor_label = models.CharField(max_length=150)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [
            models.Index(fields=["member", "-created_at"], name="staff_message_of_member"),
        ]

    def __str__(self) -> str:
        return f"message {self.pk}"
