"""Points: a wallet's balance moves only together with an entry of the append-only ledger."""

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

AMOUNT_MAX = 10**12
LADDER_STEPS_MAX = 60


class Wallet(models.Model):
    """What a member holds. Its row is the lock for everything that costs him points."""

    member = models.OneToOneField(
        "accounts.Member", on_delete=models.PROTECT, primary_key=True, related_name="wallet"
    )
    # Moved by the database itself when an entry is inserted, and by nothing else.
    balance = models.BigIntegerField(db_default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(balance__gte=0), name="wallet_balance_not_negative"),
        ]
        indexes = [models.Index(fields=["-balance", "member"], name="wallet_richest")]

    def __str__(self) -> str:
        return f"wallet {self.pk}"


class Entry(models.Model):
    """One line of the ledger. Corrections are new entries that name what they reverse."""

    class Kind(models.TextChoices):
        WELCOME = "welcome", "Welcome"
        REFERRAL = "referral", "Invitation"
        DAILY = "daily", "Daily bonus"
        TRANSFER_OUT = "transfer_out", "Sent"
        TRANSFER_IN = "transfer_in", "Received"
        ADJUSTMENT = "adjustment", "Adjustment by staff"
        REVERSAL = "reversal", "Reversal"
        VIP = "vip", "VIP"
        LEASE = "lease", "Number"
        LEASE_REFUND = "lease_refund", "Number refund"
        SEARCH = "search", "Search"
        LEVEL = "level", "Level reached"
        JACKPOT = "jackpot", "Jackpots opened"

    wallet = models.ForeignKey(Wallet, on_delete=models.PROTECT, related_name="entries")
    amount = models.BigIntegerField()
    balance_after = models.BigIntegerField()
    kind = models.CharField(max_length=24, choices=Kind.choices)
    key = models.CharField(max_length=120, unique=True, help_text="One effect per key.")
    # The other side of a transfer or an invitation.
    counterparty = models.ForeignKey(
        Wallet, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # A plain number and a name: entries outlive their people and refuse every change.
    actor_user_id = models.BigIntegerField(null=True, blank=True)
    actor_label = models.CharField(max_length=150, blank=True)
    note = models.CharField(max_length=500, blank=True)
    reverses = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="reversal"
    )
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name_plural = "entries"
        constraints = [
            models.CheckConstraint(condition=~Q(amount=0), name="entry_amount_not_zero"),
            models.CheckConstraint(
                condition=Q(balance_after__gte=0), name="entry_balance_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(amount__gte=-(10**15)) & Q(amount__lte=10**15),
                name="entry_amount_bounded",
            ),
        ]
        indexes = [
            models.Index(fields=["wallet", "-id"], name="entry_history"),
            models.Index(fields=["-created_at", "kind"], name="entry_newest"),
            models.Index(fields=["kind", "-id"], name="entry_of_kind"),
            # What a member sent in the last 24 hours, for the daily cap.
            models.Index(
                fields=["wallet", "created_at"], name="entry_sent", condition=Q(kind="transfer_out")
            ),
        ]
        permissions = [
            ("adjust_points", "Can give and take points"),
            ("reverse_entry", "Can reverse entries"),
            ("export_entry", "Can export entries"),
        ]

    def __str__(self) -> str:
        return f"{self.amount:+} {self.kind}"


class DailyBonus(models.Model):
    """Where a member stands on the ladder of daily bonuses."""

    member = models.OneToOneField(
        "accounts.Member", on_delete=models.PROTECT, primary_key=True, related_name="daily_bonus"
    )
    streak = models.PositiveIntegerField()
    claimed_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "daily bonuses"

    def __str__(self) -> str:
        return f"day {self.streak}"


class Search(models.Model):
    """Where a member stands with searching: how often, and when he may again."""

    member = models.OneToOneField(
        "accounts.Member", on_delete=models.PROTECT, primary_key=True, related_name="search"
    )
    count = models.PositiveIntegerField(default=0)
    searched_at = models.DateTimeField()
    ready_at = models.DateTimeField()
    # Of this one waiting time: each search forgets it.
    is_reminded = models.BooleanField(default=False, verbose_name="wants a reminder")

    class Meta:
        verbose_name_plural = "searches"
        indexes = [models.Index(fields=["-searched_at"], name="search_newest")]

    def __str__(self) -> str:
        return f"search {self.count}"


class Progress(models.Model):
    """A member's XP, and the level that follows from it (points/levels.py)."""

    member = models.OneToOneField(
        "accounts.Member", on_delete=models.PROTECT, primary_key=True, related_name="progress"
    )
    xp = models.PositiveBigIntegerField(default=0, verbose_name="XP")
    # Wide, so that the products of the constraint do not overflow.
    level = models.PositiveBigIntegerField(default=1)
    # Of the last message that earned XP.
    message_at = models.DateTimeField(null=True, blank=True)
    voice_seconds = models.PositiveBigIntegerField(default=0)

    class Meta:
        verbose_name_plural = "progress"
        constraints = [
            models.CheckConstraint(
                condition=Q(level__gte=1)
                & Q(xp__gte=F("level") * (F("level") - 1) * 50)
                & Q(xp__lt=F("level") * (F("level") + 1) * 50),
                name="progress_level_follows_xp",
            ),
        ]
        indexes = [models.Index(fields=["-xp", "member"], name="progress_highest")]

    def __str__(self) -> str:
        return f"level {self.level}"


