"""What members do: write, press, react, block. Each makes the update the bot would get."""

import secrets
import time
from typing import Any

from .errors import ControlError
from .state import JSON, Chat, State
from .texts import CAPTION_LENGTH_MAX, TEXT_LENGTH_MAX, find_entities, with_users

NAME_LENGTH_MAX = 4096  # Telegram's own limit is 64: hostile names are meant to be tried here


def _chat_of(state: State, chat_id: int, user_id: int) -> Chat:
    chat = state.chats.get(chat_id)
    if chat is None or user_id not in state.users:
        raise ControlError("There is no such chat or member.")
    if chat_id != user_id and user_id not in chat.members:
        raise ControlError("This member is not in this group.")
    return chat


def _writable(state: State, chat_id: int, user_id: int) -> Chat:
    chat = _chat_of(state, chat_id, user_id)
    if state.users[user_id].get("deactivated"):
        raise ControlError("This member has deleted the account. Restore it first.")
    if chat.is_private and chat.bot_status == "kicked":
        raise ControlError("This member has blocked the bot. Unblock it first.")
    return chat


def _send(state: State, chat: Chat, user_id: int, content: JSON, reply_to: int | None) -> JSON:
    if reply_to in chat.messages:
        answered = chat.messages[reply_to]
        content["reply_to_message"] = {
            key: value for key, value in answered.items() if key != "reply_to_message"
        }
    if chat.is_private and chat.bot_status == "left":
        _change_bot_status(state, chat, user_id, "member", told=False)
    message = state.new_message(chat, state.user_json(user_id), content)
    if chat.is_private or chat.bot_status in ("member", "administrator"):
        state.queue("message", message)
    return message


def send_text(
    state: State,
    *,
    chat_id: int,
    user_id: int,
    text: str,
    reply_to: int | None = None,
    entities: list[JSON] | None = None,
) -> JSON:
    chat = _writable(state, chat_id, user_id)
    return _send(state, chat, user_id, _text_content(state, text, entities), reply_to)


def _text_content(state: State, text: str, entities: list[JSON] | None) -> JSON:
    text = text.strip()
    if not 1 <= len(text) <= TEXT_LENGTH_MAX:
        raise ControlError(f"A message has 1 to {TEXT_LENGTH_MAX} characters.")
    found = with_users(find_entities(text, entities or []), state.users)
    return {"text": text, **({"entities": found} if found else {})}


def send_media(
    state: State,
    *,
    chat_id: int,
    user_id: int,
    media: JSON,
    caption: str = "",
    entities: list[JSON] | None = None,
    album: str = "",
    reply_to: int | None = None,
) -> JSON:
    """`media` is {kind: its Bot API object}, as files.as_media makes it."""
    chat = _writable(state, chat_id, user_id)
    content = dict(media)
    caption = caption.strip()
    if len(caption) > CAPTION_LENGTH_MAX:
        raise ControlError(f"A caption has at most {CAPTION_LENGTH_MAX} characters.")
    if caption:
        content["caption"] = caption
        if found := with_users(find_entities(caption, entities or []), state.users):
            content["caption_entities"] = found
    if album:
        content["media_group_id"] = album
    return _send(state, chat, user_id, content, reply_to)


def edit_text(state: State, *, chat_id: int, user_id: int, message_id: int, text: str) -> JSON:
    chat = _writable(state, chat_id, user_id)
    message = chat.messages.get(message_id)
    if message is None or message["from"]["id"] != user_id or "text" not in message:
        raise ControlError("Only one's own text messages can be edited.")
    kept = {key: value for key, value in message.items() if key != "entities"}
    edited = {**kept, **_text_content(state, text, None), "edit_date": int(time.time())}
    state.put_message(chat, edited)
    state.queue("edited_message", edited)
    return edited


