"""Plans, until when each member is VIP, and the history of everything that moved it."""

from datetime import UTC, datetime

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.template.defaultfilters import pluralize

# A time past the year 9999 makes every read of its row fail: stop long before.
VIP_UNTIL_MAX = datetime(2199, 12, 31, 23, 59, 59, tzinfo=UTC)
DAYS_MAX = 36_500


class Plan(models.Model):
    """VIP time for sale."""

    code = models.SlugField(
        max_length=24, unique=True, help_text="A short name for staff and the ledger, such as 7d."
    )
    days = models.PositiveIntegerField(
        validators=[MinValueValidator(1), MaxValueValidator(DAYS_MAX)]
    )
    price = models.PositiveBigIntegerField(
        validators=[MinValueValidator(1), MaxValueValidator(10**12)], help_text="In points."
    )
    is_active = models.BooleanField(default=True, verbose_name="on sale")

    class Meta:
        ordering = ["days", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(days__gte=1) & Q(days__lte=DAYS_MAX), name="plan_days_bounded"
            ),
            models.CheckConstraint(condition=Q(price__gte=1), name="plan_price_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.days:,} day{pluralize(self.days)} for {self.price:,} points"


class Membership(models.Model):
    """Until when a member is VIP, and premium. Its row is the lock for every change of that."""

    member = models.OneToOneField(
        "accounts.Member", on_delete=models.PROTECT, primary_key=True, related_name="membership"
    )
    vip_until = models.DateTimeField(null=True, blank=True)
    # Got by watching ads; it lifts the quota of videos and nothing else.
    premium_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(vip_until__isnull=True) | Q(vip_until__lte=VIP_UNTIL_MAX),
                name="membership_until_bounded",
            ),
            models.CheckConstraint(
                condition=Q(premium_until__isnull=True) | Q(premium_until__lte=VIP_UNTIL_MAX),
                name="membership_premium_bounded",
            ),
        ]
        indexes = [
            models.Index(
                fields=["vip_until"],
                name="membership_expiry",
                condition=Q(vip_until__isnull=False),
            ),
            models.Index(
                fields=["premium_until"],
                name="membership_premium_expiry",
                condition=Q(premium_until__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"membership {self.pk}"

    def is_vip(self, now: datetime) -> bool:
        return self.vip_until is not None and self.vip_until > now

    def is_premium(self, now: datetime) -> bool:
        return self.premium_until is not None and self.premium_until > now


class Grant(models.Model):
    """One change of a membership's expiry. Append-only."""

    class Kind(models.TextChoices):
        PURCHASE = "purchase", "Bought"
        GIFT = "gift", "Given by a member"
        STAFF = "staff", "Given by staff"
        REVOKED = "revoked", "Revoked by staff"
        LEGACY = "legacy", "From an older bot"

    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="grants")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    key = models.CharField(max_length=120, unique=True, help_text="One effect per key.")
    days = models.IntegerField(
        null=True, blank=True, help_text="Empty when revoked, or from an older bot."
    )
    until_before = models.DateTimeField(null=True, blank=True)
    until_after = models.DateTimeField()
    plan = models.ForeignKey(Plan, null=True, blank=True, on_delete=models.PROTECT)
    price = models.PositiveBigIntegerField(default=0, help_text="In points.")
    entry = models.OneToOneField(
        "points.Entry", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    order = models.ForeignKey(
        "vip.GrantOrder",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="grants",
        db_index=False,
    )
    actor_user_id = models.BigIntegerField(null=True, blank=True)
    actor_label = models.CharField(max_length=150, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            # Who gave it is whose wallet paid.
            models.CheckConstraint(
                condition=~Q(kind="gift") | Q(entry__isnull=False), name="grant_gift_is_paid"
            )
        ]
        indexes = [
            models.Index(fields=["membership", "-id"], name="grant_history"),
            models.Index(fields=["-created_at"], name="grant_newest"),
            # What was paid for, by when it ends: whether it was renewed. Given to a million at
            # once, VIP is not in it.
            models.Index(
                fields=["until_after"],
                name="grant_paid_end",
                condition=Q(kind__in=["purchase", "gift"]),
            ),
            models.Index(
                fields=["order", "membership"],
                name="grant_of_order",
                condition=Q(order__isnull=False),
            ),
        ]
        permissions = [
            ("grant_to_all", "Can grant VIP to all members at once"),
            ("view_report", "Can see what VIP brings in"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} until {self.until_after:%Y-%m-%d}"
