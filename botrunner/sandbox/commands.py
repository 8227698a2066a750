"""Lists of commands by scope and language, and which one a member sees."""

import re
from typing import Any

from .errors import bad_request
from .state import State

COMMANDS_MAX = 100
_NAME = re.compile(r"[a-z0-9_]{1,32}$")
_SCOPES = {
    "default": (),
    "all_private_chats": (),
    "all_group_chats": (),
    "all_chat_administrators": (),
    "chat": ("chat_id",),
    "chat_administrators": ("chat_id",),
    "chat_member": ("chat_id", "user_id"),
}


def scope_key(scope: dict[str, Any] | None, language: str) -> str:
    scope = scope or {"type": "default"}
    kind = str(scope.get("type"))
    if kind not in _SCOPES:
        raise bad_request("Unsupported BotCommandScope type")
    ids = [str(scope.get(name, "")) for name in _SCOPES[kind]]
    if not all(ids):
        raise bad_request("chat_id is empty")
    return ":".join([kind, *ids, language])


def set_commands(state: State, key: str, commands: list[dict[str, Any]]) -> None:
    if len(commands) > COMMANDS_MAX:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    kept = []
    for command in commands:
        name = str(command.get("command", "")).removeprefix("/")
        description = str(command.get("description", "")).strip()
        if not _NAME.match(name):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= len(description) <= 256:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
        kept.append({"command": name, "description": description})
    if kept:
        state.commands[key] = kept
    else:
        state.commands.pop(key, None)
    state.touch("commands", key)
    state.tell("commands")


def commands_shown(state: State, chat_id: int, user_id: int) -> list[dict[str, Any]]:
    """The first list that exists, from the narrowest scope to the widest (Telegram's order)."""
    private = state.chats[chat_id].is_private
    language = state.users[user_id].get("language_code", "").split("-")[0]
    scopes = (
        [f"chat:{chat_id}", "all_private_chats", "default"]
        if private
        else [
            f"chat_member:{chat_id}:{user_id}",
            f"chat:{chat_id}",
            "all_group_chats",
            "default",
        ]
    )
    for scope in scopes:
        for key in (f"{scope}:{language}", f"{scope}:"):
            if key in state.commands:
                return state.commands[key]
    return []
