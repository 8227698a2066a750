"""The numbers of VIP, premium and videos that the owner may change."""

from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone

from accounts.admin.settings_page import SettingsAdmin
from accounts.services import web_actor
from vip.models import VipSettings
from vip.services import save_vip_settings


@admin.register(VipSettings)
class VipSettingsAdmin(SettingsAdmin):
    labels: ClassVar = {
        "auto_search_daily_max": "Searches in 24 hours",
        "premium_hours": "Hours of premium",
        "pass_minutes": "Minutes an ad link can be used",
        "passes_daily_max": "Ads a day",
        "videos_hourly_max": "Videos an hour",
        "video_minutes": "Minutes a video stays in the chat",
        "videos_protected": "Videos stay here",
    }
    fieldsets = [
        ("Auto-search", {"fields": ["auto_search_daily_max"]}),
        ("Premium by ad", {"fields": ["premium_hours", "pass_minutes", "passes_daily_max"]}),
        ("Videos", {"fields": ["videos_hourly_max", "video_minutes", "videos_protected"]}),
    ]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        save_vip_settings(obj, actor=web_actor(request.user), now=timezone.now())
