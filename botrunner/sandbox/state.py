"""Everything the sandbox knows: users, chats, messages, updates. Pure and synchronous.

Messages are plain dicts in the Bot API's own form and are never changed in
place: an edit stores a new dict, so an update in the queue keeps what it said.
"""

import secrets
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from . import cast
from .errors import bad_request, forbidden
from .updates import UpdateQueue

JSON = dict[str, Any]
MESSAGES_MAX = 5_000  # kept in each chat
EVENTS_MAX = 5_000
QUERY_LIFE_SECONDS = 120
# Of a user, known to the sandbox alone.
_OWN_KEYS = {"deactivated", "stars"}


@dataclass(slots=True)
class Chat:
    id: int
    type: str
    title: str = ""
    # What the bot is here: left (not started yet), member, administrator or kicked (blocked).
    bot_status: str = "left"
    members: list[int] = field(default_factory=list)
    messages: dict[int, JSON] = field(default_factory=dict)
    reactions: dict[int, dict[int, list[str]]] = field(default_factory=dict)
    reply_keyboard: JSON | None = None

    @property
    def is_private(self) -> bool:
        return self.type == "private"


@dataclass(slots=True)
class Query:
    """A button that was pressed and waits for its answer."""

    chat_id: int
    user_id: int
    asked_at: float


def _nothing() -> None:
    return


