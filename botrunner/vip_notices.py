"""What members are told of their VIP without having asked."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _

from botrunner import search_notices
from botrunner.replies import Button, Keyboard, Reply, render
from vip.selectors import (
    find_auto_search,
    find_gift,
    find_grant,
    find_last_plan,
    find_order,
    find_staff_grant,
    premium_until,
    vip_until,
)

if TYPE_CHECKING:
    from accounts.models import OutboxMessage

HOUR = timedelta(hours=1)


def granted(message: "OutboxMessage") -> Reply | None:
    grant = find_staff_grant(message.params["order"], message.member_id)
    if grant is None:
        return None
    text = render("vip/notices/granted", days=grant.days, until=vip_until(message.member_id))
    return Reply(text=text, keyboard=[[Button(_("👑 My VIP"), "vip")]])


def gift(message: "OutboxMessage") -> Reply | None:
    grant = find_gift(message.params["grant"])
    if grant is None or grant.entry is None:
        return None
    text = render(
        "vip/notices/gift",
        days=grant.days,
        giver=grant.entry.wallet.member,
        until=vip_until(message.member_id),
    )
    return Reply(text=text, keyboard=[[Button(_("👑 My VIP"), "vip")]])


def revoked(message: "OutboxMessage") -> Reply | None:
    if order := message.params.get("order"):
        grant = find_staff_grant(order, message.member_id)
    else:
        grant = find_grant(message.params["grant"])
    if grant is None:
        return None
    text = render("vip/notices/revoked", reason=grant.reason, rests=_rests(message))
    return Reply(text=text)


def order_over(message: "OutboxMessage") -> Reply | None:
    order = find_order(message.params["order"])
    return Reply(text=render("vip/notices/order_over", order=order)) if order else None


def order_stopped(message: "OutboxMessage") -> Reply | None:
    order = find_order(message.params["order"])
    if order is None or order.stopped_at is None:
        return None
    return Reply(text=render("vip/notices/order_stopped", order=order))


def premium(message: "OutboxMessage") -> Reply | None:
    """The network's proof has come after the member."""
    until = premium_until(message.member_id)
    if until is None or until <= timezone.now():
        return None
    text = render("premium/granted", until=until, left=until - timezone.now())
    return Reply(text=text, keyboard=[[Button(_("👑 My VIP"), "vip")]])


def ending(message: "OutboxMessage") -> Reply | None:
    until, now = datetime.fromisoformat(message.params["until"]), timezone.now()
    left = until - now
    # Sent late, the hour's notice or the end's has taken its place.
    is_late = left <= (HOUR if message.params["notice"] == "24h" else timedelta(0))
    if is_late or _is_moot(message, until):
        return None
    return Reply(
        text=render("vip/notices/ending", until=until, left=left), keyboard=_renew(message)
    )


def ended(message: "OutboxMessage") -> Reply | None:
    until = datetime.fromisoformat(message.params["until"])
    if _is_moot(message, until):
        return None
    text = render("vip/notices/ended", until=until, rests=_rests(message))
    return Reply(text=text, keyboard=_renew(message))


def _rests(message: "OutboxMessage") -> bool:
    """Whether auto-search stops with VIP, which is told in the same message."""
    row = find_auto_search(message.member_id)
    return row is not None and row.is_on


def _is_moot(message: "OutboxMessage", until: datetime) -> bool:
    """Renewed or revoked since, or no longer wanted."""
    return not message.member.notify_vip or vip_until(message.member_id) != until


def _renew(message: "OutboxMessage") -> Keyboard:
    """One tap to the confirm card of what he bought last; to all plans when there is none."""
    plan = find_last_plan(message.member_id)
    renew = Button(_("👑 Renew"), "vip.plan", (plan.pk,)) if plan else Button(_("👑 Renew"), "vip")
    return [[renew]]


MAKERS = {
    **search_notices.MAKERS,
    "vip.gift": gift,
    "vip.premium": premium,
    "vip.granted": granted,
    "vip.revoked": revoked,
    "vip.ending": ending,
    "vip.ended": ended,
    "vip.order_over": order_over,
    "vip.order_stopped": order_stopped,
}
