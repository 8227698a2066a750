"""What members are told of auto-search: finds, the limit, boosts."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _

from botrunner.keyboards import home_row, vip_row
from botrunner.replies import Button, Reply, render
from vip.selectors import find_auto_search, find_boost

if TYPE_CHECKING:
    from accounts.models import OutboxMessage


def found(message: "OutboxMessage") -> Reply | None:
    if not message.member.notify_points:
        return None
    params = message.params
    text = render(
        "vip/notices/auto_search_found",
        count=params["count"],
        points=params["points"],
        items=sorted(params["items"].items()),
    )
    ways = [Button(_("🎒 Bag"), "bag")] if params["items"] else []
    return Reply(text=text, keyboard=[[*vip_row(), *ways], home_row()])


def limit(message: "OutboxMessage") -> Reply | None:
    """Moot when it has gone on, by time or by a boost, or was switched off."""
    opens_at = datetime.fromisoformat(message.params["opens_at"])
    row, now = find_auto_search(message.member_id), timezone.now()
    is_stopped = row is not None and row.due_at is not None and row.due_at >= opens_at > now
    if not is_stopped or not message.member.notify_points:
        return None
    text = render("vip/notices/auto_search_limit", limit=message.params["limit"], opens_at=opens_at)
    return Reply(text=text, keyboard=[vip_row()])


def boosted(message: "OutboxMessage") -> Reply | None:
    boost, row = find_boost(message.params["boost"]), find_auto_search(message.member_id)
    if boost is None or row is None:
        return None
    text = render("vip/notices/boosted", boost=boost, is_on=row.is_on)
    return Reply(text=text, keyboard=[vip_row()])


def boost_ending(message: "OutboxMessage") -> Reply | None:
    until = datetime.fromisoformat(message.params["until"])
    row, left = find_auto_search(message.member_id), until - timezone.now()
    is_moot = row is None or row.boost_until != until or left <= timedelta(0)
    if row is None or is_moot or not message.member.notify_vip:
        return None
    text = render("vip/notices/boost_ending", boost=row.boost, until=until, left=left)
    return Reply(text=text, keyboard=[vip_row()])


MAKERS = {
    "vip.auto_search_found": found,
    "vip.auto_search_limit": limit,
    "vip.boosted": boosted,
    "vip.boost_ending": boost_ending,
}
