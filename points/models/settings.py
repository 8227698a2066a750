"""The numbers of points that the owner may change without a restart."""

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from project.one_row import OneRow

from .ledger import AMOUNT_MAX

LADDER_STEPS_MAX = 60


def default_ladder() -> list[int]:
    return [25, 30, 35, 40, 50, 60, 100]


def validate_ladder(value: object) -> None:
    steps = value if isinstance(value, list) else []
    are_amounts = all(type(step) is int and 1 <= step <= AMOUNT_MAX for step in steps)
    if not 1 <= len(steps) <= LADDER_STEPS_MAX or not are_amounts:
        raise ValidationError(
            f"Give 1 to {LADDER_STEPS_MAX} whole numbers of 1 or more, such as 25, 30, 35."
        )


class PointsSettings(OneRow):
    """The numbers of points that the owner may change without a restart. One row."""

    welcome_points = models.PositiveIntegerField(
        default=25, help_text="Given once, on first contact."
    )
    referral_points = models.PositiveIntegerField(
        default=25, help_text="Given to both the inviter and the invited."
    )
    daily_ladder = models.JSONField(
        default=default_ladder,
        validators=[validate_ladder],
        help_text="Points for day 1, 2, 3 … of a streak; the last one stays.",
    )
    transfer_daily_max = models.PositiveBigIntegerField(
        default=10_000,
        validators=[MinValueValidator(1), MaxValueValidator(AMOUNT_MAX)],
        help_text="Most points a member can send in 24 hours.",
    )
    search_cooldown_seconds = models.PositiveIntegerField(
        default=300,
        validators=[MinValueValidator(1), MaxValueValidator(30 * 24 * 3600)],
        help_text="Seconds between two searches; VIP waits half as long.",
    )
    search_points_min = models.PositiveIntegerField(
        default=5, validators=[MinValueValidator(1)], help_text="Least that a search finds."
    )
    search_points_max = models.PositiveIntegerField(
        default=10,
        validators=[MinValueValidator(1)],
        help_text="Most that a search finds; VIP finds twice as much.",
    )
    search_item_percent = models.PositiveSmallIntegerField(
        default=4,
        validators=[MaxValueValidator(100)],
        help_text="In how many of a hundred searches an item is found too.",
    )
    level_points = models.PositiveIntegerField(
        default=25,
        validators=[MaxValueValidator(1_000_000)],
        help_text="Given for reaching a level, times that level.",
    )
    game_stake_max = models.PositiveBigIntegerField(
        default=1_000,
        validators=[MinValueValidator(1), MaxValueValidator(10**9)],
        help_text="Most points that can be staked in a game.",
    )
    pot_seconds = models.PositiveSmallIntegerField(
        default=30,
        validators=[MinValueValidator(10), MaxValueValidator(3600)],
        help_text="For how many seconds others can join a pot.",
    )
    game_xp_daily_max = models.PositiveIntegerField(
        default=300,
        validators=[MaxValueValidator(1_000_000)],
        help_text="Most XP that games bring a member in a day (UTC).",
    )
    transfer_min_age_hours = models.PositiveIntegerField(
        default=0,
        validators=[MaxValueValidator(24 * 365)],
        help_text="For how many hours a new member cannot send points, give VIP or play for "
        "points with others; 0: from the first one on.",
    )
    vouch_points = models.PositiveIntegerField(
        default=1,
        validators=[MaxValueValidator(1_000_000)],
        help_text="Given to the provider for each vouch.",
    )
    vouch_author_points = models.PositiveIntegerField(
        default=0,
        validators=[MaxValueValidator(1_000_000)],
        help_text="Given to the member who vouches.",
    )
    vouch_pair_seconds = models.PositiveIntegerField(
        default=60,
        validators=[MaxValueValidator(30 * 24 * 3600)],
        help_text="How long a member waits before he vouches for the same provider again.",
    )

    class Meta:
        verbose_name = verbose_name_plural = "points settings"
        constraints = [
            models.CheckConstraint(condition=Q(id=1), name="points_settings_one_row"),
            models.CheckConstraint(
                condition=Q(search_points_min__gte=1)
                & Q(search_points_min__lte=F("search_points_max")),
                name="points_settings_search_range",
                violation_error_message="A search must find at least 1 point, "
                "and its least cannot be above its most.",
            ),
        ]

    def __str__(self) -> str:
        return "Points settings"
