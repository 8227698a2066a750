"""/status: the number a member holds, and what he can do with it.

Codes and texts of SMS are in messages of their own, made when they are sent:
an answer is recorded with its update, and no code belongs there.
"""

from dataclasses import replace
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from botrunner.callbacks import new_operation_id
from botrunner.keyboards import back_row, home_row
from botrunner.replies import Button, Reply, render
from botrunner.requests import Request
from botrunner.screens import pool_rules
from botrunner.texts import keep_ltr
from numbers.errors import LeaseOver, NoNumbers, NumberPriceChanged, RulesNotAccepted
from numbers.selectors import flag_of, format_e164, format_international, list_live_leases
from numbers.services import change_number, extend_lease, release_lease, resend_sms

if TYPE_CHECKING:
    from numbers.models import Lease


def show(request: Request) -> Reply:
    """The lease named by the button, else the newest; others he holds have a button each."""
    leases = list_live_leases(request.member.pk, request.now)
    wanted = int(request.args[0]) if request.args else 0
    lease = next((lease for lease in leases if lease.pk == wanted), None) or next(
        iter(leases), None
    )
    if lease is None:
        keyboard = [[Button(_("📱 Numbers"), "numbers")], home_row()]
        return Reply(text=render("numbers/none"), keyboard=keyboard)
    return show_lease(request, lease, others=[other for other in leases if other != lease])


def show_lease(
    request: Request, lease: "Lease", *, others: "list[Lease] | None" = None, notice: str = ""
) -> Reply:
    """Lease, number, pool and batch are loaded already. `notice` names a line above."""
    pool = lease.number.pool
    text = render(
        "numbers/lease",
        lease=lease,
        pool=pool,
        flag=flag_of(pool.country),
        batch=lease.number.batch,
        number=format_international(lease.number.e164),
        left=lease.expires_at - request.now,
        is_live=lease.is_live(request.now),
        notice=notice,
    )
    if not lease.is_live(request.now):
        return Reply(text=text, keyboard=[[Button(_("📱 Numbers"), "numbers")], home_row()])
    elsewhere = [[_other_button(other)] for other in others or []]
    return Reply(text=text, keyboard=[*_actions(lease), *elsewhere, home_row()])


def extend(request: Request) -> Reply:
    lease = extend_lease(
        member_id=request.member.pk, lease_id=int(request.args[0]), now=request.now
    )
    return show_lease(request, lease, notice="extended")


def release(request: Request) -> Reply:
    lease = release_lease(
        member_id=request.member.pk, lease_id=int(request.args[0]), now=request.now
    )
    keyboard = [[Button(_("📱 Numbers"), "numbers")], home_row()]
    text = render("numbers/released", lease=lease, number=format_international(lease.number.e164))
    return Reply(text=text, keyboard=keyboard)


def resend(request: Request) -> Reply:
    count = resend_sms(
        member_id=request.member.pk,
        lease_id=int(request.args[0]),
        key=request.key,
        now=request.now,
    )
    if count:
        return Reply(toast=_("On its way."))
    # The screen too: its time goes on.
    return replace(show(request), toast=_("No message has come yet."))


def show_change(request: Request) -> Reply:
    """What another number costs, to be confirmed."""
    leases = list_live_leases(request.member.pk, request.now)
    lease = next((lease for lease in leases if lease.pk == int(request.args[0])), None)
    if lease is None:
        raise LeaseOver()
    price = lease.number.pool.price
    back = lease.price if not lease.sms_count else 0
    balance = request.member.wallet.balance
    text = render(
        "numbers/change_card",
        number=format_international(lease.number.e164),
        price=price,
        refund=back,
        balance=balance,
        balance_after=balance + back - price,
    )
    confirm = Button(_("✅ Confirm"), "lease.change.yes", (lease.pk, price, new_operation_id()))
    return Reply(text=text, keyboard=[[confirm], back_row("lease")])


def change(request: Request) -> Reply:
    lease_id, price, operation_id = int(request.args[0]), int(request.args[1]), request.args[2]
    try:
        lease = change_number(
            member_id=request.member.pk,
            lease_id=lease_id,
            price=price,
            key=request.operation_key(operation_id),
            now=request.now,
        )
    except NoNumbers:
        return Reply(toast=_("No other number is free in this pool right now."), is_alert=True)
    except NumberPriceChanged:
        return show_change(request)
    except RulesNotAccepted as refusal:
        return pool_rules.show(request, refusal.params["pool_id"])
    return show_lease(request, lease, notice="changed")


def _other_button(lease: "Lease") -> Button:
    """Of the other numbers that he holds."""
    number = keep_ltr(format_international(lease.number.e164))
    return Button(f"{flag_of(lease.number.pool.country)} {number}", "lease", (lease.pk,))


def _actions(lease: "Lease") -> list[list[Button]]:
    e164, price = format_e164(lease.number.e164), lease.number.pool.price
    copy = Button(_("📋 Copy %(number)s") % {"number": e164}, copy=e164)
    if lease.sms_count:
        news = Button(_("✉️ Send me the messages again"), "lease.resend", (lease.pk,))
    else:
        news = Button(_("🔄 I have no code yet"), "lease.resend", (lease.pk,))
    if price:
        new = Button(_("🔁 New number"), "lease.change", (lease.pk,))
    else:
        new = Button(_("🔁 New number"), "lease.change.yes", (lease.pk, price, new_operation_id()))
    longer = Button(_("⏱ More time"), "lease.extend", (lease.pk,))
    first = [new] if lease.extended_at else [longer, new]
    return [[copy], [news], first, [Button(_("🗑 Release"), "lease.release", (lease.pk,))]]
