"""What members do: write, press, react. Each makes the update the bot would get."""

import time
from typing import Any

from .errors import ControlError
from .presence import change_bot_status, chat_of
from .state import JSON, Chat, State
from .texts import CAPTION_LENGTH_MAX, TEXT_LENGTH_MAX, find_entities, with_users


def _writable(state: State, chat_id: int, user_id: int) -> Chat:
    chat = chat_of(state, chat_id, user_id)
    if state.users[user_id].get("deactivated"):
        raise ControlError("This member has deleted the account. Restore it first.")
    if chat.is_private and chat.bot_status == "kicked":
        raise ControlError("This member has blocked the bot. Unblock it first.")
    return chat


def send(state: State, chat: Chat, user_id: int, content: JSON, reply_to: int | None) -> JSON:
    if reply_to in chat.messages:
        answered = chat.messages[reply_to]
        content["reply_to_message"] = {
            key: value for key, value in answered.items() if key != "reply_to_message"
        }
    if chat.is_private and chat.bot_status == "left":
        change_bot_status(state, chat, user_id, "member", told=False)
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
    return send(state, chat, user_id, _text_content(state, text, entities), reply_to)


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
    return send(state, chat, user_id, content, reply_to)


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
    chat = chat_of(state, chat_id, user_id)
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
