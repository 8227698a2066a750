"""Wallets and the append-only ledger: a balance moves only together with an entry."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

AMOUNT_MAX = 10**12


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
        GAME_STAKE = "game_stake", "Staked in a game"
        GAME_PAYOUT = "game_payout", "Paid by a game"
        GAME_REFUND = "game_refund", "Stake returned"
        GAME_BONUS = "game_bonus", "Multiplier"
        VOUCH = "vouch", "Vouch"
        STARS = "stars", "Bought with Stars"
        STARS_REFUND = "stars_refund", "Stars refunded"
        STARS_RETURN = "stars_return", "Stars refund undone"
        LEGACY = "legacy_import", "From an older bot"

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
        return f"{self.amount:+,} {self.get_kind_display()}"


class LedgerCheck(models.Model):
    """The result of one run of verify_ledger."""

    wallets = models.BigIntegerField()
    entries = models.BigIntegerField()
    minted = models.BigIntegerField()
    burnt = models.BigIntegerField()
    # Staked in games that are not over: balances + in_games = minted - burnt.
    in_games = models.BigIntegerField(default=0, verbose_name="held in games")
    faults = models.JSONField(default=list)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(F("created_at").desc(), name="ledger_check_newest")]
        permissions = [("check_ledger", "Can check the ledger")]

    def __str__(self) -> str:
        return f"{len(self.faults)} faults"
