"""XP and levels, highest first."""

from datetime import datetime

from django.contrib import admin
from unfold.decorators import display

from points.admin.member_search import MemberSearch
from points.models import Progress
from project.admin import ReadOnlyAdmin


@admin.register(Progress)
class ProgressAdmin(MemberSearch, ReadOnlyAdmin):
    list_display = ["shown_member", "level", "shown_xp", "shown_message"]
    list_select_related = ["member"]
    # Index progress_highest.
    ordering = ["-xp", "member"]
    sortable_by: list[str] = []
    fields = ["member", "level", "shown_xp", "message_at", "voice_seconds"]

    @display(description="member")
    def shown_member(self, progress: Progress) -> str:
        return progress.member.display_name

    @display(description="last message that earned", empty_value="—")
    def shown_message(self, progress: Progress) -> datetime | None:
        return progress.message_at

    @display(description="XP")
    def shown_xp(self, progress: Progress) -> str:
        return f"{progress.xp:,}"
