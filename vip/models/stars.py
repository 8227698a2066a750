"""Packs of points for Telegram Stars, what was paid for them, and what was paid back."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

CHARGE_LENGTH_MAX = 255
CURRENCY_LENGTH_MAX = 8
# What Telegram takes for anything that is priced in Stars.
STARS_MAX = 10_000
PACK_POINTS_MAX = 10**9


class StarPack(models.Model):
    """Points for sale."""

    points = models.PositiveBigIntegerField(
        validators=[MinValueValidator(1), MaxValueValidator(PACK_POINTS_MAX)],
        help_text="What the member gets.",
    )
    stars = models.PositiveIntegerField(
        validators=[MinValueValidator(1), MaxValueValidator(STARS_MAX)],
        verbose_name="price",
        help_text=f"In Telegram Stars, at most {STARS_MAX:,}.",
    )
    position = models.PositiveSmallIntegerField(
        default=0, validators=[MaxValueValidator(1_000)], help_text="The lowest stands first."
    )
    is_active = models.BooleanField(default=True, verbose_name="on sale")

    class Meta:
        verbose_name = "points pack"
        ordering = ["position", "stars", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(points__gte=1) & Q(points__lte=PACK_POINTS_MAX),
                name="star_pack_points_bounded",
            ),
            models.CheckConstraint(
                condition=Q(stars__gte=1) & Q(stars__lte=STARS_MAX), name="star_pack_price_bounded"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.points:,} points for {self.stars:,} Stars"


class StarPayment(models.Model):
    """Stars that a member has paid, once for each charge of Telegram's. Append-only.

    Without an entry nothing was credited: what was paid for could not be read.
    """

    # Telegram states no length: a longer one is cut, and stands whole in the audit.
    charge_id = models.CharField(
        max_length=CHARGE_LENGTH_MAX, unique=True, verbose_name="charge id"
    )
    member = models.ForeignKey(
        "accounts.Member", on_delete=models.PROTECT, related_name="star_payments", db_index=False
    )
    pack = models.ForeignKey(StarPack, null=True, blank=True, on_delete=models.PROTECT)
    stars = models.PositiveBigIntegerField(help_text="Paid.")
    points = models.PositiveBigIntegerField(help_text="Credited.")
    entry = models.OneToOneField(
        "points.Entry", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # As it came, of a payment that could not be matched.
    payload = models.CharField(max_length=128, blank=True)
    currency = models.CharField(max_length=CURRENCY_LENGTH_MAX, default="XTR")
    paid_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = "Stars payment"
        constraints = [
            models.CheckConstraint(
                condition=Q(entry__isnull=False, pack__isnull=False, points__gte=1)
                | Q(entry__isnull=True, points=0),
                name="star_payment_credited_or_not",
            ),
        ]
        indexes = [
            models.Index(fields=["-paid_at"], name="star_payment_newest"),
            models.Index(fields=["member", "-id"], name="star_payment_of_member"),
            models.Index(
                fields=["id"], name="star_payment_unmatched", condition=Q(entry__isnull=True)
            ),
        ]
        permissions = [
            ("refund_starpayment", "Can refund Stars"),
            ("export_starpayment", "Can export Stars payments"),
        ]

    def __str__(self) -> str:
        return f"{self.stars:,} Stars, payment {self.pk}"


class StarRefund(models.Model):
    """One try to give the Stars of a payment back: the points are taken first, then Telegram
    is asked. Refused by it, the points come back, and another try may be made."""

    class State(models.TextChoices):
        WAITING = "waiting", "On its way"
        DONE = "done", "Refunded"
        REFUSED = "refused", "Refused by Telegram"

    class Source(models.TextChoices):
        STAFF = "staff", "Staff"
        TELEGRAM = "telegram", "Telegram"

    payment = models.ForeignKey(
        StarPayment, on_delete=models.PROTECT, related_name="refunds", db_index=False
    )
    key = models.CharField(max_length=120, unique=True, help_text="One act per key.")
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    source = models.CharField(max_length=8, choices=Source.choices, default=Source.STAFF)
    taken = models.PositiveBigIntegerField(default=0, help_text="Points taken back.")
    shortfall = models.PositiveBigIntegerField(
        default=0, help_text="Points that had been spent and could not be taken."
    )
    entry = models.OneToOneField(
        "points.Entry", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # What gave the points back when Telegram refused.
    return_entry = models.OneToOneField(
        "points.Entry", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.CharField(max_length=500, blank=True)
    actor_user_id = models.BigIntegerField(null=True, blank=True)
    actor_label = models.CharField(max_length=150, blank=True)
    actor_origin = models.CharField(max_length=8, default="system")
    # To whom the Stars go: kept until they have gone, even when he has his data deleted.
    payer_telegram_id = models.BigIntegerField(null=True, blank=True)
    begun_at = models.DateTimeField()
    due_at = models.DateTimeField(help_text="When Telegram is asked next.")
    attempts = models.PositiveIntegerField(default=0)
    last_error = models.CharField(max_length=300, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "Stars refund"
        constraints = [
            models.UniqueConstraint(
                fields=["payment"],
                condition=~Q(state="refused"),
                name="star_refund_one_of_payment",
            ),
            models.CheckConstraint(
                condition=Q(entry__isnull=True, taken=0) | Q(entry__isnull=False, taken__gte=1),
                name="star_refund_entry_takes",
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", finished_at=None, payer_telegram_id__isnull=False)
                | (~Q(state="waiting") & Q(finished_at__isnull=False, payer_telegram_id=None)),
                name="star_refund_finished",
            ),
            models.CheckConstraint(
                condition=Q(return_entry__isnull=True) | Q(state="refused", entry__isnull=False),
                name="star_refund_return_when_refused",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], name="star_refund_due", condition=Q(state="waiting")),
            models.Index(fields=["payment", "-id"], name="star_refund_of_payment"),
            models.Index(
                fields=["-finished_at"], name="star_refund_done", condition=Q(state="done")
            ),
        ]

    def __str__(self) -> str:
        return f"refund {self.pk} of payment {self.payment_id}"
