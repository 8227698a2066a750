"""What a method works on, and the faults it was told to have."""

from dataclasses import dataclass, field
from typing import Any

from .errors import ApiError
from .files import FileFolder
from .state import State

FAULTS_MAX = 100


class Dropped(Exception):
    """Close the connection without an answer."""


@dataclass(slots=True)
class Fault:
    """The next `times` calls of `method` ("*": of any but getUpdates) fail.

    `done` lets the call take effect first: the bot never learns that it did.
    """

    method: str
    times: int
    code: int = 500
    description: str = "Internal Server Error"
    retry_after: int = 0
    drop: bool = False
    done: bool = False
    chat_id: int = 0

    def hits(self, method: str, chat_id: str) -> bool:
        if self.chat_id and str(self.chat_id) != chat_id:
            return False
        return self.method == method or (self.method == "*" and method != "getupdates")

    def raise_error(self) -> None:
        if self.drop:
            raise Dropped
        if self.retry_after:
            raise ApiError(
                429,
                f"Too Many Requests: retry after {self.retry_after}",
                retry_after=self.retry_after,
            )
        raise ApiError(self.code, self.description)


@dataclass(slots=True)
class Context:
    state: State
    files: FileFolder
    faults: list[Fault] = field(default_factory=list)

    def set_faults(self, faults: list[dict[str, Any]]) -> None:
        """The whole list anew; raises TypeError for a field that does not exist."""
        made = [Fault(**{**fault, "method": str(fault["method"]).lower()}) for fault in faults]
        self.faults = made[:FAULTS_MAX]

    def take_fault(self, method: str, chat_id: str) -> Fault | None:
        for fault in self.faults:
            if fault.hits(method, chat_id):
                fault.times -= 1
                if fault.times <= 0:
                    self.faults.remove(fault)
                return fault
        return None