def press_button(
    state: State, *, chat_id: int, user_id: int, message_id: int, data: str
) -> dict[str, Any]:
    """Returns the query's id: its answer comes as an event."""
    chat = _chat_of(state, chat_id, user_id)
    message = chat.messages.get(message_id)
    if message is None:
        raise ControlError("This message is gone.")
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    if not any(button.get("callback_data") == data for row in rows for button in row):
        raise ControlError("This button is gone.")
    query_id = state.new_query(chat_id, user_id)
    state.queue(
        "callback_query",
        {
            "id": query_id,
            "from": state.user_json(user_id),
            "message": message,
            "chat_instance": str(abs(chat.id) * 7919),
            "data": data,
        },
    )
    return {"query_id": query_id}


def react(state: State, *, chat_id: int, user_id: int, message_id: int, emoji: list[str]) -> None:
    chat = _writable(state, chat_id, user_id)
    if message_id not in chat.messages:
        raise ControlError("This message is gone.")
    old = chat.reactions.get(message_id, {}).get(user_id, [])
    state.set_reactions(chat, message_id, user_id, emoji)
    state.queue(
        "message_reaction",
        {
            "chat": state.chat_json(chat),
            "message_id": message_id,
            "user": state.user_json(user_id),
            "date": int(time.time()),
            "old_reaction": [{"type": "emoji", "emoji": one} for one in old],
            "new_reaction": [{"type": "emoji", "emoji": one} for one in emoji],
        },
    )


def set_blocked(state: State, *, user_id: int, blocked: bool) -> None:
    chat = _chat_of(state, user_id, user_id)
    wanted = "kicked" if blocked else "member"
    if chat.bot_status != wanted:
        _change_bot_status(state, chat, user_id, wanted)


def set_deactivated(state: State, *, user_id: int, deactivated: bool) -> None:
    """A deleted account: the bot learns of it only when it writes to it."""
    if user_id not in state.users:
        raise ControlError("There is no such member.")
    user = state.user_json(user_id)
    state.add_user({**user, "deactivated": True} if deactivated else user)


def set_bot_in_group(state: State, *, chat_id: int, user_id: int, present: bool) -> None:
    chat = _chat_of(state, chat_id, user_id)
    if chat.is_private:
        raise ControlError("This is no group.")
    wanted = "administrator" if present else "kicked"
    if chat.bot_status != wanted:
        _change_bot_status(state, chat, user_id, wanted)


def _change_bot_status(
    state: State, chat: Chat, user_id: int, status: str, *, told: bool = True
) -> None:
    old, chat.bot_status = chat.bot_status, status
    state.touch("chat", chat.id)
    state.tell("chat", chat_id=chat.id)
    if told:
        state.queue(
            "my_chat_member",
            {
                "chat": state.chat_json(chat),
                "from": state.user_json(user_id),
                "date": int(time.time()),
                "old_chat_member": bot_member(state, old),
                "new_chat_member": bot_member(state, status),
            },
        )


_ADMINISTRATOR_RIGHTS = dict.fromkeys(
    (
        "can_manage_chat",
        "can_delete_messages",
        "can_manage_video_chats",
        "can_restrict_members",
        "can_invite_users",
        "can_change_info",
        "can_pin_messages",
    ),
    True,
)


def bot_member(state: State, status: str) -> JSON:
    member: JSON = {"user": state.bot, "status": status}
    if status == "administrator":
        refused = dict.fromkeys(
            (
                "can_be_edited",
                "is_anonymous",
                "can_promote_members",
                "can_post_stories",
                "can_edit_stories",
                "can_delete_stories",
            ),
            False,
        )
        member |= _ADMINISTRATOR_RIGHTS | refused
    if status == "kicked":
        member["until_date"] = 0
    return member


def add_member(state: State, *, profile: JSON, group_ids: list[int]) -> JSON:
    user = state.add_user({"id": _free_id(state), **_checked_profile(state, profile)})
    for chat_id in group_ids:
        chat = state.chats[chat_id]
        chat.members.append(user["id"])
        state.touch("chat", chat.id)
        state.tell("chat", chat_id=chat.id)
        _send(state, chat, user["id"], {"new_chat_members": [state.user_json(user["id"])]}, None)
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
