"""What a member allows himself in games: set, waited for, and never undone before its time.

His own wallet is locked first, as in a game: a limit that was answered holds for every
stake after it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from points.models import PlayLimits
from points.services.ledger import lock_wallet

from .limits import loss_max, loss_of

LAXER_AFTER = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class OwnLimits:
    """What holds now. `changes_at` and `paused_until` are set while they lie ahead."""

    # The most that may be lost in 24 hours; none: no limit.
    loss_max: int | None
    # What takes its place at `changes_at`.
    next_loss_max: int | None
    changes_at: datetime | None
    paused_until: datetime | None
    lost: int

    @property
    def left(self) -> int | None:
        """What may still be staked; none: as much as there is."""
        return None if self.loss_max is None else max(self.loss_max - self.lost, 0)


def own_limits_of(member_id: int, now: datetime) -> OwnLimits:
    limits = PlayLimits.objects.filter(pk=member_id).first() or PlayLimits(pk=member_id)
    is_waiting = limits.changes_at is not None and now < limits.changes_at
    is_paused = limits.paused_until is not None and now < limits.paused_until
    return OwnLimits(
        loss_max=loss_max(limits, now),
        next_loss_max=limits.next_daily_loss_max if is_waiting else None,
        changes_at=limits.changes_at if is_waiting else None,
        paused_until=limits.paused_until if is_paused else None,
        lost=loss_of(member_id, now),
    )


@transaction.atomic
def limit_losses(*, member_id: int, most: int | None, now: datetime) -> None:
    """A lower limit holds at once, a higher one or none a day after it was first asked for.

    The limit that holds already calls off a change that is waited for.
    """
    limits = _lock(member_id)
    present = loss_max(limits, now)
    is_waiting = limits.changes_at is not None and now < limits.changes_at
    if is_waiting and most == limits.next_daily_loss_max and most != present:
        return
    limits.daily_loss_max, limits.next_daily_loss_max, limits.changes_at = present, None, None
    if present is None or (most is not None and most <= present):
        limits.daily_loss_max = most
    else:
        limits.next_daily_loss_max, limits.changes_at = most, now + LAXER_AFTER
    limits.save()


@transaction.atomic
def pause_games(*, member_id: int, until: datetime) -> None:
    """No stake is taken before `until`. A pause can be lengthened and never shortened."""
    limits = _lock(member_id)
    limits.paused_until = max(limits.paused_until or until, until)
    limits.save()


def _lock(member_id: int) -> PlayLimits:
    lock_wallet(member_id)
    return PlayLimits.objects.get_or_create(pk=member_id)[0]
