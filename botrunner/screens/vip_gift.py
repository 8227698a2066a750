"""VIP for somebody else: to whom, which plan, a card to confirm, a receipt."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from accounts.selectors import get_member
from botrunner import prompts
from botrunner.addressees import read_addressee
from botrunner.callbacks import new_operation_id
from botrunner.keyboards import back_row, home_row
from botrunner.replies import Button, Reply, render
from botrunner.requests import Request
from botrunner.screens import vip
from points.errors import NotEnoughPoints, WalletFrozen
from points.services import check_age
from vip.errors import GiftRefused, PriceChanged, SelfGift, UnknownPlan
from vip.selectors import extend, find_plan, list_plans, vip_until
from vip.services import give_plan

if TYPE_CHECKING:
    from accounts.models import Member

ASK_WHOM = "vip.give"


def show_command(request: Request) -> Reply:
    """/vip is about one's own; /vip @user gives."""
    if request.words or request.mentioned:
        return show(request)
    return vip.show(request)


def show(request: Request) -> Reply:
    """The menu's button, and the answer to the question to whom."""
    if not request.is_private:
        return Reply(text=render("vip/give/group"))
    receiver, _words = read_addressee(request)
    if receiver is None:
        return _ask_whom(request)
    return _show_plans(request, receiver)


def show_plans(request: Request) -> Reply:
    return _show_plans(request, get_member(int(request.args[0])))


def show_card(request: Request) -> Reply:
    return _card(request, get_member(int(request.args[0])), int(request.args[1]))


def confirm(request: Request) -> Reply:
    receiver_id, plan_id, price = map(int, request.args[:3])
    receiver = get_member(receiver_id)
    try:
        receipt = give_plan(
            giver_id=request.member.pk,
            receiver_id=receiver_id,
            plan_id=plan_id,
            quoted_price=price,
            key=request.operation_key(request.args[3]),
            now=request.now,
        )
    except PriceChanged:
        return _card(request, receiver, plan_id, price_changed=True)
    except NotEnoughPoints as refusal:
        return _too_few(receiver, refusal.params["balance"], price)
    text = render("vip/give/receipt", receipt=receipt, receiver=receiver)
    return Reply(text=text, keyboard=[[Button(_("🧾 History"), "history")], home_row()])


def _ask_whom(request: Request) -> Reply:
    _check_giver(request)
    prompts.ask(request, ASK_WHOM)
    return Reply(text=render("vip/give/whom"), keyboard=[back_row("vip")])


def _show_plans(request: Request, receiver: "Member") -> Reply:
    _check_people(request, receiver)
    plans = [
        [Button(vip.plan_label(plan), "vip.give.card", (receiver.pk, plan.pk))]
        for plan in list_plans()
    ]
    until = vip_until(receiver.pk)
    text = render(
        "vip/give/plans",
        receiver=receiver,
        until=until if until and until > request.now else None,
        balance=request.member.wallet.balance,
    )
    return Reply(text=text, keyboard=[*plans, back_row("vip")])


def _card(
    request: Request, receiver: "Member", plan_id: int, *, price_changed: bool = False
) -> Reply:
    plan = find_plan(plan_id)
    if plan is None:
        raise UnknownPlan()
    _check_people(request, receiver)
    balance = request.member.wallet.balance
    if balance < plan.price:
        return _too_few(receiver, balance, plan.price)
    text = render(
        "vip/give/card",
        receiver=receiver,
        plan=plan,
        balance=balance,
        balance_after=balance - plan.price,
        until=extend(vip_until(receiver.pk), days=plan.days, now=request.now),
        price_changed=price_changed,
    )
    values = (receiver.pk, plan.pk, plan.price, new_operation_id())
    rows = [[Button(_("✅ Confirm"), "vip.give.go", values)], _back_row(receiver)]
    return Reply(text=text, keyboard=rows)


def _check_people(request: Request, receiver: "Member") -> None:
    """What the service will refuse, said before anything is chosen."""
    if receiver.pk == request.member.pk:
        raise SelfGift()
    _check_giver(request)
    if receiver.is_frozen or receiver.anonymised_at is not None:
        raise GiftRefused(name=receiver.display_name)


def _check_giver(request: Request) -> None:
    if request.member.is_frozen:
        raise WalletFrozen()
    check_age(request.member.joined_at, request.now)


def _too_few(receiver: "Member", balance: int, price: int) -> Reply:
    return vip.too_few(balance, price, _back_row(receiver))


def _back_row(receiver: "Member") -> list[Button]:
    return back_row("vip.give.plans", receiver.pk)
