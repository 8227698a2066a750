"""The limits of one process that has no Redis: the same windows as limits.lua. Milliseconds."""

from collections import deque

ALL = ""
SPANS = {"all": 1_000, "group": 60_000, "private": 1_000}
GROUP_CAP = 20
PRIVATE_CAP = 1
CHATS_MAX = 10_000


class Windows:
    def __init__(self) -> None:
        self._sent: dict[tuple[str, str], deque[int]] = {}
        self._paused_until: dict[str, int] = {}
        self._paused_last = (ALL, 0)

    def ask(self, chat_id: str, kind: str, cap: int, now: int) -> int:
        """How long to wait; 0: it may go, and is counted."""
        paused_until = max(self._paused_until.get(ALL, 0), self._paused_until.get(chat_id, 0))
        windows = [("all", ALL, cap)]
        if kind == "group":
            windows.append((kind, chat_id, GROUP_CAP))
        elif kind == "private":
            windows.append((kind, chat_id, PRIVATE_CAP))
        waits = [self._wait(name, chat, cap_, now) for name, chat, cap_ in windows]
        wait = max(paused_until - now, *waits, 0)
        if not wait:
            for name, chat, _ in windows:
                self._sent[name, chat].append(now)
        return wait

    def pause(self, chat_id: str, milliseconds: int, now: int) -> None:
        until = now + milliseconds
        last_chat_id, last_until = self._paused_last
        self._paused_until[chat_id] = until
        if last_chat_id != chat_id and last_until > now:
            self._paused_until[ALL] = until
        self._paused_last = (chat_id, until)

    def _wait(self, name: str, chat_id: str, cap: int, now: int) -> int:
        if len(self._sent) > CHATS_MAX:
            self._forget(now)
        sent = self._sent.setdefault((name, chat_id), deque())
        while sent and sent[0] + SPANS[name] <= now:
            sent.popleft()
        return sent[len(sent) - cap] + SPANS[name] - now if len(sent) >= cap else 0

    def _forget(self, now: int) -> None:
        """Drops the windows of chats nobody wrote to lately."""
        self._sent = {
            key: sent for key, sent in self._sent.items() if sent and sent[-1] + SPANS[key[0]] > now
        }
        self._paused_until = {c: until for c, until in self._paused_until.items() if until > now}
