"""/bag: what is in it, opening jackpots, one or all, and switching a multiplier on."""

from django.utils.translation import gettext as _

from botrunner.callbacks import new_operation_id
from botrunner.keyboards import home_row
from botrunner.replies import Button, Keyboard, Reply, render
from botrunner.requests import Request
from botrunner.texts import format_number
from points.selectors import active_multiplier, bag_of
from points.services import MULTIPLIER_FACTORS, open_jackpots, use_multiplier


def show(request: Request) -> Reply:
    bag = bag_of(request.member.pk)
    text = render("bag/bag", bag=bag.items(), multiplier=active_multiplier(request.member.pk))
    return Reply(text=text, keyboard=_rows(bag))


def open_some(request: Request) -> Reply:
    """Args: how many, and the operation id drawn with the button."""
    count, operation_id = int(request.args[0]), request.args[1]
    opening = open_jackpots(
        member_id=request.member.pk,
        count=count,
        key=request.operation_key(operation_id),
        now=request.now,
    )
    text = render("bag/opened", opening=opening, outcome=opening.outcome.items())
    return Reply(text=text, keyboard=_rows(bag_of(request.member.pk)))


def use(request: Request) -> Reply:
    """Args: which multiplier, and the operation id drawn with the button."""
    kind, operation_id = request.args
    switched = use_multiplier(
        member_id=request.member.pk,
        kind=kind,
        key=request.operation_key(operation_id),
        now=request.now,
    )
    text = render("bag/used", switched=switched)
    to_games = [Button(_("🎲 Games"), "games")]
    return Reply(text=text, keyboard=[to_games, *_rows(bag_of(request.member.pk))])


def _rows(bag: dict[str, int]) -> Keyboard:
    jackpots = bag.get("jackpot", 0)
    rows = [_open_row(jackpots)] if jackpots else []
    uses = [
        Button(_("✨ Use ×%(factor)d") % {"factor": factor}, "bag.use", (kind, new_operation_id()))
        for kind, factor in MULTIPLIER_FACTORS.items()
        if kind in bag
    ]
    rows += [uses] if uses else []
    if not rows:
        rows = [[Button(_("🔍 Search"), "search"), Button(_("🎖 Level"), "level")]]
    return [*rows, home_row()]


def _open_row(jackpots: int) -> list[Button]:
    row = [Button(_("🎰 Open one"), "bag.open", (1, new_operation_id()))]
    if jackpots > 1:
        label = _("🎰 Open all (%(count)s)") % {"count": format_number(jackpots)}
        row.append(Button(label, "bag.open", (jackpots, new_operation_id())))
    return row
