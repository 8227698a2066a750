"""The queue of updates that the bot has not confirmed yet."""

import time
from collections.abc import Callable, Iterable
from typing import Any

PENDING_MAX = 100_000
LIMIT_MAX = 100
# Telegram leaves these out unless the bot asks for them by name.
_ASKED_FOR = frozenset({"chat_member", "message_reaction", "message_reaction_count"})


def _nothing() -> None:
    return


class UpdateQueue:
    """Update ids only ever rise, over restarts and resets too: a bot remembers those it has seen.

    The first id is the time in seconds, so they rise even when the sandbox's file was deleted.
    """

    def __init__(self) -> None:
        self.next_id = int(time.time())
        self.pending: dict[int, dict[str, Any]] = {}
        self.allowed: frozenset[str] | None = None
        self.on_arrival: Callable[[], None] = _nothing

    def allow(self, kinds: Iterable[str]) -> None:
        """An empty list means all but those that have to be asked for."""
        self.allowed = frozenset(kinds) or None

    def wants(self, kind: str) -> bool:
        return kind in self.allowed if self.allowed else kind not in _ASKED_FOR

    def add(self, kind: str, body: dict[str, Any]) -> int | None:
        if not self.wants(kind):
            return None
        update_id = self.next_id
        self.next_id += 1
        self.pending[update_id] = {"update_id": update_id, kind: body}
        if len(self.pending) > PENDING_MAX:
            del self.pending[next(iter(self.pending))]
        self.on_arrival()
        return update_id

    def confirm(self, offset: int) -> list[int]:
        """Forget what the bot has: all below the offset, or all but the last -offset."""
        if offset < 0:
            gone = list(self.pending)[:offset]
        else:
            gone = []
            for update_id in self.pending:
                if update_id >= offset:
                    break
                gone.append(update_id)
        for update_id in gone:
            del self.pending[update_id]
        return gone

    def first(self, limit: int) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        for update in self.pending.values():
            if len(found) == limit:
                break
            found.append(update)
        return found