class Item(models.Model):
    """How many of a kind a member has in his bag; each change stands beside an ItemEntry."""

    class Kind(models.TextChoices):
        JACKPOT = "jackpot", "Jackpot"

    member = models.ForeignKey("accounts.Member", on_delete=models.PROTECT, related_name="items")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    quantity = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["member", "kind"], name="item_unique"),
            models.CheckConstraint(condition=Q(quantity__gte=0), name="item_quantity_not_negative"),
        ]
        permissions = [("give_item", "Can give items")]

    def __str__(self) -> str:
        return f"{self.quantity} {self.get_kind_display()}"


class ItemEntry(models.Model):
    """Where items came from and went. Refuses UPDATE and DELETE, as the ledger does."""

    class Cause(models.TextChoices):
        SEARCH = "search", "Found by a search"
        LEVEL = "level", "Level reached"
        GIFT = "gift", "Given by staff"
        OPENED = "opened", "Opened"

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="entries")
    change = models.IntegerField()
    quantity_after = models.PositiveIntegerField()
    cause = models.CharField(max_length=16, choices=Cause.choices)
    key = models.CharField(max_length=120, unique=True, help_text="One effect per key.")
    # Of what was opened: how many of them held which points.
    outcome = models.JSONField(default=dict, blank=True)
    actor_user_id = models.BigIntegerField(null=True, blank=True)
    actor_label = models.CharField(max_length=150, blank=True)
    note = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = "item entry"
        verbose_name_plural = "item entries"
        constraints = [
            models.CheckConstraint(condition=~Q(change=0), name="item_entry_change_not_zero"),
        ]
        indexes = [models.Index(fields=["item", "-id"], name="item_entry_history")]

    def __str__(self) -> str:
        return f"{self.change:+} {self.cause}"


class GroupMessage(models.Model):
    """Who wrote a message of late, so that its reactions can be credited to him.

    Kept for two days and up to a bound: points/services/group_messages.py.
    """

    chat_telegram_id = models.BigIntegerField()
    message_id = models.BigIntegerField()
    author = models.ForeignKey(
        "accounts.Member", on_delete=models.PROTECT, related_name="group_messages"
    )
    # Telegram ids of those whose reaction has counted: each counts once, and only so many.
    reactors = models.JSONField(default=list)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["chat_telegram_id", "message_id"], name="group_message_unique"
            ),
        ]
        indexes = [models.Index(fields=["created_at"], name="group_message_age")]

    def __str__(self) -> str:
        return f"message {self.message_id}"


def default_ladder() -> list[int]:
    return [25, 30, 35, 40, 50, 60, 100]


def validate_ladder(value: object) -> None:
    steps = value if isinstance(value, list) else []
    are_amounts = all(type(step) is int and 1 <= step <= AMOUNT_MAX for step in steps)
    if not 1 <= len(steps) <= LADDER_STEPS_MAX or not are_amounts:
        raise ValidationError(
            f"Give 1 to {LADDER_STEPS_MAX} whole numbers of 1 or more, such as 25, 30, 35."
        )


class PointsSettings(models.Model):
    """The numbers of points that the owner may change without a restart. One row."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    welcome_points = models.PositiveIntegerField(
        default=25, help_text="Given once, on first contact."
    )
    referral_points = models.PositiveIntegerField(
        default=25, help_text="Given to both the inviter and the invited."
    )
    daily_ladder = models.JSONField(
        default=default_ladder,
        validators=[validate_ladder],
        help_text="Points for day 1, 2, 3 … of a streak; the last one stays.",
    )
    transfer_daily_max = models.PositiveBigIntegerField(
        default=10_000,
        validators=[MinValueValidator(1), MaxValueValidator(AMOUNT_MAX)],
        help_text="Most points a member can send in 24 hours.",
    )
    search_cooldown_seconds = models.PositiveIntegerField(
        default=300,
        validators=[MinValueValidator(1), MaxValueValidator(30 * 24 * 3600)],
        help_text="Seconds between two searches; VIP waits half as long.",
    )
    search_points_min = models.PositiveIntegerField(
        default=5, validators=[MinValueValidator(1)], help_text="Least that a search finds."
    )
    search_points_max = models.PositiveIntegerField(
        default=10,
        validators=[MinValueValidator(1)],
        help_text="Most that a search finds; VIP finds twice as much.",
    )
    search_item_percent = models.PositiveSmallIntegerField(
        default=4,
        validators=[MaxValueValidator(100)],
        help_text="In how many of a hundred searches a jackpot is found too.",
    )
    level_points = models.PositiveIntegerField(
        default=25,
        validators=[MaxValueValidator(1_000_000)],
        help_text="Given for reaching a level, times that level.",
    )

    class Meta:
        verbose_name = verbose_name_plural = "points settings"
        constraints = [
            models.CheckConstraint(condition=Q(id=1), name="points_settings_one_row"),
            models.CheckConstraint(
                condition=Q(search_points_min__gte=1)
                & Q(search_points_min__lte=F("search_points_max")),
                name="points_settings_search_range",
                violation_error_message="A search must find at least 1 point, "
                "and its least cannot be above its most.",
            ),
        ]

    def __str__(self) -> str:
        return "Points settings"


class LedgerCheck(models.Model):
    """The result of one run of verify_ledger."""

    wallets = models.BigIntegerField()
    entries = models.BigIntegerField()
    minted = models.BigIntegerField()
    burnt = models.BigIntegerField()
    faults = models.JSONField(default=list)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(F("created_at").desc(), name="ledger_check_newest")]
        permissions = [("check_ledger", "Can check the ledger")]

    def __str__(self) -> str:
        return f"{len(self.faults)} faults"
