"""What the chat page is told: all there is at first, then what happens."""

from .commands import commands_shown
from .state import JSON, Chat, State

MESSAGES_MAX = 200


def make_snapshot(state: State) -> JSON:
    """With the newest MESSAGES_MAX messages of each chat."""
    return {
        "event": state.next_event - 1,
        "bot": state.bot,
        "users": list(state.users.values()),
        "chats": [_chat_json(state, chat) for chat in state.chats.values()],
        "messages": [
            _message_json(chat, message)
            for chat in state.chats.values()
            for message in list(chat.messages.values())[-MESSAGES_MAX:]
        ],
        "commands": list_commands(state),
        "descriptions": _list_descriptions(state),
    }


def list_commands(state: State) -> JSON:
    """Per chat and member, as "chat:member"."""
    return {
        f"{chat.id}:{user_id}": commands_shown(state, chat.id, user_id)
        for chat in state.chats.values()
        for user_id in ([chat.id] if chat.is_private else chat.members)
    }


def make_event(state: State, number: int, kind: str, data: JSON) -> JSON | None:
    """As things are now: what an event names may be gone since."""
    chat = state.chats.get(data.get("chat_id", 0))
    if kind == "message":
        message = chat.messages.get(data["message_id"]) if chat else None
        if chat is None or message is None:
            return None
        return {"kind": kind, "message": _message_json(chat, message)}
    if kind == "chat":
        return {"kind": kind, "chat": _chat_json(state, chat)} if chat else None
    if kind == "user":
        user = state.users.get(data["user_id"])
        own = state.chats.get(data["user_id"])
        return {"kind": kind, "user": user, "chat": _chat_json(state, own)} if own else None
    return {"kind": kind, **data}


def _list_descriptions(state: State) -> JSON:
    """What the bot says of itself before it is started, per member."""
    profile = state.profile
    return {
        str(user_id): profile.get(f"description:{user.get('language_code', '')}")
        or profile.get("description:", "")
        for user_id, user in state.users.items()
    }


def _chat_json(state: State, chat: Chat) -> JSON:
    return {
        **state.chat_json(chat),
        "bot_status": chat.bot_status,
        "members": chat.members,
        "reply_keyboard": chat.reply_keyboard,
    }


def _message_json(chat: Chat, message: JSON) -> JSON:
    given = chat.reactions.get(message["message_id"])
    if not given:
        return message
    return {**message, "reactions": {str(user_id): emoji for user_id, emoji in given.items()}}
