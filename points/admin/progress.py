"""XP and levels, highest first."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.decorators import display

from accounts.selectors import search_members
from points.models import Progress
from project.admin import ReadOnlyAdmin


@admin.register(Progress)
class ProgressAdmin(ReadOnlyAdmin):
    list_display = ["shown_member", "level", "shown_xp", "message_at"]
    list_select_related = ["member"]
    # Index progress_highest.
    ordering = ["-xp", "member"]
    sortable_by: list[str] = []
    search_fields = ["member"]
    search_help_text = "Member's number, Telegram id, or the beginning of an @username"
    fields = ["member", "level", "shown_xp", "message_at", "voice_seconds"]

    @display(description="member")
    def shown_member(self, progress: Progress) -> str:
        return progress.member.display_name

    @display(description="XP")
    def shown_xp(self, progress: Progress) -> str:
        return f"{progress.xp:,}"

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Progress], search_term: str
    ) -> tuple[QuerySet[Progress], bool]:
        if not search_term.strip():
            return queryset, False
        return queryset.filter(pk__in=search_members(search_term)), False
