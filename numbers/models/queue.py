"""Who waits for a number of an empty pool, and who has agreed to the rules of one."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class PoolWait(models.Model):
    """A member's place in the queue of a pool: first come, first told.

    Who is told has a number held for him for some minutes: it rests until then, and is
    free by itself if he does not come. The row goes when he has a number or the hold is over.
    """

    pool = models.ForeignKey(
        "numbers.Pool", on_delete=models.CASCADE, db_index=False, related_name="waits"
    )
    member = models.ForeignKey(
        "accounts.Member", on_delete=models.PROTECT, related_name="pool_waits"
    )
    joined_at = models.DateTimeField()
    # A plain number: its batch can be undone meanwhile, and then nothing is held.
    held_number_id = models.BigIntegerField(null=True)
    held_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["pool", "member"], name="pool_wait_one_place"),
            models.CheckConstraint(
                condition=Q(held_number_id__isnull=True, held_until__isnull=True)
                | Q(held_number_id__isnull=False, held_until__isnull=False),
                name="pool_wait_held_until_a_time",
            ),
        ]
        indexes = [
            # The queue itself: who is not told yet, in the order they came.
            models.Index(
                fields=["pool", "id"],
                name="pool_wait_next",
                condition=Q(held_until__isnull=True),
            ),
            models.Index(
                fields=["pool", "held_until"],
                name="pool_wait_held",
                condition=Q(held_until__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"wait {self.pk}"


class RulesAcceptance(models.Model):
    """A member agreed to one version of a pool's rules."""

    pool = models.ForeignKey(
        "numbers.Pool", on_delete=models.CASCADE, db_index=False, related_name="acceptances"
    )
    member = models.ForeignKey(
        "accounts.Member", on_delete=models.PROTECT, db_index=False, related_name="accepted_rules"
    )
    version = models.PositiveIntegerField()
    accepted_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["member", "pool", "version"], name="rules_agreed_once")
        ]

    def __str__(self) -> str:
        return f"version {self.version}"
