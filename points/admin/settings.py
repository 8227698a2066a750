"""The numbers of points that the owner may change."""

from django.contrib import admin

from accounts.admin.settings_page import SettingsAdmin
from points.models import PointsSettings

from .forms import SETTINGS_LABELS, SettingsForm


@admin.register(PointsSettings)
class PointsSettingsAdmin(SettingsAdmin):
    form = SettingsForm
    labels = SETTINGS_LABELS
    fieldsets = [
        ("Welcome", {"fields": ["welcome_points", "referral_points"]}),
        ("Daily bonus", {"fields": ["daily_ladder"]}),
        ("Transfers", {"fields": ["transfer_daily_max", "transfer_min_age_hours"]}),
        (
            "Search",
            {
                "fields": [
                    "search_points_min",
                    "search_points_max",
                    "search_cooldown_seconds",
                    "search_item_percent",
                ]
            },
        ),
        ("Levels", {"fields": ["level_points"]}),
        ("Games", {"fields": ["game_stake_max", "pot_seconds", "game_xp_daily_max"]}),
        ("Vouches", {"fields": ["vouch_points", "vouch_author_points", "vouch_pair_seconds"]}),
    ]
