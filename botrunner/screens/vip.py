"""VIP as members meet it: status and plans, the confirm card, the receipt."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from botrunner.callbacks import new_operation_id
from botrunner.keyboards import back_row, earn_rows, home_row
from botrunner.replies import Button, Keyboard, Reply, render
from botrunner.requests import Request
from botrunner.texts import format_days
from numbers.selectors import get_settings
from points.errors import NotEnoughPoints, WalletFrozen
from vip.errors import PriceChanged, UnknownPlan
from vip.selectors import (
    AutoSearchStanding,
    auto_search_standing,
    extend,
    find_plan,
    is_premium_offered,
    list_plans,
)
from vip.services import buy_plan, set_auto_search

if TYPE_CHECKING:
    from vip.models import Plan


def show(request: Request) -> Reply:
    until = request.vip_until
    if not request.is_private:
        return Reply(text=render("vip/group", until=until, now=request.now))
    plans, balance = list_plans(), request.member.wallet.balance
    auto_search = auto_search_standing(request.member.pk, request.now)
    text = render(
        "vip/status",
        until=until,
        left=until - request.now if until else None,
        numbers=get_settings().leases_at_once_vip,
        premium_until=request.premium_until,
        auto_search=auto_search,
        balance=balance,
        lacking=[
            (format_days(plan.days), plan.price - balance) for plan in plans if plan.price > balance
        ],
    )
    rows = [[Button(plan_label(plan), "vip.plan", (plan.pk,))] for plan in plans]
    if not until and is_premium_offered():
        rows.append([Button(_("🎟 Premium by ad"), "premium")])
    give = [Button(_("🎁 Give VIP to somebody"), "vip.give")]
    return Reply(text=text, keyboard=[*rows, *_switch_rows(request, auto_search), give, home_row()])


def switch_auto_search(request: Request) -> Reply:
    """The button says what to do, so that a second press changes nothing back."""
    is_on = request.args[0] == "on"
    set_auto_search(member_id=request.member.pk, is_on=is_on, now=request.now)
    return show(request)


def _switch_rows(request: Request, standing: AutoSearchStanding) -> Keyboard:
    if standing.is_on:
        return [[Button(_("🤖 Turn auto-search off"), "vip.auto", ("off",))]]
    if request.is_vip:
        return [[Button(_("🤖 Turn auto-search on"), "vip.auto", ("on",))]]
    return []


def show_plan(request: Request) -> Reply:
    """The confirm card; what is missing instead, when the points do not reach."""
    return _card(request, int(request.args[0]))


def buy(request: Request) -> Reply:
    plan_id, price, operation_id = int(request.args[0]), int(request.args[1]), request.args[2]
    try:
        receipt = buy_plan(
            member_id=request.member.pk,
            plan_id=plan_id,
            quoted_price=price,
            key=request.operation_key(operation_id),
            now=request.now,
        )
    except PriceChanged:
        return _card(request, plan_id, price_changed=True)
    except NotEnoughPoints as refusal:
        return too_few(refusal.params["balance"], price, back_row("vip"))
    keyboard = [[Button(_("🧾 History"), "history")], home_row()]
    return Reply(text=render("vip/receipt", receipt=receipt), keyboard=keyboard)


def _card(request: Request, plan_id: int, *, price_changed: bool = False) -> Reply:
    plan = find_plan(plan_id)
    if plan is None:
        raise UnknownPlan()
    if request.member.is_frozen:
        raise WalletFrozen()
    balance = request.member.wallet.balance
    if balance < plan.price:
        return too_few(balance, plan.price, back_row("vip"))
    text = render(
        "vip/card",
        plan=plan,
        balance=balance,
        balance_after=balance - plan.price,
        until=extend(request.vip_until, days=plan.days, now=request.now),
        price_changed=price_changed,
    )
    confirm = Button(_("✅ Confirm"), "vip.buy", (plan.pk, plan.price, new_operation_id()))
    return Reply(text=text, keyboard=[[confirm], back_row("vip")])


def too_few(balance: int, price: int, back: list[Button]) -> Reply:
    text = render("vip/too_few", balance=balance, price=price, missing=price - balance)
    return Reply(text=text, keyboard=[*earn_rows(), back])


def plan_label(plan: "Plan") -> str:
    return render("vip/plan_row", plan=plan)
