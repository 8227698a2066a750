"""What the older bots left behind, each piece once, and whose it has become here."""

from django.db import models
from django.db.models import Q

from .members import Member


class LegacyRecord(models.Model):
    """One piece of an older bot's file: an import that meets it again changes nothing.

    Without a member it is held until somebody claims the account of `owner_id`.
    """

    source = models.CharField(max_length=24)
    part = models.CharField(max_length=24)
    key = models.CharField(max_length=80)
    # The older bot's number of its user: a Telegram id, or one of another network.
    owner_id = models.BigIntegerField()
    value = models.JSONField(default=dict)
    member = models.ForeignKey(
        Member, null=True, on_delete=models.PROTECT, related_name="legacy_records"
    )
    created_at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "part", "key"], name="legacy_record_once"),
            models.CheckConstraint(
                condition=Q(member__isnull=True, applied_at__isnull=True)
                | Q(member__isnull=False, applied_at__isnull=False),
                name="legacy_record_applied_to_a_member",
            ),
        ]
        indexes = [
            models.Index(
                fields=["owner_id", "id"], name="legacy_record_held", condition=Q(member=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.part} {self.key}"


class LegacyAccount(models.Model):
    """An account of another network that a member has claimed: what comes of it later is his."""

    legacy_id = models.BigIntegerField(unique=True)
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="legacy_accounts")
    claimed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"legacy account {self.legacy_id}"
