"""What is refused at the tables."""

from project.errors import Refusal


class InvalidStake(Refusal):
    """Not a whole number that could be staked. Params: text, max."""

    code = "invalid_stake"


class StakeTooHigh(Refusal):
    """More than may be staked in a game. Params: stake, max."""

    code = "stake_too_high"


class UnknownBet(Refusal):
    """Nothing that roulette knows. Params: text."""

    code = "unknown_bet"


class GamesPaused(Refusal):
    """The member has switched games off for himself. Params: until."""

    code = "games_paused"


class LossLimitReached(Refusal):
    """The stake could bring the loss of 24 hours above what the member allows himself.

    Params: max, left.
    """

    code = "loss_limit_reached"


class GameNotFound(Refusal):
    """No such game, or none that this member may see."""

    code = "game_not_found"


class OwnGame(Refusal):
    """Who plays in a game does not end it as staff: he would take back a stake that he loses."""

    code = "own_game"


class GameOver(Refusal):
    """The game has ended meanwhile. Params: game_id."""

    code = "game_over"


class SelfChallenge(Refusal):
    """Nobody plays against himself."""

    code = "self_challenge"


class OpponentUnavailable(Refusal):
    """The other member cannot play for this stake now; why is nobody's business. Params: name."""

    code = "opponent_unavailable"


class ChallengeOpen(Refusal):
    """These two have a challenge that is not over. Params: name."""

    code = "challenge_open"


class NotAPlayer(Refusal):
    """Others play this game."""

    code = "not_a_player"


class PotOpen(Refusal):
    """The group has an open pot already."""

    code = "pot_open"


class PotFull(Refusal):
    """No more players fit in."""

    code = "pot_full"


class AlreadyInPot(Refusal):
    """A stake in a pot is not changed. Params: stake."""

    code = "already_in_pot"
