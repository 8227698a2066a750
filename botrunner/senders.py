"""The members behind a batch of updates, several loaded with one query.

A screen of its own needs one query for its member, and making that statement costs
more than everything else a plain screen does (docs/performance.md).
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from accounts.selectors import find_members

if TYPE_CHECKING:
    from accounts.models import Member

RELATED = ("wallet", "membership", "prompt", "staff_user")
AT_ONCE_FIRST = 16
AT_ONCE_MAX = 64
_READS = ("SELECT", "SAVEPOINT", "RELEASE")


class Senders:
    """Any statement that writes makes what is loaded stale: it is then loaded again.

    How many are loaded at once follows from how many could be used before the last
    write, so a batch where each update writes loads little in vain.
    """

    def __init__(self, telegram_ids: Sequence[int] = ()) -> None:
        self._upcoming = telegram_ids
        self._position = 0
        self._at_once = AT_ONCE_FIRST
        self._loaded: dict[int, Member | None] = {}
        self._unused: set[int] = set()

    def find(self, telegram_id: int) -> "Member | None":
        """The sender of the next update."""
        self._advance_to(telegram_id)
        if telegram_id not in self._loaded:
            self._load(telegram_id)
        self._unused.discard(telegram_id)
        return self._loaded[telegram_id]

    def watch(
        self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any
    ) -> Any:
        """For connection.execute_wrapper: sees every statement of the batch."""
        if self._loaded and not sql.lstrip().startswith(_READS):
            self._loaded.clear()
            if self._unused:
                self._at_once = max(1, self._at_once // 2)
        return execute(sql, params, many, context)

    def _advance_to(self, telegram_id: int) -> None:
        for position in range(self._position, len(self._upcoming)):
            if self._upcoming[position] == telegram_id:
                self._position = position + 1
                return

    def _load(self, telegram_id: int) -> None:
        if not self._unused:
            self._at_once = min(self._at_once * 2, AT_ONCE_MAX)
        following = self._upcoming[self._position : self._position + self._at_once - 1]
        wanted = {telegram_id, *following}
        self._loaded = dict.fromkeys(wanted) | find_members(wanted, *RELATED)
        self._unused = wanted
