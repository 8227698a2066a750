"""Who searches, and when he may again."""

from django.contrib import admin
from unfold.decorators import display

from points.admin.member_search import MemberSearch
from points.models import Search
from project.admin import ReadOnlyAdmin


@admin.register(Search)
class SearchAdmin(MemberSearch, ReadOnlyAdmin):
    list_display = ["shown_member", "count", "searched_at", "ready_at", "is_reminded"]
    list_select_related = ["member"]
    # Index search_newest.
    ordering = ["-searched_at"]
    sortable_by: list[str] = []
    fields = ["member", "count", "searched_at", "ready_at", "is_reminded"]

    @display(description="member")
    def shown_member(self, row: Search) -> str:
        return row.member.display_name
