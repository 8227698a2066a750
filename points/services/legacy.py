"""What a member brings along from an older bot. The caller sees to it that it comes once."""

from datetime import datetime, timedelta

from points.levels import level_of_xp
from points.models import DailyBonus, Entry, ItemEntry, Multiplier, Progress

from .items import ItemCause, add_item
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


def import_items(wallet: HeldWallet, kind: str, quantity: int, *, key: str, now: datetime) -> None:
    if quantity:
        cause = ItemCause(kind=ItemEntry.Cause.LEGACY, key=key, now=now)
        add_item(wallet, kind, quantity, cause)


def import_progress(wallet: HeldWallet, *, xp: int, voice_seconds: int) -> None:
    """Adds XP to what he has. The older bot has paid for its levels: these bring nothing."""
    Progress.objects.get_or_create(pk=wallet.member_id)
    progress = Progress.objects.select_for_update().get(pk=wallet.member_id)
    progress.xp += xp
    progress.level = level_of_xp(progress.xp)
    progress.voice_seconds += voice_seconds
    progress.save(update_fields=["xp", "level", "voice_seconds"])


def import_multiplier(wallet: HeldWallet, *, factor: int, games: int, now: datetime) -> None:
    """Leaves one alone that is running here."""
    row, is_new = Multiplier.objects.get_or_create(
        pk=wallet.member_id,
        defaults={"factor": factor, "games_left": games, "activated_at": now},
    )
    if not is_new and row.games_left == 0:
        row.factor, row.games_left, row.activated_at = factor, games, now
        row.save(update_fields=["factor", "games_left", "activated_at"])
