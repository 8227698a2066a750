"""What a member is told about points that others moved."""

from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _

from botrunner.keyboards import home_row
from botrunner.perks import daily_interval
from botrunner.replies import Button, Reply, render
from points.selectors import find_reminded_claim, get_entry, is_reminder_due, provider_of
from points.services import put_off_daily_reminder
from vip.selectors import is_vip

if TYPE_CHECKING:
    from accounts.models import OutboxMessage


def tell_received(message: "OutboxMessage") -> Reply | None:
    return _tell(message, "notices/points_received") if message.member.notify_points else None


def tell_adjusted(message: "OutboxMessage") -> Reply:
    return _tell(message, "notices/points_adjusted")


def tell_gift(message: "OutboxMessage") -> Reply:
    # Those queued by an older release name no item: there were jackpots only.
    params = {"item": "jackpot", **message.params}
    return Reply(
        text=render("notices/gift", **params),
        keyboard=[[Button(_("🎒 Bag"), "bag")], home_row()],
    )


def tell_provider(message: "OutboxMessage") -> Reply | None:
    provider = provider_of(message.member_id)
    if provider is None or not provider.is_active:
        return None
    return Reply(
        text=render("notices/provider"),
        keyboard=[[Button(_("⭐ My vouches"), "vouches")], home_row()],
    )


def tell_search_ready(message: "OutboxMessage") -> Reply | None:
    member = message.member
    if member.is_frozen or not is_reminder_due(member.pk, message.params["count"]):
        return None
    return Reply(
        text=render("notices/search_ready"),
        keyboard=[[Button(_("🔍 Search"), "search")], home_row()],
    )


def tell_daily_ready(message: "OutboxMessage") -> Reply | None:
    member, mark, now = message.member, message.params["mark"], timezone.now()
    last = find_reminded_claim(member.pk, mark)
    if member.is_frozen or last is None:
        return None
    ready_at = last.claimed_at + daily_interval(is_vip(member.pk, now))
    if now < ready_at:
        put_off_daily_reminder(member_id=member.pk, mark=mark, due_at=ready_at)
        return None
    return Reply(
        text=render("daily/ready"),
        keyboard=[[Button(_("🎁 Daily bonus"), "daily")], home_row()],
    )


def _tell(message: "OutboxMessage", template: str) -> Reply:
    entry = get_entry(message.params["entry_id"])
    return Reply(
        text=render(template, entry=entry),
        keyboard=[[Button(_("🧾 History"), "history")], home_row()],
    )
