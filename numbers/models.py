"""Pools of phone numbers, who held which number when, and the messages that came to them."""

import secrets
from datetime import datetime

import phonenumbers
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.storage import FileSystemStorage
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

# Random keys spread draws evenly: a positive 31-bit number, drawn anew at each release.
DRAW_KEY_MAX = 2**31 - 1


def new_draw_key() -> int:
    return secrets.randbelow(DRAW_KEY_MAX)


def new_provider_secret() -> str:
    return secrets.token_urlsafe(32)


def upload_storage() -> FileSystemStorage:
    """Kept out of every served folder: uploads are only reachable through the dashboard."""
    return FileSystemStorage(location=settings.MEDIA_ROOT / "uploads", base_url=None)


class Pool(models.Model):
    """Numbers of one category, usually a country."""

    name = models.CharField(max_length=80, unique=True)
    country = models.CharField(
        max_length=2,
        blank=True,
        validators=[RegexValidator(r"^[A-Z]{2}$", "Two capital letters, such as AE.")],
        help_text="ISO code, such as AE. Lets files hold national numbers, and shows the flag.",
    )
    price = models.PositiveIntegerField(
        default=0, help_text="Points for one lease; refunded when no SMS came."
    )
    is_active = models.BooleanField(default=True, verbose_name="offered to members")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if self.country and self.country not in phonenumbers.SUPPORTED_REGIONS:
            raise ValidationError({"country": f"No country has the code {self.country}."})


class Batch(models.Model):
    """The numbers of one uploaded file."""

    class State(models.TextChoices):
        ACTIVE = "active", "Active"
        DISABLED = "disabled", "Disabled"
        # Its numbers that members have held stay, for the history of who held them.
        DELETED = "deleted", "Deleted"

    pool = models.ForeignKey(Pool, on_delete=models.PROTECT, related_name="batches")
    original_name = models.CharField(max_length=200, verbose_name="file")
    file = models.FileField(storage=upload_storage, max_length=200)
    sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=8, choices=State.choices, default=State.ACTIVE)
    accepted_count = models.PositiveIntegerField(default=0, verbose_name="accepted")
    duplicate_count = models.PositiveIntegerField(default=0)
    rejected_count = models.PositiveIntegerField(
        default=0, verbose_name="rejected", help_text="Duplicates included."
    )
    uploader_user_id = models.BigIntegerField(null=True, blank=True)
    uploader_label = models.CharField(max_length=150)
    rights_confirmed_at = models.DateTimeField(
        help_text="When the importer confirmed the right to use these numbers."
    )
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name_plural = "batches"
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["sha256"], condition=~Q(state="deleted"), name="batch_file_once"
            )
        ]
        permissions = [
            ("import_numbers", "Can import numbers"),
            ("download_batch", "Can download the original files"),
        ]

    def __str__(self) -> str:
        return self.original_name


class Rejection(models.Model):
    """A line of a file that did not become a number, and why."""

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="rejections")
    line = models.PositiveIntegerField()
    value = models.CharField(max_length=100)
    reason = models.CharField(max_length=32)

    class Meta:
        ordering = ["line"]

    def __str__(self) -> str:
        return f"line {self.line}: {self.reason}"


class Number(models.Model):
    """A phone number in stock."""

    class State(models.TextChoices):
        FREE = "free", "Free"
        LEASED = "leased", "Leased"
        RESTING = "resting", "In quarantine"
        USED = "used", "Used"
        DISABLED = "disabled", "Disabled"

    pool = models.ForeignKey(Pool, on_delete=models.PROTECT, related_name="numbers")
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="numbers")
    # Digits of the international form without "+": up to fifteen, so it fits.
    e164 = models.BigIntegerField(unique=True, verbose_name="number")
    state = models.CharField(max_length=8, choices=State.choices, default=State.FREE)
    draw_key = models.IntegerField(default=new_draw_key)
    rests_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="resting", rests_until__isnull=False)
                | (~Q(state="resting") & Q(rests_until__isnull=True)),
                name="number_rests_until_a_time",
            ),
            models.CheckConstraint(
                condition=Q(e164__gte=1_000_000) & Q(e164__lt=10**15), name="number_e164_bounded"
            ),
        ]
        indexes = [
            # A draw takes the first free number at or after a random key.
            models.Index(
                fields=["pool", "draw_key"], name="number_draw", condition=Q(state="free")
            ),
            # The same over all pools: a draw for "Any".
            models.Index(fields=["draw_key"], name="number_draw_any", condition=Q(state="free")),
            models.Index(fields=["rests_until"], name="number_rest", condition=Q(state="resting")),
            models.Index(fields=["batch", "state"], name="number_of_batch"),
        ]

    def __str__(self) -> str:
        return f"+{self.e164}"


