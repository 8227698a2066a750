"""What is held of an account, or was given from it, added up for who shall have it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(slots=True)
class Summary:
    """`others` counts the pieces that no member reads as a figure: history, days of joining."""

    points: int = 0
    xp: int = 0
    items: dict[str, int] = field(default_factory=dict)
    factors: list[int] = field(default_factory=list)
    invites: int = 0
    videos: int = 0
    vip_until: datetime | None = None
    premium_until: datetime | None = None
    others: int = 0

    @property
    def is_empty(self) -> bool:
        return not (
            self.points or self.xp or self.items or self.factors or self.invites or self.videos
            or self.vip_until or self.premium_until or self.others
        )  # fmt: skip


def add_up(pieces: Iterable[tuple[str, dict[str, Any]]], now: datetime) -> Summary:
    """VIP and premium that are over by now are history."""
    found = Summary()
    for part, value in pieces:
        if part == "points":
            found.points += value.get("points", 0)
        elif part == "progress":
            found.xp += value.get("xp", 0)
        elif part == "items" and value.get("quantity"):
            found.items[value["item"]] = found.items.get(value["item"], 0) + value["quantity"]
        elif part == "multiplier" and "factor" in value:
            found.factors.append(value["factor"])
        elif part == "invites":
            found.invites += value.get("count", 0)
        elif part == "seen":
            found.videos += len(value.get("numbers", ()))
        elif part == "vip":
            found.vip_until = _later(found.vip_until, value, now)
        elif part == "premium":
            found.premium_until = _later(found.premium_until, value, now)
        else:
            found.others += 1
    return found


def _later(known: datetime | None, value: dict[str, Any], now: datetime) -> datetime | None:
    until = datetime.fromisoformat(value["until"]) if value.get("until") else None
    times = [time for time in (known, until) if time and time > now]
    return max(times, default=None)
