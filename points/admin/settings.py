"""The numbers of points that the owner may change, and who changed them."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse

from accounts.selectors import list_acts
from accounts.services import web_actor
from points.models import PointsSettings
from points.services import save_settings
from project.admin import OneRowAdmin

from .forms import SETTINGS_LABELS, SettingsForm

CHANGES_SHOWN = 20


@admin.register(PointsSettings)
class PointsSettingsAdmin(OneRowAdmin):
    form = SettingsForm
    change_form_outer_after_template = "admin/points/settings_history.html"
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

    def save_model(
        self, request: HttpRequest, obj: PointsSettings, form: Any, change: bool
    ) -> None:
        save_settings(obj, actor=web_actor(request.user))

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        history = {"settings_history": _list_changes()}
        answer: HttpResponse = super().change_view(
            request, object_id, form_url, {**history, **(extra_context or {})}
        )
        return answer


def _list_changes() -> list[dict[str, Any]]:
    """Each save with its numbers by their names: who reads them has never seen a column."""
    return [
        {
            "created_at": act.created_at,
            "actor_label": act.actor_label,
            "changes": [
                (_name(field), *map(_write, before_and_after))
                for field, before_and_after in act.details.get("changes", {}).items()
            ],
        }
        for act in list_acts("points.settings", limit=CHANGES_SHOWN)
    ]


def _name(field: str) -> str:
    """A number that is no longer there keeps the name it had."""
    return SETTINGS_LABELS.get(field) or field.replace("_", " ").capitalize()


def _write(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(_write, value))
    return f"{value:,}" if type(value) is int else str(value)
