"""Methods about the bot itself, its commands, its webhook, chats and files."""

from collections.abc import Callable
from typing import Any

from .commands import scope_key, set_commands
from .context import Context
from .errors import bad_request
from .files import DOWNLOAD_BYTES_MAX
from .params import Params
from .presence import bot_member
from .state import JSON


def accept(context: Context, params: Params) -> bool:
    return True


def get_me(context: Context, params: Params) -> JSON:
    return {
        **context.state.bot,
        "can_join_groups": True,
        "can_read_all_group_messages": True,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


def set_webhook(context: Context, params: Params) -> bool:
    url = params.text("url")
    if not url:
        return delete_webhook(context, params)
    if not url.startswith(("https://", "http://127.0.0.1", "http://localhost")):
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    context.state.allow_updates(params.strings("allowed_updates"))
    context.state.webhook = {
        "url": url,
        "secret_token": params.text("secret_token") or "",
        "max_connections": min(max(params.integer("max_connections", 40), 1), 100),
    }
    _webhook_changed(context, params)
    return True


def delete_webhook(context: Context, params: Params) -> bool:
    context.state.webhook = {}
    _webhook_changed(context, params)
    return True


def _webhook_changed(context: Context, params: Params) -> None:
    if params.flag("drop_pending_updates"):
        context.state.confirm(context.state.updates.next_id)
    context.state.touch("meta", "webhook")
    context.state.updates.on_arrival()


def get_webhook_info(context: Context, params: Params) -> JSON:
    webhook = context.state.webhook
    info: JSON = {
        "url": webhook.get("url", ""),
        "has_custom_certificate": False,
        "pending_update_count": len(context.state.updates.pending),
    }
    if webhook:
        info["max_connections"] = webhook["max_connections"]
    for key in ("last_error_date", "last_error_message"):
        if key in webhook:
            info[key] = webhook[key]
    if context.state.updates.allowed:
        info["allowed_updates"] = sorted(context.state.updates.allowed)
    return info


def _commands_key(params: Params) -> str:
    return scope_key(params.mapping("scope"), params.text("language_code") or "")


def set_my_commands(context: Context, params: Params) -> bool:
    set_commands(context.state, _commands_key(params), params.objects("commands") or [])
    return True


def get_my_commands(context: Context, params: Params) -> list[JSON]:
    return context.state.commands.get(_commands_key(params), [])


def delete_my_commands(context: Context, params: Params) -> bool:
    set_commands(context.state, _commands_key(params), [])
    return True


def set_profile(name: str) -> Callable[[Context, Params], bool]:
    def method(context: Context, params: Params) -> bool:
        key = f"{name}:{params.text('language_code') or ''}"
        context.state.profile[key] = params.text(name) or ""
        context.state.touch("profile", key)
        return True

    return method


def get_profile(name: str) -> Callable[[Context, Params], JSON]:
    def method(context: Context, params: Params) -> JSON:
        profile = context.state.profile
        language = params.text("language_code") or ""
        return {name: profile.get(f"{name}:{language}") or profile.get(f"{name}:", "")}

    return method


def get_chat(context: Context, params: Params) -> JSON:
    chat = context.state.find_chat(params.integer("chat_id"))
    return {
        **context.state.chat_json(chat),
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(
            (
                "unlimited_gifts",
                "limited_gifts",
                "unique_gifts",
                "premium_subscription",
                "gifts_from_channels",
            ),
            False,
        ),
    }


def get_chat_member(context: Context, params: Params) -> JSON:
    state = context.state
    chat = state.find_chat(params.integer("chat_id"))
    user_id = params.integer("user_id")
    if user_id == state.bot["id"]:
        return bot_member(state, chat.bot_status)
    if user_id not in state.users:
        raise bad_request("invalid user_id specified")
    present = user_id in chat.members or user_id == chat.id
    return {"user": state.user_json(user_id), "status": "member" if present else "left"}


def get_chat_member_count(context: Context, params: Params) -> int:
    chat = context.state.open_chat(params.integer("chat_id"))
    return 2 if chat.is_private else len(chat.members) + 1


def get_chat_administrators(context: Context, params: Params) -> list[JSON]:
    chat = context.state.open_chat(params.integer("chat_id"))
    if chat.is_private:
        raise bad_request("there are no administrators in the private chat")
    return [bot_member(context.state, chat.bot_status)]


def leave_chat(context: Context, params: Params) -> bool:
    chat = context.state.open_chat(params.integer("chat_id"))
    if chat.is_private:
        raise bad_request("chat can't be left")
    chat.bot_status = "left"
    context.state.touch("chat", chat.id)
    context.state.tell("chat", chat_id=chat.id)
    return True


def get_file(context: Context, params: Params) -> JSON:
    record: dict[str, Any] | None = context.state.files.get(params.text("file_id") or "")
    if record is None:
        raise bad_request("wrong file_id or the file is temporarily unavailable")
    if record["file_size"] > DOWNLOAD_BYTES_MAX:
        raise bad_request("file is too big")
    return {key: record[key] for key in ("file_id", "file_unique_id", "file_size", "file_path")}
