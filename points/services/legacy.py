"""What a member brings along from an older bot. The caller sees to it that it comes once."""

from datetime import datetime

from points.models import Entry

from .ledger import Cause, HeldWallet, credit


def import_points(wallet: HeldWallet, amount: int, *, key: str, note: str, now: datetime) -> None:
    """Adds them to a locked wallet, frozen or not; they do not count as earned today."""
    if amount:
        cause = Cause(kind=Entry.Kind.LEGACY, key=key, now=now, note=note, despite_freeze=True)
        credit(wallet, amount, cause)
