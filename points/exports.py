"""This app's part of a member's own copy of his data."""

from typing import Any

from points.models import (
    DailyBonus,
    DayScore,
    Entry,
    Item,
    ItemEntry,
    Multiplier,
    PlayLimits,
    Progress,
    Search,
    Seat,
    Vouch,
    VouchProvider,
    Wallet,
)

# The newest ones: a file that Telegram takes.
ENTRIES_MAX = 50_000


def export_member(member_id: int) -> dict[str, Any]:
    balance = Wallet.objects.values_list("balance", flat=True).filter(pk=member_id).first()
    entries = Entry.objects.filter(wallet=member_id).order_by("-id")
    fields = ("id", "created_at", "kind", "amount", "balance_after", "note")
    bonus = (
        DailyBonus.objects.values("streak", "claimed_at", "is_reminded")
        .filter(pk=member_id)
        .first()
    )
    search = Search.objects.values("count", "searched_at", "ready_at", "is_reminded")
    progress = Progress.objects.values("xp", "level", "message_at", "voice_seconds")
    items = Item.objects.filter(member=member_id).values("kind", "quantity")
    multiplier = Multiplier.objects.values("factor", "games_left", "activated_at")
    moves = ItemEntry.objects.filter(item__member=member_id).order_by("-id")
    limits = PlayLimits.objects.values("daily_loss_max", "paused_until").filter(pk=member_id)
    days = DayScore.objects.filter(member=member_id).order_by("-day", "board")
    return {
        "balance": balance or 0,
        "daily_bonus": bonus,
        "earned_on_days": list(days.values("day", "board", "score")),
        "games": _games(member_id),
        "items": list(items),
        "item_entries": list(
            moves.values("created_at", "item__kind", "change", "cause", "note")[:ENTRIES_MAX]
        ),
        "multiplier": multiplier.filter(pk=member_id, games_left__gt=0).first(),
        "play_limits": limits.first(),
        "progress": progress.filter(pk=member_id).first(),
        "search": search.filter(pk=member_id).first(),
        "entries": list(entries.values(*fields)[:ENTRIES_MAX]),
        **_export_vouches(member_id),
    }


def _export_vouches(member_id: int) -> dict[str, Any]:
    """Who vouched for him is theirs to tell; where he vouched is his."""
    provider = VouchProvider.objects.values("headline", "is_active", "vouch_count", "since")
    received = Vouch.objects.filter(provider=member_id).order_by("-id")
    given = Vouch.objects.filter(author=member_id).order_by("-id")
    common = ("id", "created_at", "voided_at", "void_reason")
    place = ("provider_id", "author_points", "chat_telegram_id", "message_id")
    return {
        "vouch_provider": provider.filter(pk=member_id).first(),
        "vouches_received": list(received.values(*common, "provider_points")[:ENTRIES_MAX]),
        "vouches_given": list(given.values(*common, *place)[:ENTRIES_MAX]),
    }


def _games(member_id: int) -> list[dict[str, Any]]:
    seats = Seat.objects.filter(member=member_id).order_by("-id")
    fields = ("game", "game__kind", "stake", "outcome", "payout", "bonus", "xp")
    return list(seats.values(*fields, "joined_at", "finished_at")[:ENTRIES_MAX])
