"""Members: a list that stays fast at a million rows, and a page that shows all of one."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from unfold.decorators import display

from accounts.admin.export import MemberResource
from accounts.admin.member_act_pages import ActPages
from accounts.admin.page import build_page
from accounts.models import Member
from accounts.selectors import uses_language
from project.admin import PageAdmin, PeriodFilter
from project.exports import CsvExport
from project.ids import read_id
from project.navigation import SUPERUSER
from project.selectors import day_start


class SeenFilter(admin.SimpleListFilter):
    title = "last seen"
    parameter_name = "seen"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [
            ("today", "Today"),
            ("week", "In 7 days"),
            ("month", "In 30 days"),
            ("gone", "Not in 30 days"),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Member]) -> QuerySet[Member]:
        now = timezone.now()
        month = Q(last_seen_at__gte=now - timedelta(days=30))
        conditions = {
            "today": Q(last_seen_at__gte=day_start(now)),
            "week": Q(last_seen_at__gte=now - timedelta(days=7)),
            "month": month,
            "gone": ~month,
        }
        condition = conditions.get(self.value() or "")
        return queryset.filter(condition) if condition else queryset


class StandingFilter(admin.SimpleListFilter):
    title = "standing"
    parameter_name = "standing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("banned", "Banned"), ("frozen", "Points frozen"), ("free", "Neither")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Member]) -> QuerySet[Member]:
        conditions = {
            "banned": Q(banned_at__isnull=False),
            "frozen": Q(frozen_at__isnull=False),
            "free": Q(banned_at__isnull=True, frozen_at__isnull=True),
        }
        condition = conditions.get(self.value() or "")
        return queryset.filter(condition) if condition else queryset


class LanguageFilter(admin.SimpleListFilter):
    """The chosen language, or the client's where none was chosen."""

    title = "language"
    parameter_name = "language"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return list(settings.LANGUAGES)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Member]) -> QuerySet[Member]:
        code = self.value()
        if not code:
            return queryset
        return queryset.filter(uses_language(code))


@admin.register(Member)
class MemberAdmin(ActPages, CsvExport, PageAdmin):
    """Made by the bot and never deleted by hand; changed by acts that have a reason."""

    page_template = "admin/member/page.html"
    list_display = [
        "shown_name",
        "shown_username",
        "telegram_id",
        "shown_standing",
        "shown_language",
        "joined_at",
        "last_seen_at",
    ]
    list_filter = [
        SeenFilter,
        StandingFilter,
        "reachability",
        LanguageFilter,
        ("joined_at", PeriodFilter),
    ]
    search_fields = ["telegram_id"]
    search_help_text = "Telegram id, @username, or the beginning of a name"
    ordering = ["-id"]
    resource_classes = [MemberResource]
    export_permission = SUPERUSER

    @display(description="name", ordering="first_name")
    def shown_name(self, member: Member) -> str:
        return member.display_name

    @display(description="username", ordering="username", empty_value="—")
    def shown_username(self, member: Member) -> str | None:
        return f"@{member.username}" if member.username else None

    @display(
        description="standing",
        label={
            "Banned": "danger",
            "Frozen": "warning",
            "Unreachable": "warning",
            "Good": "success",
            "Deleted": "info",
        },
    )
    def shown_standing(self, member: Member) -> str:
        if member.anonymised_at:
            return "Deleted"
        if member.is_banned:
            return "Banned"
        if member.is_frozen:
            return "Frozen"
        reachable = member.reachability == Member.Reachability.REACHABLE
        return "Good" if reachable else "Unreachable"

    @display(description="language")
    def shown_language(self, member: Member) -> str:
        return member.language or member.client_language or "—"

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Member], search_term: str
    ) -> tuple[QuerySet[Member], bool]:
        """By index only: an id is looked up whole, a name by its beginning."""
        term = search_term.strip().removeprefix("@")
        if not term:
            return queryset, False
        found = Q(username__istartswith=term) | Q(first_name__istartswith=term)
        found |= Q(last_name__istartswith=term)
        if (number := read_id(term)) is not None:
            found = Q(telegram_id=number) | Q(pk=number)
        return queryset.filter(found), False

    def build_page(self, request: HttpRequest, row: Member) -> dict[str, Any]:
        return build_page(request, row, timezone.now())
