"""Who searches, and when he may again."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.decorators import display

from accounts.selectors import search_members
from points.models import Search
from project.admin import ReadOnlyAdmin


@admin.register(Search)
class SearchAdmin(ReadOnlyAdmin):
    list_display = ["shown_member", "count", "searched_at", "ready_at", "is_reminded"]
    list_select_related = ["member"]
    # Index search_newest.
    ordering = ["-searched_at"]
    sortable_by: list[str] = []
    search_fields = ["member"]
    search_help_text = "Member's number, Telegram id, or the beginning of an @username"
    fields = ["member", "count", "searched_at", "ready_at", "is_reminded"]

    @display(description="member")
    def shown_member(self, row: Search) -> str:
        return row.member.display_name

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Search], search_term: str
    ) -> tuple[QuerySet[Search], bool]:
        if not search_term.strip():
            return queryset, False
        return queryset.filter(pk__in=search_members(search_term)), False
