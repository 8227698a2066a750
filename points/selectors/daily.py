"""Where a member stands with the daily bonus."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from points.models import DailyBonus

from .wallets import bonus_of_day

# After a longer gap the ladder starts again.
GAP_MAX = timedelta(hours=48)


@dataclass(frozen=True, slots=True)
class DailyStanding:
    """The next bonus: how much, on which day of the streak, from when on. None: now.

    `mark` names the claim before it; 0 where none was made.
    """

    amount: int
    day: int
    ready_at: datetime | None
    mark: int = 0
    is_reminded: bool = False


def daily_standing(
    member_id: int, ladder: Sequence[int], interval: timedelta, now: datetime
) -> DailyStanding:
    last = DailyBonus.objects.filter(pk=member_id).first()
    day = next_day(last, now)
    amount = bonus_of_day(ladder, day)
    if last is None or now >= last.claimed_at + interval:
        return DailyStanding(amount, day, None)
    return DailyStanding(amount, day, last.claimed_at + interval, mark_of(last), last.is_reminded)


def next_day(last: DailyBonus | None, now: datetime) -> int:
    """Which day of the streak a claim made now is."""
    return last.streak + 1 if last and now - last.claimed_at <= GAP_MAX else 1


def mark_of(last: DailyBonus) -> int:
    """Names a claim: no two are made in one second."""
    return int(last.claimed_at.timestamp())


def find_reminded_claim(member_id: int, mark: int) -> DailyBonus | None:
    """The claim after which he still wants to be told that he can collect again."""
    last = DailyBonus.objects.filter(pk=member_id, is_reminded=True).first()
    return last if last and mark_of(last) == mark else None
