"""Who the members are, where they are met, what was done to them, and what is to be told them."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower, Now
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _

NAME_LENGTH_MAX = 256
# Telegram takes 4,096 characters: room for the heading around it in every language.
STAFF_MESSAGE_LENGTH_MAX = 3500
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


class AuditEntry(models.Model):
    """Who did what to whom, when, from where and why. Survives the deletion of its people."""

    class Origin(models.TextChoices):
        WEB = "web", "Dashboard"
        BOT = "bot", "Bot"
        COMMAND = "command", "Command line"
        SYSTEM = "system", "System"

    action = models.CharField(max_length=64, help_text="Dotted name, such as vip.grant.")
    origin = models.CharField(max_length=8, choices=Origin.choices)
    # Plain numbers beside names, not foreign keys: the row can refuse every change.
    actor_user_id = models.BigIntegerField(null=True)
    actor_label = models.CharField(max_length=150)
    member_id = models.BigIntegerField(null=True)
    member_label = models.CharField(max_length=100, blank=True)
    target = models.CharField(max_length=200, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    details = models.JSONField(default=dict)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name_plural = "audit entries"
        indexes = [
            models.Index(fields=["-created_at"], name="audit_newest"),
            models.Index(fields=["member_id", "-created_at"], name="audit_of_member"),
            models.Index(fields=["action", "-created_at"], name="audit_of_action"),
        ]

    def __str__(self) -> str:
        return f"{self.action} by {self.actor_label}"


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
