"""This app's part of a member's own copy of his data."""

from typing import Any

from accounts.models import LegacyRecord, Member, StaffMessage

LEGACY_RECORDS_MAX = 10_000
_PROFILE = (
    "id",
    "telegram_id",
    "username",
    "first_name",
    "last_name",
    "client_language",
    "language",
    "timezone",
    "notify_vip",
    "notify_points",
    "notify_news",
    "referral_code",
    "invited_count",
    "joined_at",
    "last_seen_at",
    "banned_at",
    "frozen_at",
)


def export_profile(member_id: int) -> dict[str, Any]:
    profile: dict[str, Any] = Member.objects.values(*_PROFILE).get(pk=member_id)
    messages = StaffMessage.objects.filter(member=member_id).order_by("pk")
    legacy = LegacyRecord.objects.filter(member=member_id).order_by("pk")
    return {
        **profile,
        "messages_from_staff": list(messages.values("created_at", "text")),
        "from_older_bots": list(
            legacy.values("source", "part", "value", "applied_at")[:LEGACY_RECORDS_MAX]
        ),
    }
