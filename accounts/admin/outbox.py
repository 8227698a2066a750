"""Messages to members: what waits, what was sent, what failed."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from unfold.decorators import action, display

from accounts.models import OutboxMessage
from accounts.services import web_actor
from accounts.services.outbox_staff import drop_messages, retry_messages
from project.admin import PeriodFilter, ReadOnlyAdmin


@admin.register(OutboxMessage)
class OutboxMessageAdmin(ReadOnlyAdmin):
    list_display = ["created_at", "kind", "member", "shown_state", "due_at", "attempts", "sent_at"]
    list_filter = ["state", "priority", ("due_at", PeriodFilter)]
    list_select_related = ["member"]
    search_fields = ["=member__telegram_id", "kind__startswith", "=key"]
    search_help_text = "Member's Telegram id, or the beginning of a kind"
    fields = [
        "kind",
        "member",
        "state",
        "priority",
        "due_at",
        "attempts",
        "sent_at",
        "last_error",
        "created_at",
        "key",
    ]
    ordering = ["-id"]
    actions = ["retry", "drop"]

    @display(
        description="state",
        ordering="state",
        label={
            "Sent": "success",
            "Waiting": "info",
            "Sending": "info",
            "Failed": "danger",
            "Not needed any more": "warning",
        },
    )
    def shown_state(self, message: OutboxMessage) -> str:
        return message.get_state_display()

    def has_message_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("accounts.message_member"))

    @action(description="Send failed or dropped messages again", permissions=["message"])
    def retry(self, request: HttpRequest, queryset: QuerySet[OutboxMessage]) -> None:
        count = retry_messages(queryset, actor=web_actor(request.user), now=timezone.now())
        messages.success(request, f"{count} messages wait to be sent again.")

    @action(description="Drop waiting messages", permissions=["message"])
    def drop(self, request: HttpRequest, queryset: QuerySet[OutboxMessage]) -> None:
        count = drop_messages(queryset, actor=web_actor(request.user))
        messages.success(request, f"{count} messages will not be sent.")
