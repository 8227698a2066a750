"""What the bot has received and which processes are alive: for superusers, to be looked at."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from unfold.decorators import display

from botrunner.dashboard import is_silent
from botrunner.models import Heartbeat, InboxUpdate
from botrunner.updates import read_update
from project.admin import ReadOnlyAdmin


class SuperuserAdmin(ReadOnlyAdmin):
    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_active and request.user.is_superuser)


@admin.register(InboxUpdate)
class InboxUpdateAdmin(SuperuserAdmin):
    """Without payload and answer: what people write to the bot is nobody's reading."""

    list_display = [
        "update_id",
        "shown_kind",
        "shown_state",
        "attempts",
        "received_at",
        "handled_at",
    ]
    list_filter = ["state"]
    search_fields = ["=update_id", "=chat_id"]
    search_help_text = "Update id or chat id"
    fields = [
        "update_id",
        "chat_id",
        "shown_kind",
        "shown_state",
        "attempts",
        "last_error",
        "received_at",
        "handled_at",
    ]
    ordering = ["-update_id"]

    @display(description="kind")
    def shown_kind(self, update: InboxUpdate) -> str:
        return read_update(update.payload).kind.replace("_", " ")

    @display(
        description="state",
        ordering="state",
        label={
            "Answered": "success",
            "Failed": "danger",
            "Waiting": "warning",
            "Handled, not answered": "info",
        },
    )
    def shown_state(self, update: InboxUpdate) -> str:
        return update.get_state_display()


@admin.register(Heartbeat)
class HeartbeatAdmin(SuperuserAdmin):
    list_display = ["process", "kind", "shown_state", "beat_at"]
    list_filter = ["kind"]
    fields = ["process", "kind", "shown_state", "beat_at"]
    ordering = ["-beat_at"]

    @display(description="state", label={"Alive": "success", "Silent": "danger"})
    def shown_state(self, heartbeat: Heartbeat) -> str:
        return "Silent" if is_silent(heartbeat, timezone.now()) else "Alive"
