"""The groups the bot was met in."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from unfold.decorators import display

from accounts.models import Chat
from accounts.services import set_chat_enabled, web_actor
from project.admin import TallyAdmin


@admin.register(Chat)
class ChatAdmin(TallyAdmin):
    """The bot makes the rows; staff decide in which groups points are earned."""

    list_display = ["shown_title", "kind", "telegram_id", "shown_state", "created_at"]
    list_filter = ["is_enabled", "bot_is_member", "kind"]
    search_fields = ["=telegram_id", "title__istartswith"]
    search_help_text = "Telegram id, or the beginning of the title"
    fields = ["title", "telegram_id", "kind", "is_enabled", "bot_is_member", "created_at"]
    readonly_fields = ["title", "telegram_id", "kind", "bot_is_member", "created_at"]
    ordering = ["-id"]

    @display(description="title", ordering="title")
    def shown_title(self, chat: Chat) -> str:
        return str(chat)[:80]

    @display(
        description="state", label={"Enabled": "success", "Off": "info", "Bot has left": "danger"}
    )
    def shown_state(self, chat: Chat) -> str:
        if not chat.bot_is_member:
            return "Bot has left"
        return "Enabled" if chat.is_enabled else "Off"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Chat, form: Any, change: bool) -> None:
        """The one thing that can be changed goes through its service."""
        set_chat_enabled(
            telegram_id=obj.telegram_id,
            is_enabled=obj.is_enabled,
            actor=web_actor(request.user),
        )
