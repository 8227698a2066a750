"""/addpoints: the staff gives or takes points, with a card to confirm."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from accounts.selectors import get_member
from accounts.services import REASON_LENGTH_MAX, bot_actor
from botrunner import drafts
from botrunner.addressees import read_addressee
from botrunner.callbacks import new_operation_id
from botrunner.errors import NotAllowed
from botrunner.keyboards import home_row
from botrunner.replies import Button, Keyboard, Reply, render
from botrunner.requests import Request
from points.errors import BelowZero
from points.selectors import balance_of
from points.services import adjust, parse_change, split_amount
from project.words import clean_words

if TYPE_CHECKING:
    from accounts.models import Member

PERMISSION = "points.adjust_points"
# What the audit says when the command gives no reason; the dashboard is in English.
NO_REASON = "by /addpoints, no reason given"


def show(request: Request) -> Reply:
    member, words = read_addressee(request, amount_follows=True)
    if member is None or not words:
        return Reply(text=render("addpoints/usage"), keyboard=_way_home(request))
    change, reason = split_amount(" ".join(words))
    return _card(request, member, parse_change(change), clean_words(reason, REASON_LENGTH_MAX))


def confirm(request: Request) -> Reply:
    if not request.may(PERMISSION):
        raise NotAllowed()
    member = get_member(int(request.args[0]))
    operation_id = request.args[2]
    result = adjust(
        member_id=member.pk,
        change=parse_change(request.args[1]),
        reason=drafts.read(request, operation_id) or NO_REASON,
        key=request.operation_key(operation_id),
        actor=bot_actor(request.member),
        now=request.now,
    )
    text = render("addpoints/receipt", member=member, result=result)
    return Reply(text=text, keyboard=_way_home(request))


def cancel(request: Request) -> Reply:
    return Reply(text=render("addpoints/cancelled"), keyboard=_way_home(request))


def _card(request: Request, member: "Member", change: int, reason: str) -> Reply:
    before = balance_of(member.pk)
    if before + change < 0:
        raise BelowZero(balance=before, change=change)
    operation_id = new_operation_id()
    drafts.keep(request, operation_id, reason)
    text = render(
        "addpoints/card",
        member=member,
        before=before,
        change=change,
        after=before + change,
        reason=reason,
    )
    confirm = Button(_("✅ Confirm"), "addpoints.go", (member.pk, change, operation_id))
    row = [confirm, Button(_("✖️ Cancel"), "addpoints.cancel")]
    return Reply(text=text, keyboard=[row, *_way_home(request)])


def _way_home(request: Request) -> Keyboard:
    return [home_row()] if request.is_private else []
