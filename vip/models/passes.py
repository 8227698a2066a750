"""Passes: each is one way through an ad to premium, for one member, once."""

from datetime import datetime

from django.db import models
from django.db.models import Q

# As many links as one member can have a day; the owner's number lies below.
DAY_NUMBER_MAX = 100


class Pass(models.Model):
    """Offered when the link is asked for, opened when it is handed out, granted at its end.

    The token in the link stands nowhere here: it is made of `alias` with a key that the
    database does not hold (vip/tokens.py). A pass that was not used is deleted some time after
    its expiry, and counted in PassDay; a used one stays as the history of premium.
    """

    class State(models.TextChoices):
        OFFERED = "offered", "Offered"
        OPENED = "opened", "Opened"
        GRANTED = "granted", "Granted"
        EXPIRED = "expired", "Expired"

    member = models.ForeignKey(
        "accounts.Member", on_delete=models.PROTECT, related_name="passes", db_index=False
    )
    network = models.ForeignKey(
        "vip.AdNetwork", on_delete=models.PROTECT, related_name="passes", db_index=False
    )
    # Known to the ad network, which names the pass by it.
    alias = models.CharField(max_length=20, unique=True)
    token_hash = models.CharField(max_length=64, unique=True)
    # The one that is shown again when the link is asked for again.
    is_current = models.BooleanField(default=True)
    # With {token} in place of the token, should that be part of it.
    link = models.CharField(max_length=2048, blank=True)
    offered_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    # When the link was handed out. Whether its page was seen only the network knows.
    opened_at = models.DateTimeField(null=True, blank=True)
    # When the member came back before the network's proof: he is told once it is there.
    returned_at = models.DateTimeField(null=True, blank=True)
    proved_at = models.DateTimeField(null=True, blank=True)
    granted_at = models.DateTimeField(null=True, blank=True)
    granted_day = models.DateField(null=True, blank=True)
    day_number = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="The member's first of the day, his second, …"
    )
    until_after = models.DateTimeField(null=True, blank=True, verbose_name="premium until")

    class Meta:
        verbose_name_plural = "passes"
        constraints = [
            models.UniqueConstraint(
                fields=["member"], condition=Q(is_current=True), name="pass_one_current"
            ),
            # Two at the same moment cannot both be the last of the day.
            models.UniqueConstraint(
                fields=["member", "granted_day", "day_number"], name="pass_numbered_in_day"
            ),
            models.CheckConstraint(
                condition=Q(
                    granted_at__isnull=True,
                    granted_day__isnull=True,
                    day_number__isnull=True,
                    until_after__isnull=True,
                )
                | Q(
                    granted_at__isnull=False,
                    granted_day__isnull=False,
                    day_number__gte=1,
                    day_number__lte=DAY_NUMBER_MAX,
                    until_after__isnull=False,
                    is_current=False,
                    link="",
                ),
                name="pass_granted_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["member", "-id"], name="pass_of_member"),
            models.Index(
                fields=["expires_at"], name="pass_unused", condition=Q(granted_at__isnull=True)
            ),
            models.Index(fields=["offered_at"], name="pass_offered"),
            models.Index(
                fields=["opened_at"], name="pass_opened", condition=Q(opened_at__isnull=False)
            ),
            models.Index(
                fields=["granted_at"], name="pass_granted", condition=Q(granted_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"pass {self.pk}"

    def state(self, now: datetime) -> State:
        if self.granted_at:
            return self.State.GRANTED
        if self.expires_at <= now:
            return self.State.EXPIRED
        return self.State.OPENED if self.opened_at else self.State.OFFERED


class PassDay(models.Model):
    """How many of the deleted passes were offered, and opened, on a day (UTC)."""

    day = models.DateField(primary_key=True)
    offered = models.PositiveIntegerField(default=0)
    opened = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.day)
