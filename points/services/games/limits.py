"""What keeps a stake in bounds: the owner's maximum, and what a member allows himself."""

from datetime import datetime, timedelta

from django.db.models import F, Q, Sum

from accounts.selectors import get_member
from points.errors import (
    AccountTooNew,
    GamesPaused,
    InvalidAmount,
    LossLimitReached,
    StakeTooHigh,
)
from points.models import Game, PlayLimits, PointsSettings, Seat
from points.selectors import get_settings, transfer_opens_at
from points.services.ledger import HeldWallet

LOSS_WINDOW = timedelta(hours=24)


def check_stake(wallet: HeldWallet, stake: int, now: datetime, *, kind: str) -> None:
    """Before `stake` is taken for a game of this kind.

    Raises AccountTooNew, InvalidAmount, StakeTooHigh, GamesPaused, LossLimitReached.
    """
    numbers = get_settings()
    if kind in Game.AMONG_PLAYERS:
        _check_age(wallet.member_id, numbers, now)
    limits = PlayLimits.objects.filter(pk=wallet.member_id).first()
    check_bounds(wallet.member_id, stake, numbers.game_stake_max, limits, now)


def _check_age(member_id: int, numbers: PointsSettings, now: datetime) -> None:
    """Who may not send points yet could lose them to somebody as well."""
    if not numbers.transfer_min_age_hours:
        return
    joined_at = get_member(member_id).joined_at
    if opens_at := transfer_opens_at(joined_at, numbers.transfer_min_age_hours, now):
        raise AccountTooNew(opens_at=opens_at, wait=opens_at - now)


def check_raise(member_id: int, more: int, *, total: int, now: datetime) -> None:
    """Before `more` is taken for a game in which `total` is at stake then. As check_stake."""
    stake_max = get_settings().game_stake_max
    if total > stake_max:
        raise StakeTooHigh(stake=total, max=stake_max)
    limits = PlayLimits.objects.filter(pk=member_id).first()
    check_bounds(member_id, more, stake_max, limits, now)


def check_bounds(
    member_id: int, stake: int, stake_max: int, limits: PlayLimits | None, now: datetime
) -> None:
    """check_stake for who has read the bounds already."""
    if stake < 1:
        raise InvalidAmount(text=str(stake))
    if stake > stake_max:
        raise StakeTooHigh(stake=stake, max=stake_max)
    if limits is None:
        return
    if limits.paused_until and now < limits.paused_until:
        raise GamesPaused(until=limits.paused_until)
    most = loss_max(limits, now)
    if most is None:
        return
    left = max(most - loss_of(member_id, now), 0)
    if stake > left:
        raise LossLimitReached(max=most, left=left)


def loss_max(limits: PlayLimits, now: datetime) -> int | None:
    """The limit in force: a laxer one waits for its time."""
    if limits.changes_at and now >= limits.changes_at:
        return limits.next_daily_loss_max
    return limits.daily_loss_max


def loss_of(member_id: int, now: datetime) -> int:
    """What was lost on balance in 24 hours, and all that is at stake now. Index seat_losses."""
    recent = Seat.objects.filter(member=member_id).filter(
        Q(finished_at__gt=now - LOSS_WINDOW) | Q(finished_at__isnull=True)
    )
    lost = recent.exclude(outcome=Seat.Outcome.REFUND).aggregate(
        total=Sum(F("stake") - F("payout") - F("bonus"))
    )["total"]
    return max(lost or 0, 0)