class Lease(models.Model):
    """A number held by a member for a while. SMS of that while are his, and nobody else's."""

    class End(models.TextChoices):
        EXPIRED = "expired", "Time was up"
        RELEASED = "released", "Released"
        CHANGED = "changed", "Changed for another number"

    number = models.ForeignKey(Number, on_delete=models.PROTECT, related_name="leases")
    member = models.ForeignKey("accounts.Member", on_delete=models.PROTECT, related_name="leases")
    key = models.CharField(max_length=120, unique=True, help_text="One effect per key.")
    price = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    extended_at = models.DateTimeField(null=True, blank=True)
    # Set once: at the release, or to expires_at when the time is up. Whoever needs the number
    # next may set it: until then a lease past expires_at is over all the same.
    ended_at = models.DateTimeField(null=True, blank=True)
    end = models.CharField(max_length=8, choices=End.choices, blank=True)
    sms_count = models.PositiveIntegerField(default=0, verbose_name="SMS")
    refunded_at = models.DateTimeField(null=True, blank=True)
    # Set once the holder was told and refunded: what is left to do when a lease ends.
    settled_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["number"], condition=Q(ended_at__isnull=True), name="lease_one_holder"
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=models.F("started_at")), name="lease_ends_after_start"
            ),
        ]
        indexes = [
            models.Index(
                fields=["expires_at"], name="lease_unsettled", condition=Q(settled_at__isnull=True)
            ),
            models.Index(fields=["member", "-started_at"], name="lease_of_member"),
            models.Index(fields=["number", "-started_at"], name="lease_of_number"),
        ]
        permissions = [("export_leases", "Can export who held which number")]

    def __str__(self) -> str:
        return f"lease {self.pk}"

    def is_live(self, now: datetime) -> bool:
        return self.ended_at is None and self.expires_at > now


class Provider(models.Model):
    """Who delivers SMS to the webhook /sms/generic/<slug>/."""

    slug = models.SlugField(
        max_length=40,
        unique=True,
        verbose_name="name",
        help_text="Letters, digits, dashes: part of the address that the provider calls.",
    )
    secret = models.CharField(
        max_length=100,
        default=new_provider_secret,
        help_text="Signs each message: X-Signature is sha256= and the HMAC of the body.",
    )
    is_active = models.BooleanField(default=True, verbose_name="SMS accepted")
    last_success_at = models.DateTimeField(null=True, blank=True, editable=False)

    def __str__(self) -> str:
        return self.slug


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
    received_at = models.DateTimeField()
    stored_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = "inbound SMS"
        verbose_name_plural = "inbound SMS"
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "provider_message_id"], name="sms_stored_once"
            )
        ]
        indexes = [
            models.Index(fields=["-received_at"], name="sms_newest"),
            models.Index(fields=["to_e164", "-received_at"], name="sms_of_number"),
            models.Index(
                fields=["-received_at"], name="sms_unmatched", condition=Q(lease__isnull=True)
            ),
        ]
        permissions = [
            ("view_code", "Can see the codes and texts of SMS"),
            ("view_unmatched", "Can see SMS that belong to no lease"),
        ]

    def __str__(self) -> str:
        return f"SMS {self.pk}"


class NumbersSettings(models.Model):
    """The numbers of this app that the owner may change without a restart. One row."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    lease_minutes = models.PositiveIntegerField(
        default=15,
        validators=[MinValueValidator(1), MaxValueValidator(1440)],
        help_text="How long a member holds a number; it can be extended once by as much.",
    )
    leases_per_day = models.PositiveIntegerField(
        default=20, help_text="Leases one member can start in 24 hours."
    )
    leases_at_once = models.PositiveIntegerField(default=1, help_text="For members without VIP.")
    leases_at_once_vip = models.PositiveIntegerField(
        default=3, verbose_name="leases at once with VIP"
    )
    quarantine_minutes = models.PositiveIntegerField(
        default=60, help_text="Rest of a number that was released without an SMS."
    )

    class Meta:
        verbose_name = verbose_name_plural = "numbers settings"
        constraints = [models.CheckConstraint(condition=Q(id=1), name="numbers_settings_one_row")]

    def __str__(self) -> str:
        return "Numbers settings"
