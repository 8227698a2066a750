"""Who did what: read-only."""

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from unfold.contrib.filters.admin import DropdownFilter
from unfold.decorators import display

from accounts.audit_words import read_words, say_action
from accounts.models import AuditEntry
from project.admin import PeriodFilter, ReadOnlyAdmin

AREAS = {
    "member": "Members",
    "points": "Points",
    "vip": "VIP, videos and Stars",
    "numbers": "Numbers",
    "staff": "Staff",
    "user": "Staff users",
    "session": "Sessions of staff",
    "group": "Staff groups",
    "chat": "Groups",
    "message": "Messages",
    "backup": "Backups",
    "incident": "Alarms",
    "legacy": "Older bots",
}


class AreaFilter(admin.SimpleListFilter):
    """By the first part of the action's name: reading all names would scan the table."""

    title = "about"
    parameter_name = "about"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return list(AREAS.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(action__startswith=f"{self.value()}.") if self.value() else queryset


class ActionFilter(DropdownFilter):  # type: ignore[misc]
    """Index audit_of_action."""

    title = "action"
    parameter_name = "what"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return sorted(read_words().items(), key=lambda item: item[1])

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(action=self.value()) if self.value() else queryset


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    list_display = [
        "shown_time",
        "shown_action",
        "shown_subject",
        "shown_actor",
        "shown_origin",
        "reason",
    ]
    list_filter = [ActionFilter, AreaFilter, "origin", ("created_at", PeriodFilter)]
    search_fields = ["=member_id", "action__startswith", "actor_label__startswith"]
    search_help_text = "Member's number, or the beginning of the actor's name"
    fields = [
        "created_at",
        "shown_action",
        "action",
        "origin",
        "actor_label",
        "member_label",
        "member_id",
        "target",
        "reason",
        "details",
    ]
    readonly_fields = ["shown_action"]
    ordering = ["-created_at"]

    @display(description="when", ordering="created_at")
    def shown_time(self, entry: AuditEntry) -> datetime:
        return entry.created_at

    @display(description="to whom or what")
    def shown_subject(self, entry: AuditEntry) -> str:
        if entry.member_id is None:
            return entry.target or "–"
        page = reverse("admin:accounts_member_change", args=[entry.member_id])
        return format_html('<a href="{}">{}</a>', page, entry.member_label)

    @display(description="by", ordering="actor_label")
    def shown_actor(self, entry: AuditEntry) -> str:
        return entry.actor_label

    @display(description="what", ordering="action", label=True)
    def shown_action(self, entry: AuditEntry) -> str:
        return say_action(entry.action)

    @display(description="from", ordering="origin")
    def shown_origin(self, entry: AuditEntry) -> str:
        return entry.get_origin_display()
