"""The numbers of points that the owner may change."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from accounts.services import web_actor
from points.models import PointsSettings
from points.services import save_settings
from project.admin import OneRowAdmin

from .forms import SettingsForm


@admin.register(PointsSettings)
class PointsSettingsAdmin(OneRowAdmin):
    form = SettingsForm
    fields = [
        "welcome_points",
        "referral_points",
        "daily_ladder",
        "transfer_daily_max",
        "search_points_min",
        "search_points_max",
        "search_cooldown_seconds",
        "search_item_percent",
        "level_points",
    ]

    def save_model(
        self, request: HttpRequest, obj: PointsSettings, form: Any, change: bool
    ) -> None:
        save_settings(obj, actor=web_actor(request.user))
