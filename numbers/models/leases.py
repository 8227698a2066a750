"""The numbers in stock, and who held which one when."""

import secrets
from datetime import datetime

from django.db import models
from django.db.models import Q

from .pools import Batch, Pool

# Random keys spread draws evenly: a positive 31-bit number, drawn anew at each release.
DRAW_KEY_MAX = 2**31 - 1


def new_draw_key() -> int:
    return secrets.randbelow(DRAW_KEY_MAX)


class Number(models.Model):
    """A phone number in stock."""

    class State(models.TextChoices):
        FREE = "free", "Free"
        LEASED = "leased", "Leased"
        RESTING = "resting", "In quarantine"
        USED = "used", "Used"
        DISABLED = "disabled", "Disabled"

    pool = models.ForeignKey(Pool, on_delete=models.PROTECT, related_name="numbers", db_index=False)
    batch = models.ForeignKey(
        Batch, on_delete=models.PROTECT, related_name="numbers", db_index=False
    )
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
            models.Index(fields=["rests_until"], name="number_rest", condition=Q(state="resting")),
            # The list of the staff goes along these, whatever it is filtered by.
            models.Index(fields=["batch", "state", "id"], name="number_of_batch"),
            models.Index(fields=["pool", "state", "id"], name="number_of_pool"),
            models.Index(fields=["state", "id"], name="number_of_state"),
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
    # Its number's, for the list of a pool's leases; no key of the database's own, which would
    # ask for the pool at each lease: the number holds it already.
    pool = models.ForeignKey(
        Pool,
        null=True,
        editable=False,
        db_constraint=False,
        db_index=False,
        on_delete=models.DO_NOTHING,
        related_name="leases",
    )
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
    first_sms_at = models.DateTimeField(null=True, blank=True, editable=False)
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
            models.Index(fields=["-started_at"], name="lease_newest"),
            models.Index(fields=["member", "-started_at"], name="lease_of_member"),
            models.Index(fields=["number", "-started_at"], name="lease_of_number"),
            # What the staff's list is filtered by. Most end by time: those are everywhere.
            models.Index(fields=["pool", "id"], name="lease_of_pool"),
            models.Index(
                fields=["end", "id"],
                name="lease_ended_early",
                condition=Q(end__in=["released", "changed"]),
            ),
        ]
        permissions = [("export_leases", "Can export who held which number")]

    def __str__(self) -> str:
        return f"lease {self.pk}"

    def is_live(self, now: datetime) -> bool:
        return self.ended_at is None and self.expires_at > now
