"""/bag: what is in it, and opening jackpots, one or all."""

from django.utils.translation import gettext as _

from botrunner.callbacks import new_operation_id
from botrunner.keyboards import home_row
from botrunner.replies import Button, Keyboard, Reply, render
from botrunner.requests import Request
from botrunner.texts import format_number
from points.selectors import count_jackpots
from points.services import open_jackpots


def show(request: Request) -> Reply:
    jackpots = count_jackpots(request.member.pk)
    return Reply(text=render("bag/bag", jackpots=jackpots), keyboard=_rows(jackpots))


def open_some(request: Request) -> Reply:
    """Args: how many, and the operation id drawn with the button."""
    count, operation_id = int(request.args[0]), request.args[1]
    opening = open_jackpots(
        member_id=request.member.pk,
        count=count,
        key=f"op:{request.member.pk}:{operation_id}",
        now=request.now,
    )
    text = render("bag/opened", opening=opening, outcome=opening.outcome.items())
    return Reply(text=text, keyboard=_rows(opening.left))


def _rows(jackpots: int) -> Keyboard:
    if not jackpots:
        return [[Button(_("🔍 Search"), "search"), Button(_("🎖 Level"), "level")], home_row()]
    row = [Button(_("🎰 Open one"), "bag.open", (1, new_operation_id()))]
    if jackpots > 1:
        label = _("🎰 Open all (%(count)s)") % {"count": format_number(jackpots)}
        row.append(Button(label, "bag.open", (jackpots, new_operation_id())))
    return [row, home_row()]
