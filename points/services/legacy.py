"""What a member brings along from an older bot. The caller sees to it that it comes once."""

from datetime import datetime, timedelta

from points.models import DailyBonus, Entry

from .ledger import Cause, HeldWallet, credit


def import_points(wallet: HeldWallet, amount: int, *, key: str, note: str, now: datetime) -> None:
    """Adds them to a locked wallet, frozen or not; they do not count as earned today."""
    if amount:
        cause = Cause(kind=Entry.Kind.LEGACY, key=key, now=now, note=note, despite_freeze=True)
        credit(wallet, amount, cause)


def import_daily(wallet: HeldWallet, claimed_at: datetime, *, now: datetime) -> None:
    """Who has collected there within a day collects here when that day is over."""
    if now - timedelta(days=1) < claimed_at <= now:
        DailyBonus.objects.get_or_create(
            pk=wallet.member_id, defaults={"streak": 1, "claimed_at": claimed_at}
        )
