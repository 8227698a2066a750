"""What members hold beside points, and the append-only history of it."""

from django.db import models
from django.db.models import Q


class Item(models.Model):
    """How many of a kind a member has in his bag; each change stands beside an ItemEntry."""

    class Kind(models.TextChoices):
        JACKPOT = "jackpot", "Jackpot"
        MULTIPLIER_X2 = "multiplier_x2", "Multiplier ×2"
        MULTIPLIER_X3 = "multiplier_x3", "Multiplier ×3"

    member = models.ForeignKey("accounts.Member", on_delete=models.PROTECT, related_name="items")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    # Moved by the database itself when an entry is inserted, and by nothing else.
    quantity = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["member", "kind"], name="item_unique"),
            models.CheckConstraint(condition=Q(quantity__gte=0), name="item_quantity_not_negative"),
        ]
        permissions = [
            ("give_item", "Can give items"),
            ("give_item_to_all", "Can give items to all members of a list at once"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} {self.get_kind_display()}"


class ItemEntry(models.Model):
    """Where items came from and went. Refuses UPDATE and DELETE, as the ledger does."""

    class Cause(models.TextChoices):
        SEARCH = "search", "Found by a search"
        LEVEL = "level", "Level reached"
        GIFT = "gift", "Given by staff"
        OPENED = "opened", "Opened"
        USED = "used", "Used"
        LEGACY = "legacy", "From an older bot"

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
