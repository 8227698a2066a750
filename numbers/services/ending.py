"""How a lease ends: the number is given back, the holder is refunded and told.

The two halves are apart. Whoever needs the number may give it back once its
time is up, while the refund waits for the holder's wallet: nobody locks the
wallet of another member in passing.
"""

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef

from accounts.services import queue_message
from numbers.models import Lease, Number, new_draw_key
from numbers.selectors import get_settings
from points.services import Cause, HeldWallet, credit


def end_by_time(lease: Lease) -> None:
    """Ends a locked lease whose time is up, as of the moment it was up."""
    give_back(lease, Lease.End.EXPIRED, ended_at=lease.expires_at)


def give_back(lease: Lease, end: Lease.End, *, ended_at: datetime) -> None:
    """Ends a locked lease: after an SMS its number is used, without one it rests."""
    # Under a clock that was set back it would end, and its number have rested, before it began.
    ended_at = max(ended_at, lease.started_at)
    lease.ended_at, lease.end = ended_at, end
    lease.save(update_fields=["ended_at", "end"])
    # A late SMS of an earlier lease counts too.
    had_sms = Exists(Lease.objects.filter(number_id=OuterRef("pk"), sms_count__gt=0))
    number = Number.objects.annotate(had_sms=had_sms).select_for_update(of=("self",))
    _store(number.get(pk=lease.number_id), ended_at)


def settle(lease: Lease, wallet: HeldWallet, *, now: datetime) -> None:
    """Refunds the holder when no SMS came. Both rows are locked, the lease has ended."""
    if lease.price and not lease.sms_count and lease.refunded_at is None:
        cause = Cause(
            kind="lease_refund",
            key=f"lease:{lease.pk}:refund",
            now=now,
            # What he is owed is his, whatever else his points may do.
            despite_freeze=True,
        )
        credit(wallet, lease.price, cause)
        lease.refunded_at = now
    lease.settled_at = now
    lease.save(update_fields=["settled_at", "refunded_at"])


def tell_expired(lease: Lease, *, now: datetime) -> None:
    queue_message(
        kind="lease.expired",
        key=f"lease:{lease.pk}:expired",
        member_id=lease.member_id,
        due_at=now,
        lease_id=lease.pk,
    )


def _store(number: Number, ended_at: datetime) -> None:
    if getattr(number, "had_sms"):  # noqa: B009  an annotation, unknown to the type
        number.state, number.rests_until = Number.State.USED, None
    else:
        number.state = Number.State.RESTING
        number.rests_until = ended_at + timedelta(minutes=get_settings().quarantine_minutes)
        number.draw_key = new_draw_key()
    number.save(update_fields=["state", "rests_until", "draw_key"])
