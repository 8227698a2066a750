"""Games: what may be done at the tables. Other apps import from points.services."""

from .blackjack import BLACKJACK_IDLE, double, hit, may_double, stand, start_blackjack
from .cancel import cancel_game
from .challenges import (
    accept_challenge,
    challenge,
    decline_challenge,
    withdraw_challenge,
)
from .clock import end_due_games
from .own_limits import OwnLimits, limit_losses, own_limits_of, pause_games
from .plays import Play, is_played, just_played
from .pot import join_pot, open_pot
from .roulette import play_roulette
from .rps import choose_move
from .slots import play_slots
from .telling import Turn

__all__ = [
    "BLACKJACK_IDLE",
    "OwnLimits",
    "Play",
    "Turn",
    "accept_challenge",
    "cancel_game",
    "challenge",
    "choose_move",
    "decline_challenge",
    "double",
    "end_due_games",
    "hit",
    "is_played",
    "join_pot",
    "just_played",
    "limit_losses",
    "may_double",
    "open_pot",
    "own_limits_of",
    "pause_games",
    "play_roulette",
    "play_slots",
    "stand",
    "start_blackjack",
    "withdraw_challenge",
]
