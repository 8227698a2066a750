"""The numbers of this app that the owner may change without a restart."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from project.one_row import OneRow


class NumbersSettings(OneRow):
    """One row."""

    lease_minutes = models.PositiveIntegerField(
        default=15,
        validators=[MinValueValidator(1), MaxValueValidator(1440)],
        help_text="How long a member holds a number; it can be extended once by as much.",
    )
    leases_per_day = models.PositiveIntegerField(
        default=20, help_text="Leases one member can start in 24 hours."
    )
    leases_at_once = models.PositiveIntegerField(default=1, help_text="For members without VIP.")
    leases_at_once_vip = models.PositiveIntegerField(
        default=3, verbose_name="leases at once with VIP"
    )
    quarantine_minutes = models.PositiveIntegerField(
        default=60, help_text="Rest of a number that was released without an SMS."
    )

    hold_minutes = models.PositiveIntegerField(
        default=3,
        validators=[MinValueValidator(1), MaxValueValidator(60)],
        help_text="How long a free number is held for a member who waited for one.",
    )
    sms_kept_days = models.PositiveIntegerField(
        default=30,
        validators=[MinValueValidator(1), MaxValueValidator(3650)],
        help_text="After so many days the text and the code of an SMS are deleted; "
        "that it came, and for whom, stays.",
    )

    class Meta:
        verbose_name = verbose_name_plural = "numbers settings"
        constraints = [models.CheckConstraint(condition=Q(id=1), name="numbers_settings_one_row")]

    def __str__(self) -> str:
        return "Numbers settings"
