"""For whom the bot searches, and the boosts that were given."""

from datetime import datetime
from functools import partial
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.defaultfilters import pluralize
from django.urls import URLPattern, path
from django.utils import timezone
from unfold.decorators import action, display

from project.admin import PeriodFilter, ReadOnlyAdmin
from vip.admin.boost_page import PERMISSION, boost
from vip.auto_search import boost_of
from vip.models import AutoSearch, Boost


@admin.register(AutoSearch)
class AutoSearchAdmin(ReadOnlyAdmin):
    list_display = ["shown_member", "shown_state", "due_at", "count", "shown_boost", "boost_until"]
    list_filter = ["is_on"]
    list_select_related = ["member"]
    search_fields = ["=member__telegram_id", "member__username__istartswith"]
    search_help_text = "Telegram id, or the beginning of the username"
    # By the primary key; the index auto_search_on where those switched on are asked for.
    ordering = ["-pk"]
    sortable_by: list[str] = []
    fields = [
        "member",
        "shown_state",
        "due_at",
        "count",
        "shown_boost",
        "boost_until",
        "shown_finds",
        "digest_at",
    ]
    readonly_fields = ["shown_state", "shown_boost", "shown_finds"]

    @display(description="member")
    def shown_member(self, row: AutoSearch) -> str:
        return row.member.display_name

    @display(description="state", label={"On": "success", "Rests": "warning", "Off": "info"})
    def shown_state(self, row: AutoSearch) -> str:
        """Rests: switched on, without VIP at the last look."""
        if not row.is_on:
            return "Off"
        return "On" if row.due_at else "Rests"

    @display(description="boost")
    def shown_boost(self, row: AutoSearch) -> str:
        running = boost_of(row.boost, row.boost_until, timezone.now())
        return f"+{running:,}" if running else "–"

    @display(description="finds not told yet", empty_value="–")
    def shown_finds(self, row: AutoSearch) -> str | None:
        if not row.found_count:
            return None
        searches, points = row.found_count, row.found_points
        words = f"{searches:,} search{pluralize(searches, 'es')}"
        words += f", {points:,} point{pluralize(points)}"
        items = sum(row.found_items.values())
        return f"{words}, {items:,} item{pluralize(items)}" if items else words


@admin.register(Boost)
class BoostAdmin(ReadOnlyAdmin):
    list_display = [
        "created_at",
        "shown_member",
        "shown_added",
        "boost_after",
        "shown_until",
        "shown_actor",
        "reason",
    ]
    list_filter = [("created_at", PeriodFilter)]
    list_select_related = ["member"]
    search_fields = ["=member__telegram_id", "member__username__istartswith"]
    search_help_text = "Telegram id, or the beginning of the username"
    fields = [
        "created_at",
        "member",
        "added",
        "asked_until",
        "boost_after",
        "until_after",
        "shown_actor",
        "reason",
        "key",
    ]
    readonly_fields = ["shown_actor"]
    ordering = ["-id"]
    sortable_by: list[str] = []
    actions_list = ["open_boost"]

    @display(description="member")
    def shown_member(self, boost: Boost) -> str:
        return boost.member.display_name

    @display(description="by")
    def shown_actor(self, boost: Boost) -> str:
        return boost.actor_label or "–"

    @display(description="added")
    def shown_added(self, boost: Boost) -> str:
        return f"+{boost.added:,}"

    @display(description="until")
    def shown_until(self, boost: Boost) -> datetime:
        return boost.until_after

    def get_urls(self) -> list[URLPattern]:
        page = path(
            "give/",
            self.admin_site.admin_view(partial(boost, model_admin=self)),
            name="vip_boost",
        )
        return [page, *super().get_urls()]

    def has_boost_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return bool(request.user.has_perm(PERMISSION))

    @action(description="Boost auto-search", url_path="open-boost", permissions=["boost"])
    def open_boost(self, request: HttpRequest) -> HttpResponse:
        return redirect("admin:vip_boost")
