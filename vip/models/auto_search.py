"""Who has the bot search for him, how far it has come, and what the staff added to the limit."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from .membership import VIP_UNTIL_MAX

BOOST_MAX = 1_000


class AutoSearch(models.Model):
    """A member's choice; it outlives his VIP. Its row is the lock for what is done with it.

    The searches themselves stand in the ledger under the keys search:auto:<member>:<number>,
    numbered without a gap: the limit of 24 hours is read from there (vip/auto_search.py).
    """

    member = models.OneToOneField(
        "accounts.Member", on_delete=models.PROTECT, primary_key=True, related_name="auto_search"
    )
    is_on = models.BooleanField(default=False, verbose_name="switched on")
    # When to look at it next; None: not before something happens (VIP, the member's button).
    due_at = models.DateTimeField(null=True, blank=True, verbose_name="next search")
    # The number of the last search.
    count = models.PositiveIntegerField(default=0, verbose_name="searches in all")
    # What the next digest will tell, and from when on it may.
    found_count = models.PositiveIntegerField(default=0)
    found_points = models.PositiveBigIntegerField(default=0)
    found_items = models.JSONField(default=dict, blank=True)
    digest_at = models.DateTimeField(null=True, blank=True, verbose_name="next digest")
    # What the staff added to the limit, and until when.
    boost = models.PositiveIntegerField(default=0)
    boost_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "auto-search"
        verbose_name_plural = "auto-searches"
        constraints = [
            models.CheckConstraint(
                condition=Q(is_on=True) | Q(due_at__isnull=True), name="auto_search_off_rests"
            ),
            models.CheckConstraint(
                condition=Q(found_count=0, digest_at__isnull=True)
                | Q(found_count__gte=1, digest_at__isnull=False),
                name="auto_search_digest_tells",
            ),
            models.CheckConstraint(
                condition=Q(boost=0, boost_until__isnull=True)
                | Q(boost__gte=1, boost__lte=BOOST_MAX, boost_until__isnull=False)
                & Q(boost_until__lte=VIP_UNTIL_MAX),
                name="auto_search_boost_bounded",
            ),
        ]
        indexes = [
            # What a worker asks for; who rests or waits for VIP is not in them.
            models.Index(
                fields=["due_at"], name="auto_search_due", condition=Q(due_at__isnull=False)
            ),
            models.Index(
                fields=["digest_at"],
                name="auto_search_digest",
                condition=Q(digest_at__isnull=False),
            ),
            models.Index(fields=["-member"], name="auto_search_on", condition=Q(is_on=True)),
        ]

    def __str__(self) -> str:
        return f"auto-search {self.pk}"


class AutoSearchDay(models.Model):
    """What auto-search did for all members on a day (UTC), counted as it is done."""

    day = models.DateField(primary_key=True)
    searches = models.PositiveBigIntegerField(default=0)
    points = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.day)


class Boost(models.Model):
    """More searches a day for a member, given by staff. Append-only."""

    member = models.ForeignKey("accounts.Member", on_delete=models.PROTECT, related_name="boosts")
    key = models.CharField(max_length=120, unique=True, help_text="One effect per key.")
    added = models.PositiveIntegerField(
        validators=[MinValueValidator(1), MaxValueValidator(BOOST_MAX)]
    )
    asked_until = models.DateTimeField()
    # As it stood with this one: added to a boost that was running, or in place of one that was not.
    boost_after = models.PositiveIntegerField(verbose_name="boost")
    until_after = models.DateTimeField(verbose_name="until")
    actor_user_id = models.BigIntegerField(null=True, blank=True)
    actor_label = models.CharField(max_length=150, blank=True)
    reason = models.CharField(max_length=500)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(added__gte=1)
                & Q(added__lte=F("boost_after"))
                & Q(boost_after__lte=BOOST_MAX),
                name="boost_bounded",
            ),
            models.CheckConstraint(
                condition=Q(asked_until__lte=F("until_after"))
                & Q(until_after__lte=VIP_UNTIL_MAX)
                & Q(created_at__lt=F("asked_until")),
                name="boost_ends_later",
            ),
        ]
        indexes = [models.Index(fields=["member", "-id"], name="boost_history")]

    def __str__(self) -> str:
        return f"+{self.added} until {self.until_after:%Y-%m-%d}"
