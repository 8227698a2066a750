"""/addvip: the staff gives VIP from the bot, after a look at what it would do."""

from django.utils.translation import gettext as _

from accounts.services import bot_actor
from botrunner.addressees import read_addressee
from botrunner.keyboards import home_row
from botrunner.prompts import ask
from botrunner.replies import Button, Keyboard, Reply, render
from botrunner.requests import Request
from vip.errors import GrantNotAllowed, InvalidDays, UnknownOrder
from vip.selectors import find_order, preview_grant
from vip.services import Audience, carry_out_order, draft_grant

ASK_REASON = "vip.grant.reason"
EVERYBODY = "all"


def add_vip(request: Request) -> Reply:
    """/addvip <@user|id|all> <days> [reason]"""
    audience, words = _read_audience(request)
    if audience is None or not words:
        return Reply(text=render("vip/staff/usage"), keyboard=_last_rows(request))
    _check_permission(request, audience)
    days, reason = _read_days(words[0]), " ".join(words[1:])
    if not reason:
        ask(request, ASK_REASON, audience.kind, *audience.member_ids, days)
        return Reply(text=render("vip/staff/ask_reason"), keyboard=_last_rows(request))
    return _card(request, audience, days, reason)


def read_reason(request: Request) -> Reply:
    kind, *member_ids, days = request.args
    audience = Audience(kind, tuple(map(int, member_ids)))
    _check_permission(request, audience)
    return _card(request, audience, int(days), request.text)


def confirm(request: Request) -> Reply:
    order = find_order(int(request.args[0]))
    if order is None:
        raise UnknownOrder()
    _check_permission(request, Audience.load(order.audience))
    order = carry_out_order(order_id=order.pk, actor=bot_actor(request.member), now=request.now)
    text = render("vip/staff/running" if order.is_running else "vip/staff/done", order=order)
    return Reply(text=text, keyboard=_last_rows(request))


def cancel(request: Request) -> Reply:
    return Reply(text=render("vip/staff/cancelled"), keyboard=_last_rows(request))


def _card(request: Request, audience: Audience, days: int, reason: str) -> Reply:
    """The dry run. The draft holds what a button has no room for."""
    order = draft_grant(
        audience=audience,
        days=days,
        reason=reason,
        actor=bot_actor(request.member),
        key=f"addvip:{request.key}",
        now=request.now,
    )
    preview = preview_grant(audience, days=days, now=request.now)
    text = render(
        "vip/staff/card",
        order=order,
        preview=preview,
        skipped=preview.skipped,
    )
    choice = [
        Button(_("✅ Confirm"), "vip.grant", (order.pk,)),
        Button(_("✖️ Cancel"), "vip.grant.cancel"),
    ]
    rows = [choice] if preview.granted else []
    return Reply(text=text, keyboard=[*rows, *_last_rows(request)])


def _read_audience(request: Request) -> tuple[Audience | None, list[str]]:
    words = request.words
    if words and words[0].lower() == EVERYBODY:
        return Audience(EVERYBODY), words[1:]
    member, rest = read_addressee(request, amount_follows=True)
    return (Audience.named([member.pk]) if member else None), rest


def _check_permission(request: Request, audience: Audience) -> None:
    if not request.may(audience.permission):
        raise GrantNotAllowed()


def _read_days(word: str) -> int:
    if not (word.isascii() and word.isdecimal() and len(word) <= 9):
        raise InvalidDays(text=word)
    return int(word)


def _last_rows(request: Request) -> Keyboard:
    return [home_row()] if request.is_private else []
