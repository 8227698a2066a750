"""What the cards of all games share: the stake and its buttons, and how fair the game is."""

from base64 import urlsafe_b64encode
from dataclasses import replace
from hashlib import sha256
from itertools import takewhile
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from accounts.selectors import get_member
from botrunner import prompts
from botrunner.callbacks import new_operation_id
from botrunner.keyboards import back_row
from botrunner.replies import Button, Keyboard, Reply, render
from botrunner.requests import Request
from botrunner.screens.level import congratulate
from botrunner.texts import format_number
from points.errors import InvalidAmount, InvalidStake, StakeTooHigh
from points.selectors import active_multiplier, get_settings, hash_of, seed_of
from points.services import Play, is_played, just_played, parse_amount

if TYPE_CHECKING:
    from points.models import Game

QUICK_STAKES = (10, 50, 100, 500)
STAKE_FIRST = 10


def read_stake(request: Request, *, number_follows: bool = False) -> int:
    """From the button's first value or the first word. Raises InvalidStake, StakeTooHigh.

    `number_follows`: the word after the stake may be a number of its own.
    """
    if request.is_button:
        return check_stake(request.args[0]) if request.args else first_stake(request)
    if not request.words and not request.args:
        return first_stake(request)
    # A question answered with a picture has no word.
    text = request.words[0] if request.words else ""
    return check_stake(text if number_follows else first_amount(request.words))


def first_amount(words: list[str]) -> str:
    """1 000 is a thousand to who types it: it is read as a whole, and never as a stake of 1."""
    digits = list(takewhile(str.isdecimal, words[1:]))
    return " ".join([*words[:1], *digits])


def check_stake(text: str) -> int:
    """Raises InvalidStake, StakeTooHigh."""
    most = get_settings().game_stake_max
    try:
        stake = parse_amount(text)
    except InvalidAmount as refusal:
        # What can be staked is far less than what counts as an amount.
        raise InvalidStake(max=most, **refusal.params) from None
    if stake > most:
        raise StakeTooHigh(stake=stake, max=most)
    return stake


def first_stake(request: Request) -> int:
    """Where none was named."""
    most = min(request.member.wallet.balance, get_settings().game_stake_max)
    return max(min(STAKE_FIRST, most), 1)


def kept_operation(request: Request) -> str:
    """The operation id of the card that was changed: the last value of button or question."""
    return request.args[-1] if request.args else ""


def next_operation(game: "Game") -> str:
    """Of the card below a result: however often the result is shown, it is the same card."""
    digest = sha256(f"next|{game.key}".encode()).digest()
    return urlsafe_b64encode(digest)[:10].decode()


def new_card(request: Request, balance: int, operation_id: str = "") -> dict[str, Any]:
    """What every card shows beside its game; its `operation_id` goes into the buttons that play.

    The seed of what is played next is settled by now: its hash is shown, and stays while
    stake and bet are chosen. An operation id that was played already is replaced.
    """
    if not operation_id or is_played(request.member.pk, operation_id):
        operation_id = new_operation_id()
    return {
        "operation_id": operation_id,
        "balance": balance,
        "multiplier": active_multiplier(request.member.pk),
        "seed_hash": hash_of(seed_of(request.member.pk, operation_id)),
    }


def stake_row(
    request: Request, route: str, stake: int, balance: int, *values: str | int
) -> list[Button]:
    """Quick stakes that can be paid, the present one marked, and a way to any other.

    `values` follow the stake in each button; the card's operation id comes last.
    """
    quick = quick_stakes(route, stake, balance, *values)
    # A text in a group answers no question: other stakes stand after the command there.
    return [*quick, Button("✏️", f"{route}.stake", values)] if request.is_private else quick


def quick_stakes(route: str, stake: int, balance: int, *values: str | int) -> list[Button]:
    most = min(max(balance, QUICK_STAKES[0]), get_settings().game_stake_max)
    return [
        # Five in a row: no room for spaces.
        Button(_mark_tightly(amount, stake), route, (amount, *values))
        for amount in QUICK_STAKES
        if amount <= most
    ]


def ask_stake(request: Request, route: str) -> Reply:
    """The answer goes to `route`.stake among the prompts, with the button's values as args."""
    prompts.ask(request, f"{route}.stake", *request.args)
    text = render(
        "games/stake", balance=request.member.wallet.balance, most=get_settings().game_stake_max
    )
    return Reply(text=text, keyboard=[back_row(route)])


def game_rows(request: Request, *rows: list[Button]) -> Keyboard:
    return [*rows, back_row("games")] if request.is_private else list(rows)


def about_row(request: Request, route: str, *values: str | int, play: Play | None) -> list[Button]:
    """How the game pays, and after a game its check. `values` lead back to the same card."""
    label = _("ℹ️ How it goes") if route == "blackjack" else _("ℹ️ How it pays")
    row = [Button(label, f"{route}.pays", values)]
    if play and request.is_private:
        label = _("🔎 Game %(id)s") % {"id": play.game.pk}
        row.append(Button(label, "verify", (play.game.pk, *values)))
    return row


def child_back(request: Request, route: str) -> list[Button]:
    """From a page about a card back to that very card, whose values the page was given."""
    row = back_row(route, *request.args)
    return row if request.is_private else row[:1]


def second_tap(request: Request, kind: str) -> Play | None:
    """The game that was over a moment ago: a press so soon after it was not meant for the next."""
    return just_played(request.member.pk, kind, request.member.wallet.balance, request.now)


def after_second_tap(reply: Reply) -> Reply:
    return replace(reply, toast=_("That was quick: nothing more was staked."))


def with_level_ups(request: Request, text: str, play: Play | None) -> str:
    """The card's text, and below it a congratulation for each level that the game brought."""
    parts = [text]
    for level_up in play.level_ups if play else ():
        is_own = level_up.member_id == request.member.pk
        member = request.member if is_own else get_member(level_up.member_id)
        parts.append(congratulate(member, level_up))
    return "\n\n".join(parts)


def _mark_tightly(amount: int, stake: int) -> str:
    label = format_number(amount)
    return f"•{label}•" if amount == stake else label
