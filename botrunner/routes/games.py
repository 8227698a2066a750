"""Ways to the games."""

from django.utils.translation import gettext_lazy as _

from botrunner.routes.command import Command, Screen
from botrunner.screens.games import blackjack, challenge, hub, limits, pot, roulette, slots, verify

COMMANDS = (
    Command(name="games", screen=hub.show, summary=_("All games"), topic="games"),
    Command(
        name="roulette",
        screen=roulette.show,
        summary=_("The wheel: a colour, a dozen or one number"),
        topic="games",
        aliases=("roue",),
    ),
    Command(
        name="slots",
        screen=slots.show,
        summary=_("Three reels, one spin"),
        topic="games",
        aliases=("machine",),
    ),
    Command(
        name="blackjack",
        screen=blackjack.show,
        summary=_("Closer to 21 than the dealer"),
        topic="games",
    ),
    Command(
        name="duel",
        screen=challenge.show_duel,
        summary=_("Challenge somebody: an even chance, one takes both stakes"),
        topic="games",
    ),
    Command(
        name="rps",
        screen=challenge.show_rps,
        summary=_("Rock, paper, scissors against somebody"),
        topic="games",
        aliases=("pfc",),
    ),
    Command(
        name="pot",
        screen=pot.show,
        summary=_("Put stakes together in a group: one takes all"),
        topic="games",
    ),
    Command(
        name="verify",
        screen=verify.show,
        summary=_("Check how a game came out"),
        topic="games",
    ),
    Command(
        name="limits",
        screen=limits.show,
        summary=_("Limit what you lose, or take a break"),
        topic="games",
        in_groups=False,
    ),
)

BUTTONS: dict[str, Screen] = {
    "games": hub.show,
    "roulette": roulette.show,
    "roulette.stake": roulette.ask_stake,
    "roulette.numbers": roulette.show_numbers,
    "roulette.pays": roulette.show_pays,
    "roulette.spin": roulette.spin,
    "verify": verify.show,
    "limits": limits.show,
    "limits.set": limits.set_limit,
    "limits.other": limits.ask_limit,
    "limits.pause": limits.choose_pause,
    "limits.pause.card": limits.confirm_pause,
    "limits.pause.go": limits.pause,
    "slots": slots.show,
    "slots.pays": slots.show_pays,
    "slots.stake": slots.ask_stake,
    "slots.spin": slots.spin,
    "blackjack": blackjack.show,
    "blackjack.pays": blackjack.show_pays,
    "blackjack.stake": blackjack.ask_stake,
    "blackjack.deal": blackjack.deal,
    "blackjack.hit": blackjack.hit,
    "blackjack.stand": blackjack.stand,
    "blackjack.double": blackjack.double,
    "duel": challenge.show_duel,
    "duel.card": challenge.show_duel_card,
    "duel.go": challenge.send_duel,
    "rps": challenge.show_rps,
    "rps.card": challenge.show_rps_card,
    "rps.go": challenge.send_rps,
    "rps.choose": challenge.choose,
    "challenge.accept": challenge.accept,
    "challenge.decline": challenge.decline,
    "challenge.withdraw": challenge.withdraw,
    "pot": pot.show,
    "pot.open": pot.start,
    "pot.join": pot.join,
    "pot.in": pot.join_by_card,
}

PROMPTS: dict[str, Screen] = {
    "roulette.stake": roulette.read_stake,
    "roulette.number": roulette.read_number,
    "slots.stake": slots.show,
    "verify": verify.show,
    "blackjack.stake": blackjack.show,
    "limits.other": limits.read_limit,
    "duel.to": challenge.show_duel,
    "rps.to": challenge.show_rps,
}
