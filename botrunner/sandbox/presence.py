"""Who is where: members in chats, the bot with them or put out, accounts that are gone."""

import time

from .errors import ControlError
from .state import JSON, Chat, State


def chat_of(state: State, chat_id: int, user_id: int) -> Chat:
    chat = state.chats.get(chat_id)
    if chat is None or user_id not in state.users:
        raise ControlError("There is no such chat or member.")
    if chat_id != user_id and user_id not in chat.members:
        raise ControlError("This member is not in this group.")
    return chat


def set_blocked(state: State, *, user_id: int, blocked: bool) -> None:
    chat = chat_of(state, user_id, user_id)
    wanted = "kicked" if blocked else "member"
    if chat.bot_status != wanted:
        change_bot_status(state, chat, user_id, wanted)


def set_deactivated(state: State, *, user_id: int, deactivated: bool) -> None:
    """A deleted account: the bot learns of it only when it writes to it."""
    if user_id not in state.users:
        raise ControlError("There is no such member.")
    user = state.user_json(user_id)
    state.add_user({**user, "deactivated": True} if deactivated else user)


def set_bot_in_group(state: State, *, chat_id: int, user_id: int, present: bool) -> None:
    chat = chat_of(state, chat_id, user_id)
    if chat.is_private:
        raise ControlError("This is no group.")
    wanted = "administrator" if present else "kicked"
    if chat.bot_status != wanted:
        change_bot_status(state, chat, user_id, wanted)


def change_bot_status(
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
