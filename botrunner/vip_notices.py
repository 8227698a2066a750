"""What members are told of their VIP without having asked."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _

from botrunner import search_notices
from botrunner.keyboards import home_row, videos_button, vip_row
from botrunner.replies import Button, Keyboard, Reply, render
from botrunner.texts import format_points
from points.selectors import balance_of
from vip.errors import VipTooLong
from vip.selectors import (
    extend,
    find_auto_search,
    find_gift,
    find_grant,
    find_last_plan,
    find_order,
    find_staff_grant,
    get_refund,
    premium_until,
    vip_until,
)

if TYPE_CHECKING:
    from accounts.models import OutboxMessage
    from vip.models import Plan

HOUR = timedelta(hours=1)


def granted(message: "OutboxMessage") -> Reply | None:
    grant = find_staff_grant(message.params["order"], message.member_id)
    if grant is None:
        return None
    text = render("vip/notices/granted", days=grant.days, until=vip_until(message.member_id))
    return Reply(text=text, keyboard=[vip_row()])


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
    return Reply(text=text, keyboard=[vip_row()])


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
    return Reply(text=text, keyboard=[[videos_button()]])


def ending(message: "OutboxMessage") -> Reply | None:
    until, now = datetime.fromisoformat(message.params["until"]), timezone.now()
    left = until - now
    # Sent late, the hour's notice or the end's has taken its place.
    is_late = left <= (HOUR if message.params["notice"] == "24h" else timedelta(0))
    if is_late or _is_moot(message, until):
        return None
    offer = _offer(message, until, now)
    text = render("vip/notices/ending", until=until, left=left, offer=offer)
    return Reply(text=text, keyboard=_renew(message, offer))


def ended(message: "OutboxMessage") -> Reply | None:
    until, now = datetime.fromisoformat(message.params["until"]), timezone.now()
    if _is_moot(message, until):
        return None
    offer = _offer(message, until, now)
    text = render("vip/notices/ended", until=until, rests=_rests(message), offer=offer)
    return Reply(text=text, keyboard=_renew(message, offer))


def _rests(message: "OutboxMessage") -> bool:
    """Whether auto-search stops with VIP, which is told in the same message."""
    row = find_auto_search(message.member_id)
    return row is not None and row.is_on


def _is_moot(message: "OutboxMessage", until: datetime) -> bool:
    """Renewed or revoked since, or no longer wanted."""
    return not message.member.notify_vip or vip_until(message.member_id) != until


@dataclass(frozen=True, slots=True)
class _Offer:
    """What a confirm card says: the notice is one, so a single tap renews."""

    plan: "Plan"
    balance: int
    until: datetime

    @property
    def balance_after(self) -> int:
        return self.balance - self.plan.price


def _offer(message: "OutboxMessage", until: datetime, now: datetime) -> _Offer | None:
    """The plan bought last, when it is still on sale and the points reach."""
    plan, balance = find_last_plan(message.member_id), balance_of(message.member_id)
    if plan is None or balance < plan.price or message.member.is_frozen:
        return None
    try:
        return _Offer(plan, balance, extend(until, days=plan.days, now=now))
    except VipTooLong:
        return None


def _renew(message: "OutboxMessage", offer: _Offer | None) -> Keyboard:
    """One tap renews at the price shown; to the card or all plans where that cannot be."""
    if offer is None:
        plan = find_last_plan(message.member_id)
        route: tuple[str, tuple[int, ...]] = ("vip.plan", (plan.pk,)) if plan else ("vip", ())
        return [[Button(_("👑 Renew"), *route)]]
    plan = offer.plan
    # Made again when it is sent again, the notice is the same card: it renews once. No
    # operation that a card draws has such a name.
    operation_id = f"n-{message.pk}"
    label = _("✅ Renew: %(price)s") % {"price": format_points(plan.price)}
    renew = Button(label, "vip.buy", (plan.pk, plan.price, operation_id))
    return [[renew], [Button(_("👑 All plans"), "vip")]]


def stars_refunded(message: "OutboxMessage") -> Reply:
    text = render("vip/notices/stars_refunded", refund=get_refund(message.params["refund"]))
    return Reply(text=text, keyboard=[[Button(_("🧾 History"), "history")], home_row()])


def stars_refund_refused(message: "OutboxMessage") -> Reply:
    refund = get_refund(message.params["refund"])
    return Reply(text=render("vip/notices/stars_refund_refused", refund=refund))


MAKERS = {
    **search_notices.MAKERS,
    "vip.stars_refunded": stars_refunded,
    "vip.stars_refund_refused": stars_refund_refused,
    "vip.gift": gift,
    "vip.premium": premium,
    "vip.granted": granted,
    "vip.revoked": revoked,
    "vip.ending": ending,
    "vip.ended": ended,
    "vip.order_over": order_over,
    "vip.order_stopped": order_stopped,
}
