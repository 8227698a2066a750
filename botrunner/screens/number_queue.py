"""An empty pool: a place in its queue, for who wants to be told when a number is free."""

from django.utils.translation import gettext as _

from botrunner.keyboards import back_row
from botrunner.replies import Button, Reply, render
from botrunner.requests import Request
from numbers.selectors import PoolOffer, find_offer, find_wait, get_settings, place_of
from numbers.services import join_queue, leave_queue


def show(request: Request, offer: PoolOffer) -> Reply:
    wait = find_wait(request.member.pk, offer.pool_id, request.now)
    place, is_far = place_of(wait) if wait and wait.held_until is None else (0, False)
    text = render(
        "numbers/queue",
        offer=offer,
        place=place,
        is_far=is_far,
        minutes=get_settings().hold_minutes,
    )
    if place:
        button = Button(_("🔕 Leave the queue"), "numbers.unwait", (offer.pool_id,))
    else:
        button = Button(_("🔔 Tell me when one is free"), "numbers.wait", (offer.pool_id,))
    return Reply(text=text, keyboard=[[button], back_row("numbers")])


def join(request: Request) -> Reply:
    pool_id = int(request.args[0])
    join_queue(member_id=request.member.pk, pool_id=pool_id, now=request.now)
    return _show_again(request, pool_id)


def leave(request: Request) -> Reply:
    pool_id = int(request.args[0])
    leave_queue(member_id=request.member.pk, pool_id=pool_id)
    return _show_again(request, pool_id)


def _show_again(request: Request, pool_id: int) -> Reply:
    offer = find_offer(pool_id)
    if offer is None:
        # Not offered any more: the list has the others.
        text = render("refusals/no_numbers")
        return Reply(text=text, keyboard=[back_row("numbers")])
    return show(request, offer)
