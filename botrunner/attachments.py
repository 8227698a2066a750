"""Files that go with a reply, made when it is sent: kind -> maker. No file is ever stored."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class File:
    filename: str
    content: bytes


# A maker is given the attachment's params; it may read the database.
MAKERS: dict[str, Callable[[Mapping[str, Any]], File]] = {}


def make(kind: str, params: Mapping[str, Any]) -> File:
    return MAKERS[kind](params)
