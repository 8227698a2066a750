"""Who delivers SMS, and what came to our numbers."""

import secrets

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from .leases import Lease
from .polling import PollingFields


def new_provider_secret() -> str:
    return secrets.token_urlsafe(32)


class Provider(PollingFields):
    """Who delivers SMS to the webhook /sms/<kind>/<slug>/, or has a list to be asked for."""

    class Kind(models.TextChoices):
        GENERIC = "generic", "Signed JSON"
        TWILIO = "twilio", "Twilio"
        POLLING = "polling", "Polling"

    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.GENERIC)
    slug = models.SlugField(
        max_length=40,
        unique=True,
        verbose_name="name",
        help_text="Letters, digits, dashes. Part of the address that the provider calls.",
    )
    secret = models.CharField(
        max_length=500,
        default=new_provider_secret,
        help_text="Signs each message: X-Signature is sha256= and the HMAC of the body.",
    )
    is_active = models.BooleanField(default=True, verbose_name="SMS accepted")
    # To the minute, so that a busy provider's row is not written for each message.
    last_success_at = models.DateTimeField(
        null=True, blank=True, editable=False, verbose_name="last success"
    )
    failed_at = models.DateTimeField(null=True, blank=True, editable=False)
    failure = models.CharField(max_length=100, blank=True, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(poll_seconds__gte=2), name="provider_poll_seconds"),
        ]

    def __str__(self) -> str:
        return self.slug

    @property
    def is_failing(self) -> bool:
        """Nothing has come since its last failure."""
        if self.failed_at is None:
            return False
        return self.last_success_at is None or self.last_success_at <= self.failed_at


class InboundSms(models.Model):
    """A message that came to one of our numbers, stored once, as it came."""

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT)
    provider_message_id = models.CharField(max_length=120)
    to_e164 = models.BigIntegerField(verbose_name="to")
    sender = models.CharField(max_length=80)
    text = models.TextField(max_length=4000)
    code = models.CharField(max_length=16, blank=True)
    # Empty when no lease covered the number at the moment of receipt: for staff only.
    lease = models.ForeignKey(
        Lease, null=True, blank=True, on_delete=models.PROTECT, related_name="messages"
    )
    # Judged once, when it came: a change of the block list delivers and withholds nothing later.
    is_blocked = models.BooleanField(default=False, verbose_name="sender blocked")
    received_at = models.DateTimeField()
    stored_at = models.DateTimeField(db_default=Now())
    # Since then its text and its code are gone, by age or because the member was deleted.
    purged_at = models.DateTimeField(
        null=True, blank=True, editable=False, verbose_name="text deleted"
    )

    class Meta:
        verbose_name = "inbound SMS"
        verbose_name_plural = "inbound SMS"
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "provider_message_id"], name="sms_stored_once"
            ),
            models.CheckConstraint(
                condition=Q(purged_at__isnull=True) | Q(text="", code=""), name="sms_purged_whole"
            ),
        ]
        indexes = [
            models.Index(fields=["-received_at"], name="sms_newest"),
            models.Index(fields=["to_e164", "-received_at"], name="sms_of_number"),
            models.Index(
                fields=["-received_at"], name="sms_unmatched", condition=Q(lease__isnull=True)
            ),
            models.Index(fields=["-received_at"], name="sms_blocked", condition=Q(is_blocked=True)),
            models.Index(
                fields=["received_at"], name="sms_with_text", condition=Q(purged_at__isnull=True)
            ),
        ]
        permissions = [
            ("view_code", "Can see the codes and texts of SMS"),
            ("view_unmatched", "Can see SMS that belong to no lease"),
        ]

    def __str__(self) -> str:
        return f"SMS {self.pk}"