class State:
    def __init__(self, bot_id: int, username: str = "tallyhouse_sandbox_bot") -> None:
        self.bot: JSON = {
            "id": bot_id,
            "is_bot": True,
            "first_name": "Tallyhouse",
            "username": username,
        }
        self.users: dict[int, JSON] = {}
        self.chats: dict[int, Chat] = {}
        self.commands: dict[str, list[JSON]] = {}
        self.profile: dict[str, str] = {}
        self.files: dict[str, JSON] = {}
        self.queries: dict[str, Query] = {}
        # Of Stars: the payloads of invoices by "chat:message", what waits for the bot's word,
        # and what was paid, by charge.
        self.invoices: dict[str, str] = {}
        self.checkouts: dict[str, Any] = {}
        self.charges: dict[str, JSON] = {}
        # What a provider of SMS would list; its ids are of this start of the sandbox.
        self.sms: list[JSON] = []
        self.next_sms = int(time.time() * 1_000)
        self.webhook: JSON = {}
        self.updates = UpdateQueue()
        self.next_message_id = 1
        # What changed since the store last looked; None: nobody stores it.
        self.dirty: set[tuple[str, str]] | None = None
        self.events: deque[tuple[int, str, JSON]] = deque(maxlen=EVENTS_MAX)
        self.next_event = 1
        self.on_event: Callable[[], None] = _nothing

    # Bookkeeping

    def touch(self, kind: str, key: object) -> None:
        if self.dirty is not None:
            self.dirty.add((kind, str(key)))

    def tell(self, kind: str, **data: Any) -> None:
        """Tell the chat pages that are open."""
        self.events.append((self.next_event, kind, data))
        self.next_event += 1
        self.on_event()

    def queue(self, kind: str, body: JSON) -> None:
        update_id = self.updates.add(kind, body)
        if update_id is not None:
            self.touch("update", update_id)
            self.touch("meta", "counters")

    def allow_updates(self, kinds: list[str] | None) -> None:
        """None leaves the choice as it was, as in Telegram."""
        if kinds is not None:
            self.updates.allow(kinds)
            self.touch("meta", "allowed")

    def confirm(self, offset: int) -> None:
        for update_id in self.updates.confirm(offset):
            self.touch("update", update_id)

    # Who and where

    def chat_json(self, chat: Chat) -> JSON:
        if not chat.is_private:
            return {"id": chat.id, "title": chat.title, "type": chat.type}
        user = self.users[chat.id]
        named: JSON = {
            key: user[key] for key in ("first_name", "last_name", "username") if key in user
        }
        return {"id": chat.id, **named, "type": "private"}

    def open_chat(self, chat_id: int) -> Chat:
        """The chat the bot may write to. Raises ApiError as Telegram does."""
        chat = self.find_chat(chat_id)
        if chat.is_private and self.users[chat_id].get("deactivated"):
            raise forbidden("user is deactivated")
        if chat.bot_status in ("member", "administrator"):
            return chat
        if not chat.is_private:
            raise forbidden(
                "bot was kicked from the supergroup chat"
                if chat.bot_status == "kicked"
                else "bot is not a member of the supergroup chat"
            )
        if chat.bot_status == "kicked":
            raise forbidden("bot was blocked by the user")
        raise forbidden("bot can't initiate conversation with a user")

    def find_chat(self, chat_id: int) -> Chat:
        chat = self.chats.get(chat_id)
        if chat is None:
            raise bad_request("chat not found")
        return chat

    def user_json(self, user_id: int) -> JSON:
        """The user as others see him: without what only the sandbox knows."""
        user = self.users[user_id]
        return {key: value for key, value in user.items() if key not in _OWN_KEYS}

    def add_user(self, user: JSON) -> JSON:
        self.users[user["id"]] = {"is_bot": False, **user}
        self.chats.setdefault(user["id"], Chat(id=user["id"], type="private"))
        self.touch("user", user["id"])
        self.touch("chat", user["id"])
        self.tell("user", user_id=user["id"])
        return self.users[user["id"]]

    def add_group(self, group_id: int, title: str, members: list[int]) -> Chat:
        chat = Chat(group_id, "supergroup", title, "administrator", members)
        self.chats[group_id] = chat
        self.touch("chat", group_id)
        self.tell("chat", chat_id=group_id)
        return chat

    def add_cast(self) -> None:
        for user in cast.MEMBERS:
            self.add_user(dict(user))
        self.add_group(cast.TALLY_HOUSE, cast.GROUP_TITLE, [user["id"] for user in cast.MEMBERS])

    # Messages

    def new_message(self, chat: Chat, sender: JSON, content: JSON) -> JSON:
        """Store a message and show it; the caller checked that it may be there."""
        message: JSON = {
            "message_id": self.next_message_id,
            "from": sender,
            "chat": self.chat_json(chat),
            "date": int(time.time()),
            **content,
        }
        self.next_message_id += 1
        self.put_message(chat, message)
        self.touch("meta", "counters")
        if len(chat.messages) > MESSAGES_MAX:
            self.drop_message(chat, next(iter(chat.messages)))
        return message

    def put_message(self, chat: Chat, message: JSON) -> None:
        chat.messages[message["message_id"]] = message
        self.touch("message", f"{chat.id}:{message['message_id']}")
        self.tell("message", chat_id=chat.id, message_id=message["message_id"])

    def drop_message(self, chat: Chat, message_id: int) -> None:
        del chat.messages[message_id]
        chat.reactions.pop(message_id, None)
        self.touch("message", f"{chat.id}:{message_id}")
        self.tell("deleted", chat_id=chat.id, message_id=message_id)

    def set_reactions(self, chat: Chat, message_id: int, user_id: int, emoji: list[str]) -> None:
        given = chat.reactions.setdefault(message_id, {})
        if emoji:
            given[user_id] = emoji
        else:
            given.pop(user_id, None)
        self.touch("message", f"{chat.id}:{message_id}")
        self.tell("message", chat_id=chat.id, message_id=message_id)

    # Buttons

    def new_query(self, chat_id: int, user_id: int) -> str:
        now = time.monotonic()
        for old in [key for key, query in self.queries.items() if self._is_old(query, now)]:
            del self.queries[old]
        query_id = str(secrets.randbits(62))
        self.queries[query_id] = Query(chat_id, user_id, now)
        return query_id

    def take_query(self, query_id: str) -> Query:
        query = self.queries.pop(query_id, None)
        if query is None or self._is_old(query, time.monotonic()):
            raise bad_request(
                "query is too old and response timeout expired or query ID is invalid"
            )
        return query

    @staticmethod
    def _is_old(query: Query, now: float) -> bool:
        return now - query.asked_at > QUERY_LIFE_SECONDS

    def reset(self) -> None:
        """Back to the first cast. Ids go on rising: the bot remembers those it has seen."""
        for update_id in self.updates.pending:
            self.touch("update", update_id)
        self.updates.pending.clear()
        for chat in self.chats.values():
            self.touch("chat", chat.id)
            for message_id in chat.messages:
                self.touch("message", f"{chat.id}:{message_id}")
        for user_id in self.users:
            self.touch("user", user_id)
        for file_id in self.files:
            self.touch("file", file_id)
        for key in self.invoices:
            self.touch("invoice", key)
        for charge_id in self.charges:
            self.touch("charge", charge_id)
        for records in (self.chats, self.users, self.files, self.queries):
            records.clear()
        for kept in (self.invoices, self.checkouts, self.charges):
            kept.clear()
        self.add_cast()
        self.tell("reset")
