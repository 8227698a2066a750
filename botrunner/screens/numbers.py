"""/countries: the pools with what is free in them, and the taking of a number."""

from django.utils.translation import gettext as _

from botrunner.callbacks import new_operation_id
from botrunner.keyboards import back_row, earn_rows, home_row
from botrunner.replies import Button, Reply, render
from botrunner.requests import Request
from botrunner.screens import lease as lease_screen
from botrunner.screens import number_queue, pool_rules
from botrunner.texts import format_name, format_number, format_points
from numbers.errors import NoNumbers, NumberPriceChanged, RulesNotAccepted
from numbers.selectors import (
    PoolOffer,
    find_offer,
    find_wait,
    get_settings,
    has_to_agree,
    list_offers,
)
from numbers.services import lease_number
from points.errors import NotEnoughPoints

PAGE_SIZE = 8
# In a button's arguments: any pool.
ANY = 0


def show(request: Request, *, notice: str = "") -> Reply:
    """`notice` says in a line why the list is shown again."""
    offers = list_offers()
    page = int(request.args[0]) if request.args and not notice else 0
    last_page = max((len(offers) - 1) // PAGE_SIZE, 0)
    page = min(max(page, 0), last_page)
    shown = offers[page * PAGE_SIZE : (page + 1) * PAGE_SIZE]
    rows = [[_offer_button(offer)] for offer in shown]
    if page == 0 and (any_offer := _any(offers)):
        rows.insert(0, [_offer_button(any_offer)])
    text = render(
        "numbers/countries",
        notice=notice,
        minutes=get_settings().lease_minutes,
        has_offers=bool(offers),
        page=page + 1,
        pages=last_page + 1,
    )
    return Reply(text=text, keyboard=[*rows, _turning(page, last_page), home_row()])


def show_card(request: Request, *, notice: str = "") -> Reply:
    """What a number costs, to be confirmed; the pool's rules or its queue where they come first."""
    pool_id = int(request.args[0])
    if pool_id != ANY and has_to_agree(request.member.pk, pool_id):
        return pool_rules.show(request, pool_id)
    offer = _find(pool_id)
    if offer is None:
        return show(request, notice="empty")
    if not offer.free and not _is_held(request, pool_id):
        return _show_empty(request, pool_id)
    balance = request.member.wallet.balance
    if balance < offer.price:
        return _too_few(balance, offer.price)
    text = render(
        "numbers/card",
        offer=offer,
        balance=balance,
        balance_after=balance - offer.price,
        minutes=get_settings().lease_minutes,
        notice=notice,
    )
    confirm = _take_button(_("✅ Confirm"), offer)
    return Reply(text=text, keyboard=[[confirm], back_row("numbers")])


def agree(request: Request) -> Reply:
    """To the rules of a pool; then its card."""
    return pool_rules.agree(request) or show_card(request)


def take(request: Request) -> Reply:
    pool_id, price, operation_id = int(request.args[0]), int(request.args[1]), request.args[2]
    try:
        lease = lease_number(
            member_id=request.member.pk,
            pool_id=pool_id or None,
            price=price,
            key=request.operation_key(operation_id),
            now=request.now,
        )
    except NoNumbers:
        return _show_empty(request, pool_id)
    except NumberPriceChanged:
        return show_card(request, notice="price")
    except RulesNotAccepted as refusal:
        return pool_rules.show(request, refusal.params["pool_id"])
    except NotEnoughPoints as refusal:
        return _too_few(refusal.params["balance"], price)
    return lease_screen.show_lease(request, lease)


def _show_empty(request: Request, pool_id: int) -> Reply:
    offer = find_offer(pool_id)
    return number_queue.show(request, offer) if offer else show(request, notice="empty")


def _is_held(request: Request, pool_id: int) -> bool:
    wait = find_wait(request.member.pk, pool_id, request.now)
    return wait is not None and wait.held_until is not None


def _too_few(balance: int, price: int) -> Reply:
    text = render("numbers/too_few", balance=balance, price=price, missing=price - balance)
    return Reply(text=text, keyboard=[*earn_rows(), back_row("numbers")])


def _find(pool_id: int) -> PoolOffer | None:
    return find_offer(pool_id) if pool_id != ANY else _any(list_offers())


def _any(offers: list[PoolOffer]) -> PoolOffer | None:
    """All pools at the lowest price that has something free, as one."""
    stocked = [offer for offer in offers if offer.free]
    if not stocked:
        return None
    price = min(offer.price for offer in stocked)
    free = sum(offer.free for offer in stocked if offer.price == price)
    # At the same price everywhere it is any country; else what is left is the cheapest of them.
    is_same = all(offer.price == price for offer in stocked)
    name = _("Any country") if is_same else _("Any, cheapest")
    return PoolOffer(ANY, name, "🎲", price, free)


def _offer_button(offer: PoolOffer) -> Button:
    label = _("%(flag)s %(name)s · %(free)s free · %(price)s") % {
        "flag": offer.flag,
        "name": format_name(offer.name),
        "free": format_number(offer.free),
        "price": format_points(offer.price) if offer.price else _("no charge"),
    }
    # An empty one's card is its queue.
    if offer.price or not offer.free:
        return Button(label, "numbers.card", (offer.pool_id,))
    return _take_button(label, offer)


def _take_button(label: str, offer: PoolOffer) -> Button:
    return Button(label, "numbers.take", (offer.pool_id, offer.price, new_operation_id()))


def _turning(page: int, last_page: int) -> list[Button]:
    earlier = [Button(_("◀️ Previous"), "numbers", (page - 1,))] if page > 0 else []
    later = [Button(_("Next ▶️"), "numbers", (page + 1,))] if page < last_page else []
    return [*earlier, *later]
