"""The daily bonus and its ladder."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from points.errors import TooEarly
from points.models import DailyBonus, Entry
from points.selectors import bonus_of_day, get_settings

from .ledger import Cause, credit, lock_wallet

# After a longer gap the ladder starts again.
GAP_MAX = timedelta(hours=48)


@dataclass(frozen=True, slots=True)
class DailyClaim:
    amount: int
    streak: int
    balance_after: int
    ready_at: datetime
    next_amount: int


@transaction.atomic
def claim_daily(*, member_id: int, interval: timedelta, now: datetime) -> DailyClaim:
    """Credits the bonus when `interval` has passed since the last one.

    Raises TooEarly, WalletFrozen. A clock that was set back only makes the wait longer.
    """
    wallet = lock_wallet(member_id)
    ladder = get_settings().daily_ladder
    last = DailyBonus.objects.filter(pk=member_id).first()
    streak = 1
    if last is not None:
        is_streak = now - last.claimed_at <= GAP_MAX
        streak = last.streak + 1 if is_streak else 1
        _check_ready(last, interval, now, bonus_of_day(ladder, streak))
    amount = bonus_of_day(ladder, streak)
    # One claim for each claim before it: no second one under any clock.
    after = last.claimed_at.isoformat() if last else "none"
    cause = Cause(
        kind=Entry.Kind.DAILY, key=f"daily:{member_id}:{after}", now=now, note=str(streak)
    )
    posting = credit(wallet, amount, cause)
    DailyBonus.objects.update_or_create(
        pk=member_id, defaults={"streak": streak, "claimed_at": now}
    )
    return DailyClaim(
        amount, streak, posting.balance_after, now + interval, bonus_of_day(ladder, streak + 1)
    )


def _check_ready(last: DailyBonus, interval: timedelta, now: datetime, amount: int) -> None:
    ready_at = last.claimed_at + interval
    if now < ready_at:
        raise TooEarly(ready_at=ready_at, wait=ready_at - now, streak=last.streak, amount=amount)
