"""The numbers of VIP, premium and videos that the owner may change without a restart."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from project.one_row import OneRow

from .passes import DAY_NUMBER_MAX


class VipSettings(OneRow):
    """One row."""

    auto_search_daily_max = models.PositiveIntegerField(
        default=60,
        validators=[MinValueValidator(1), MaxValueValidator(1_000)],
        help_text="How often auto-search searches for one member in 24 hours, without a boost.",
    )
    premium_hours = models.PositiveIntegerField(
        default=12,
        validators=[MinValueValidator(1), MaxValueValidator(24 * 30)],
        help_text="How long premium lasts that an ad brings.",
    )
    pass_minutes = models.PositiveIntegerField(
        default=60,
        validators=[MinValueValidator(5), MaxValueValidator(24 * 60)],
        help_text="For how many minutes an ad link can be used.",
    )
    passes_daily_max = models.PositiveIntegerField(
        default=4,
        validators=[MinValueValidator(1), MaxValueValidator(DAY_NUMBER_MAX)],
        help_text="How often a member can get premium by an ad in a day (UTC).",
    )
    videos_hourly_max = models.PositiveIntegerField(
        default=5,
        validators=[MinValueValidator(1), MaxValueValidator(1_000)],
        help_text="Videos in a clock hour (UTC) for members without VIP or premium.",
    )
    video_minutes = models.PositiveIntegerField(
        default=0,
        # Telegram lets a bot delete what is younger than 48 hours.
        validators=[MaxValueValidator(47 * 60)],
        help_text="After how many minutes a video leaves the chat; 0: it stays.",
    )
    videos_protected = models.BooleanField(
        default=False, help_text="Members can neither forward videos nor save them."
    )

    class Meta:
        verbose_name = verbose_name_plural = "VIP settings"
        constraints = [models.CheckConstraint(condition=Q(id=1), name="vip_settings_one_row")]

    def __str__(self) -> str:
        return "VIP settings"
