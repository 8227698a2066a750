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
    "double",
    "hit",
    "may_double",
    "stand",
    "start_blackjack",
    "OwnLimits",
    "Play",
    "cancel_game",
    "Turn",
    "accept_challenge",
    "challenge",
    "choose_move",
    "decline_challenge",
    "join_pot",
    "open_pot",
    "withdraw_challenge",
    "end_due_games",
    "is_played",
    "just_played",
    "limit_losses",
    "own_limits_of",
    "pause_games",
    "play_roulette",
    "play_slots",
]
