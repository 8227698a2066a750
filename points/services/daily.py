"""The daily bonus, its ladder, and a reminder of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from accounts.services import queue_message
from points.errors import TooEarly, WalletFrozen
from points.models import DailyBonus, Entry
from points.selectors import bonus_of_day, get_settings, mark_of, next_day

from .ledger import Cause, credit, lock_wallet


@dataclass(frozen=True, slots=True)
class DailyClaim:
    """`mark` names this claim to set_daily_reminder."""

    amount: int
    streak: int
    balance_after: int
    ready_at: datetime
    next_amount: int
    mark: int


@transaction.atomic
def claim_daily(*, member_id: int, interval: timedelta, now: datetime) -> DailyClaim:
    """Credits the bonus when `interval` has passed since the last one.

    Raises TooEarly, WalletFrozen. A clock that was set back only makes the wait longer.
    """
    wallet = lock_wallet(member_id)
    ladder = get_settings().daily_ladder
    last = DailyBonus.objects.filter(pk=member_id).first()
    streak = next_day(last, now)
    if last is not None:
        _check_ready(last, interval, now, bonus_of_day(ladder, streak))
    amount = bonus_of_day(ladder, streak)
    # One claim for each claim before it: no second one under any clock.
    after = last.claimed_at.isoformat() if last else "none"
    cause = Cause(
        kind=Entry.Kind.DAILY, key=f"daily:{member_id}:{after}", now=now, note=str(streak)
    )
    posting = credit(wallet, amount, cause)
    claim, _ = DailyBonus.objects.update_or_create(
        pk=member_id, defaults={"streak": streak, "claimed_at": now, "is_reminded": False}
    )
    return DailyClaim(
        amount,
        streak,
        posting.balance_after,
        now + interval,
        bonus_of_day(ladder, streak + 1),
        mark_of(claim),
    )


@transaction.atomic
def set_daily_reminder(
    *, member_id: int, mark: int, is_on: bool, interval: timedelta, now: datetime
) -> None:
    """Whether to tell the member once when he can collect again after the claim of this mark.

    Nothing is changed once the wait is over or another has begun. Raises WalletFrozen.
    """
    if lock_wallet(member_id).is_frozen:
        raise WalletFrozen()
    last = DailyBonus.objects.filter(pk=member_id).first()
    if last is None or mark_of(last) != mark or now >= last.claimed_at + interval:
        return
    last.is_reminded = is_on
    last.save(update_fields=["is_reminded"])
    if is_on:
        # Once taken back, the waiting message finds nothing to tell; taken on again, it does.
        _queue(member_id, mark, last.claimed_at + interval, f"{mark}")


def put_off_daily_reminder(*, member_id: int, mark: int, due_at: datetime) -> None:
    """The wait has become longer since the reminder was asked for: VIP ended in it."""
    _queue(member_id, mark, due_at, f"{mark}:later")


def _queue(member_id: int, mark: int, due_at: datetime, key: str) -> None:
    queue_message(
        kind="points.daily_ready",
        key=f"points.daily_ready:{member_id}:{key}",
        member_id=member_id,
        due_at=due_at,
        mark=mark,
    )


def _check_ready(last: DailyBonus, interval: timedelta, now: datetime, amount: int) -> None:
    ready_at = last.claimed_at + interval
    if now < ready_at:
        raise TooEarly(ready_at=ready_at, wait=ready_at - now, streak=last.streak, amount=amount)
