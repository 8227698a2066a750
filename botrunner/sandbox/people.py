"""New members, and their names and languages."""

import secrets

from .errors import ControlError
from .members import send
from .state import JSON, State

# Telegram's own limit is 64: hostile names are meant to be tried here.
NAME_LENGTH_MAX = 4096


def add_member(state: State, *, profile: JSON, group_ids: list[int]) -> JSON:
    user = state.add_user({"id": _free_id(state), **_checked_profile(state, profile)})
    for chat_id in group_ids:
        chat = state.chats[chat_id]
        chat.members.append(user["id"])
        state.touch("chat", chat.id)
        state.tell("chat", chat_id=chat.id)
        send(state, chat, user["id"], {"new_chat_members": [state.user_json(user["id"])]}, None)
    return user


def edit_member(state: State, *, user_id: int, profile: JSON) -> JSON:
    if user_id not in state.users:
        raise ControlError("There is no such member.")
    return state.add_user({"id": user_id, **_checked_profile(state, profile, user_id)})


def _free_id(state: State) -> int:
    while True:
        user_id = 900_000_000 + secrets.randbelow(99_999_999)
        if user_id not in state.users:
            return user_id


def _checked_profile(state: State, profile: JSON, user_id: int | None = None) -> JSON:
    kept: JSON = {}
    for key in ("first_name", "last_name", "username", "language_code"):
        value = str(profile.get(key) or "").strip()
        if len(value) > NAME_LENGTH_MAX:
            raise ControlError(f"A name has at most {NAME_LENGTH_MAX} characters.")
        if value:
            kept[key] = value.lstrip("@") if key == "username" else value
    if "first_name" not in kept:
        raise ControlError("A member needs a first name.")
    if profile.get("is_premium"):
        kept["is_premium"] = True
    for other in state.users.values():
        if (
            other["id"] != user_id
            and kept.get("username", "").lower() == other.get("username", "-").lower()
        ):
            raise ControlError("Another member has this username.")
    return kept
