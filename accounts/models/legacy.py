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
    """An account of another network: what is held of it is the member's who claims it.

    Claimed, it is his for good, and what later files bring of it too.
    """

    legacy_id = models.BigIntegerField(unique=True)
    # As the older bot knew him, for the staff to find him by.
    username = models.CharField(max_length=64, blank=True)
    member = models.ForeignKey(
        Member, null=True, on_delete=models.PROTECT, related_name="legacy_accounts"
    )
    claimed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(member__isnull=True, claimed_at__isnull=True)
                | Q(member__isnull=False, claimed_at__isnull=False),
                name="legacy_account_claimed_by_a_member",
            ),
        ]
        # Usernames are searched by the index of migration 0013.
        permissions = [("issue_legacy_code", "Can issue claim codes of legacy accounts")]

    def __str__(self) -> str:
        return f"legacy account {self.legacy_id}"


class LegacyCode(models.Model):
    """A one-time code with which a member claims a legacy account; only its hash is kept."""

    account = models.ForeignKey(LegacyAccount, on_delete=models.CASCADE, related_name="codes")
    code_hash = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    used_by = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(used_at__isnull=True, used_by__isnull=True)
                | Q(used_at__isnull=False, used_by__isnull=False),
                name="legacy_code_used_by_a_member",
            ),
            models.UniqueConstraint(
                fields=["account"],
                condition=Q(used_at__isnull=False),
                name="legacy_code_one_used_for_each_account",
            ),
        ]

    def __str__(self) -> str:
        return f"code of {self.account}"


class ClaimAttempt(models.Model):
    """A wrong claim code: only so many are heard in an hour."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="claim_attempts")
    attempted_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"attempt {self.pk}"
