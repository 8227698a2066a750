"""What the cards of all games share: the stake and its buttons, and how fair the game is."""

from typing import Any

from botrunner import prompts
from botrunner.callbacks import new_operation_id
from botrunner.keyboards import back_row, home_row
from botrunner.replies import Button, Keyboard, Reply, render
from botrunner.requests import Request
from botrunner.texts import format_number
from points.selectors import active_multiplier, hash_of, seed_of
from points.services import parse_amount

QUICK_STAKES = (10, 50, 100, 500)
STAKE_FIRST = 10


def read_stake(request: Request) -> int:
    """From the button's first argument or the first word. Raises InvalidAmount."""
    words = request.args or request.words
    return parse_amount(words[0]) if words else STAKE_FIRST


def new_card(request: Request, balance: int) -> dict[str, Any]:
    """What every card shows beside its game; its `operation_id` goes into the buttons that play.

    The seed of what is played next is settled by now: its hash is shown.
    """
    operation_id = new_operation_id()
    return {
        "operation_id": operation_id,
        "balance": balance,
        "multiplier": active_multiplier(request.member.pk),
        "seed_hash": hash_of(seed_of(request.member.pk, operation_id)),
    }


def stake_row(route: str, stake: int, balance: int) -> list[Button]:
    """Quick stakes that can be paid, the present one marked, and a way to any other."""
    quick = [
        Button(_mark(amount, amount == stake), route, (amount,))
        for amount in QUICK_STAKES
        if amount <= max(balance, QUICK_STAKES[0])
    ]
    return [*quick, Button("✏️", f"{route}.stake")]


def ask_stake(request: Request, route: str) -> Reply:
    """The answer to the question goes to `route`.stake among the prompts."""
    prompts.ask(request, f"{route}.stake")
    text = render("games/stake", balance=request.member.wallet.balance)
    return Reply(text=text, keyboard=[back_row(route)])


def game_rows(request: Request, *rows: list[Button]) -> Keyboard:
    return [*rows, home_row()] if request.is_private else list(rows)


def _mark(amount: int, is_present: bool) -> str:
    return f"• {format_number(amount)} •" if is_present else format_number(amount)
