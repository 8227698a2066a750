"""Keeps the state in a SQLite file of its own, behind the API's back.

Calls never wait for the disk: what changed is written every FLUSH_SECONDS by
a thread. After a hard kill the last moment of the chat may be missing, but ids
go on above all that were ever given out.
"""

import asyncio
import sqlite3
from pathlib import Path
from typing import Any

import orjson

from .state import JSON, Chat, State

FLUSH_SECONDS = 0.1
# More than could be given out between two flushes.
ID_MARGIN = 10_000
_KINDS = (
    "meta",
    "profile",
    "commands",
    "user",
    "chat",
    "message",
    "file",
    "update",
    "invoice",
    "charge",
)


class Store:
    def __init__(self, path: Path, state: State) -> None:
        self.state = state
        path.parent.mkdir(parents=True, exist_ok=True)
        self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        path.chmod(0o600)
        self._connection.executescript(
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
            "CREATE TABLE IF NOT EXISTS record (kind TEXT, key TEXT, body BLOB,"
            " PRIMARY KEY (kind, key)) WITHOUT ROWID;"
        )

    def load(self) -> bool:
        """False when there was nothing to load."""
        records: dict[str, dict[str, Any]] = {kind: {} for kind in _KINDS}
        for kind, key, body in self._connection.execute("SELECT kind, key, body FROM record"):
            records[kind][key] = orjson.loads(body)
        _restore(self.state, records)
        self.state.dirty = set()
        return bool(records["user"])

    async def run(self) -> None:
        while True:
            await asyncio.sleep(FLUSH_SECONDS)
            if rows := self._changed():
                await asyncio.to_thread(self._write, rows)

    def close(self) -> None:
        if rows := self._changed():
            self._write(rows)
        self._connection.close()

    def _changed(self) -> list[tuple[str, str, bytes | None]]:
        dirty, self.state.dirty = self.state.dirty or set(), set()
        return [(kind, key, _dump(self.state, kind, key)) for kind, key in dirty]

    def _write(self, rows: list[tuple[str, str, bytes | None]]) -> None:
        with self._connection:
            self._connection.execute("BEGIN IMMEDIATE")
            self._connection.executemany(
                "DELETE FROM record WHERE kind = ? AND key = ?",
                [(kind, key) for kind, key, body in rows if body is None],
            )
            self._connection.executemany(
                "REPLACE INTO record VALUES (?, ?, ?)", [row for row in rows if row[2] is not None]
            )


def _dump(state: State, kind: str, key: str) -> bytes | None:
    body = _record(state, kind, key)
    return None if body is None else orjson.dumps(body)


def _record(state: State, kind: str, key: str) -> Any:
    match kind:
        case "meta":
            return _meta(state, key)
        case "profile":
            return state.profile.get(key)
        case "commands":
            return state.commands.get(key)
        case "user":
            return state.users.get(int(key))
        case "chat":
            return _chat_record(state.chats.get(int(key)))
        case "message":
            return _message_record(state, key)
        case "file":
            return state.files.get(key)
        case "invoice":
            return state.invoices.get(key)
        case "charge":
            return state.charges.get(key)
    return state.updates.pending.get(int(key))


def _meta(state: State, key: str) -> JSON | None:
    if key == "counters":
        return {"update": state.updates.next_id, "message": state.next_message_id}
    if key == "allowed":
        return {"kinds": sorted(state.updates.allowed or ())}
    return state.webhook or None


def _chat_record(chat: Chat | None) -> JSON | None:
    if chat is None:
        return None
    return {
        name: getattr(chat, name)
        for name in ("id", "type", "title", "bot_status", "members", "reply_keyboard")
    }


def _message_record(state: State, key: str) -> JSON | None:
    chat_id, message_id = map(int, key.split(":"))
    chat = state.chats.get(chat_id)
    message = chat.messages.get(message_id) if chat else None
    if chat is None or message is None:
        return None
    given = [[user_id, emoji] for user_id, emoji in chat.reactions.get(message_id, {}).items()]
    return {"message": message, "reactions": given}


def _restore(state: State, records: dict[str, dict[str, Any]]) -> None:
    counters = records["meta"].get("counters")
    if counters:
        state.updates.next_id = max(counters["update"] + ID_MARGIN, state.updates.next_id)
        state.next_message_id = counters["message"] + ID_MARGIN
    state.webhook = records["meta"].get("webhook", {})
    state.updates.allow(records["meta"].get("allowed", {}).get("kinds", ()))
    state.profile, state.commands = records["profile"], records["commands"]
    state.files = records["file"]
    state.invoices, state.charges = records["invoice"], records["charge"]
    state.users = {int(key): user for key, user in records["user"].items()}
    state.chats = {int(key): Chat(**chat) for key, chat in records["chat"].items()}
    for record in sorted(records["message"].values(), key=lambda r: r["message"]["message_id"]):
        message = record["message"]
        chat = state.chats[message["chat"]["id"]]
        chat.messages[message["message_id"]] = message
        if record["reactions"]:
            chat.reactions[message["message_id"]] = dict(map(tuple, record["reactions"]))
    for update in sorted(records["update"].values(), key=lambda u: int(u["update_id"])):
        state.updates.pending[update["update_id"]] = update
