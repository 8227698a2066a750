"""Who the members are."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower, Now
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _

NAME_LENGTH_MAX = 256

# Without 0, O, 1, I and L: read aloud and typed on phones.
CODE_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"


def new_referral_code() -> str:
    return get_random_string(8, CODE_LETTERS)


class Member(models.Model):
    """A Telegram user known to the bot."""

    class Reachability(models.TextChoices):
        REACHABLE = "reachable", "Reachable"
        BLOCKED = "blocked", "Blocked the bot"
        DEACTIVATED = "deactivated", "Account deactivated"

    # Null once the member has deleted his data: the ledger keeps the row, not the person.
    telegram_id = models.BigIntegerField(unique=True, null=True, verbose_name="Telegram id")
    username = models.CharField(max_length=64, null=True, blank=True)
    first_name = models.CharField(max_length=NAME_LENGTH_MAX, blank=True)
    last_name = models.CharField(max_length=NAME_LENGTH_MAX, blank=True)
    client_language = models.CharField(
        max_length=16, blank=True, help_text="What the member's Telegram app reports."
    )
    language = models.CharField(
        max_length=8, blank=True, choices=settings.LANGUAGES, help_text="Chosen in /settings."
    )
    timezone = models.CharField(max_length=64, default="UTC", verbose_name="time zone")
    reachability = models.CharField(
        max_length=12, choices=Reachability.choices, default=Reachability.REACHABLE
    )
    banned_at = models.DateTimeField(null=True, blank=True)
    ban_reason = models.CharField(max_length=500, blank=True)
    # A banned member is told so once; after that the bot stays silent.
    ban_told_at = models.DateTimeField(null=True, blank=True)
    frozen_at = models.DateTimeField(
        null=True, blank=True, help_text="Points can neither be spent nor received."
    )
    notify_vip = models.BooleanField(default=True, verbose_name="tell about VIP ending")
    notify_points = models.BooleanField(default=True, verbose_name="tell about points received")
    notify_news = models.BooleanField(default=True, verbose_name="tell news")
    referral_code = models.CharField(max_length=12, unique=True, default=new_referral_code)
    referred_by = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="referrals"
    )
    invited_count = models.PositiveIntegerField(default=0, editable=False)
    staff_user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="member",
        help_text="His rights in the bot are this user's permissions.",
    )
    joined_at = models.DateTimeField(db_default=Now())
    # Written at most once in five minutes: enough for "active today", cheap for each message.
    last_seen_at = models.DateTimeField(db_default=Now())
    anonymised_at = models.DateTimeField(null=True, blank=True)
    # Keyed hash of the Telegram id of a member who deleted his data: no second welcome.
    former_id_hash = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("username"), name="member_username_unique"),
            models.CheckConstraint(
                condition=~Q(referred_by=models.F("id")), name="member_not_referred_by_himself"
            ),
        ]
        indexes = [
            models.Index(fields=["-last_seen_at"], name="member_last_seen"),
            models.Index(fields=["-joined_at"], name="member_joined"),
            # Who holds no rank on leaderboards: few, and taken off the count of the rest.
            models.Index(
                fields=["id"],
                name="member_unranked",
                condition=Q(banned_at__isnull=False)
                | Q(staff_user__isnull=False)
                | Q(anonymised_at__isnull=False),
            ),
            models.Index(
                fields=["-invited_count", "id"],
                name="member_inviters",
                condition=Q(invited_count__gt=0),
            ),
            models.Index(
                fields=["former_id_hash"], name="member_former", condition=~Q(former_id_hash="")
            ),
        ]
        permissions = [
            ("ban_member", "Can ban and freeze members"),
            ("message_member", "Can send a message to members"),
        ]

    def __str__(self) -> str:
        return self.display_name

    @property
    def display_name(self) -> str:
        """The name shown to others; at most 48 characters, never empty, not escaped."""
        name = " ".join(part for part in (self.first_name, self.last_name) if part).strip()
        name = name or (f"@{self.username}" if self.username else "")
        # In the language of who reads it; the dashboard's is English.
        name = name or _("Member %(number)d") % {"number": self.pk}
        return name if len(name) <= 48 else f"{name[:47]}…"

    @property
    def is_banned(self) -> bool:
        return self.banned_at is not None

    @property
    def is_frozen(self) -> bool:
        """A ban freezes the points too."""
        return self.frozen_at is not None or self.is_banned
