"""/roulette: a stake, a bet, the wheel, and again."""

from typing import Any

from django.utils.translation import gettext as _

from botrunner import prompts
from botrunner.keyboards import back_row, mark
from botrunner.replies import Button, Reply, render
from botrunner.requests import Request
from botrunner.texts import format_number
from points.selectors import ROULETTE_BETS, roulette_factor, roulette_return
from points.services import Play, parse_amount, play_roulette

from . import card
from .bets import ball_label, ball_traits, bet_label, bet_labels, read_bet

# How many stand in a row: two colours, even and odd, halves, then dozens.
ROWS = (("red", "black"), ("even", "odd"), ("low", "high"), ("dozen1", "dozen2", "dozen3"))
NUMBERS_IN_A_ROW = 6
BALLS = 37


def show(request: Request) -> Reply:
    """Stake and bet stand after the command, or behind a button with the card's operation id."""
    if request.is_button:
        bet = request.args[1] if request.args else ""
    else:
        bet = read_bet(request.words[1]) if len(request.words) > 1 else ""
    return _choose(request, card.read_stake(request, number_follows=True), bet)


def ask_stake(request: Request) -> Reply:
    return card.ask_stake(request, "roulette")


def read_stake(request: Request) -> Reply:
    """The answer to the question. Args: the bet and the operation id."""
    return _choose(request, card.read_stake(request), request.args[0])


def show_numbers(request: Request) -> Reply:
    """Args: the stake and the operation id. A number that is typed is understood too."""
    stake, operation_id = request.args
    if request.is_private:
        prompts.ask(request, "roulette.number", stake, operation_id)
    buttons = [
        Button(ball_label(ball), "roulette", (stake, ball, operation_id)) for ball in range(BALLS)
    ]
    rows = [buttons[:1]]
    rows += [buttons[at : at + NUMBERS_IN_A_ROW] for at in range(1, BALLS, NUMBERS_IN_A_ROW)]
    back = back_row("roulette", stake, "", operation_id)
    rows.append(back if request.is_private else back[:1])
    return Reply(text=render("roulette/numbers"), keyboard=rows)


def read_number(request: Request) -> Reply:
    """The answer to the question. Args: the stake and the operation id."""
    return _choose(request, parse_amount(request.args[0]), read_bet(request.text.strip()))


def show_pays(request: Request) -> Reply:
    share = roulette_return()
    text = render("roulette/pays", staked=share.denominator, back=share.numerator, share=share)
    return Reply(text=text, keyboard=[card.child_back(request, "roulette")])


def spin(request: Request) -> Reply:
    """Args: the stake, the bet, and the operation id drawn with the card."""
    if shown := card.second_tap(request, "roulette"):
        return card.after_second_tap(_result(request, shown))
    stake, bet, operation_id = request.args
    play = play_roulette(
        member_id=request.member.pk,
        stake=parse_amount(stake),
        bet=bet,
        operation_id=operation_id,
        chat_telegram_id=request.group_id,
        now=request.now,
    )
    return _result(request, play)


def _result(request: Request, play: Play) -> Reply:
    facts = card.new_card(request, play.balance, card.next_operation(play.game))
    return _card(request, play.game.stake, play.game.choices["bet"], facts, play)


def _choose(request: Request, stake: int, bet: str) -> Reply:
    facts = card.new_card(request, request.member.wallet.balance, card.kept_operation(request))
    return _card(request, stake, bet, facts)


def _card(
    request: Request, stake: int, bet: str, facts: dict[str, Any], play: Play | None = None
) -> Reply:
    """The card of the next spin, below what the last one brought."""
    text = render(
        "roulette/card",
        stake=stake,
        bet=bet and bet_label(bet),
        back=bet and stake * roulette_factor(bet),
        share=roulette_return(),
        play=play,
        ball=play and ball_label(play.game.result["ball"]),
        traits=play and ball_traits(play.game.result["ball"]),
        **facts,
    )
    rows = [
        *_bet_rows(stake, bet, facts["operation_id"]),
        card.about_row(request, "roulette", stake, bet, facts["operation_id"], play=play),
        card.stake_row(request, "roulette", stake, facts["balance"], bet, facts["operation_id"]),
    ]
    keyboard = card.game_rows(request, *rows)
    return Reply(text=card.with_level_ups(request, text, play), keyboard=keyboard)


def _bet_rows(stake: int, bet: str, operation_id: str) -> list[list[Button]]:
    """The button that spins, once there is a bet, and all bets with the chosen one marked."""
    rows = []
    if bet:
        label = _("🎡 %(bet)s for %(stake)s")
        label %= {"bet": bet_label(bet), "stake": format_number(stake)}
        rows.append([Button(label, "roulette.spin", (stake, bet, operation_id))])
    labels = bet_labels()
    rows += [
        [
            Button(mark(labels[name], name == bet), "roulette", (stake, name, operation_id))
            for name in names
        ]
        for names in ROWS
    ]
    number = mark(_("🔢 One number"), bet in ROULETTE_BETS and bet not in labels)
    return [*rows, [Button(number, "roulette.numbers", (stake, operation_id))]]
