"""What the points services refuse."""

from project.errors import Refusal


class InvalidAmount(Refusal):
    """Not a whole number from 1 to 10^12. Params: text."""

    code = "invalid_amount"


class NotEnoughPoints(Refusal):
    """Params: balance, price, missing."""

    code = "not_enough_points"


class BelowZero(Refusal):
    """Staff would take more than the member has. Params: balance, change."""

    code = "below_zero"


class SelfTransfer(Refusal):
    """Nobody sends points to himself."""

    code = "self_transfer"


class AccountTooNew(Refusal):
    """A new member cannot send points yet. Params: opens_at, wait."""

    code = "account_too_new"
    retryable = True


class TransferCapReached(Refusal):
    """More than may be sent in 24 hours. Params: cap, left."""

    code = "transfer_cap_reached"
    retryable = True


class TooEarly(Refusal):
    """The daily bonus was claimed already. Params: ready_at, wait, streak, amount."""

    code = "daily_too_early"
    retryable = True


class SearchTooEarly(Refusal):
    """The last search is too fresh. Params: ready_at, wait, is_reminded, count."""

    code = "search_too_early"
    retryable = True


class NothingToOpen(Refusal):
    """The bag holds no jackpot."""

    code = "nothing_to_open"


class NothingToUse(Refusal):
    """The bag holds no multiplier of this kind."""

    code = "nothing_to_use"


class MultiplierActive(Refusal):
    """One multiplier at a time. Params: factor, games."""

    code = "multiplier_active"


class NobodyToGive(Refusal):
    """None of the members meant can receive anything."""

    code = "nobody_to_give"


class NotReversible(Refusal):
    """A reversal itself, reversed already, or of a kind that is half of something. Params: kind."""

    code = "not_reversible"


class WalletFrozen(Refusal):
    """The member's points are frozen: nothing can be spent or received."""

    code = "frozen"


class ReceiverFrozen(Refusal):
    """The other member cannot receive points. Params: name."""

    code = "receiver_frozen"


class KeyReused(Refusal):
    """The key already had another effect: a forged or damaged request."""

    code = "key_reused"


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


class SelfVouch(Refusal):
    """Nobody vouches for himself."""

    code = "self_vouch"


class PhotoUsed(Refusal):
    """The photo has been a vouch before, voided or not."""

    code = "photo_used"


class VouchTooEarly(Refusal):
    """The same member vouched for the same provider just now. Params: name, wait (timedelta)."""

    code = "vouch_too_early"
    retryable = True


class AlreadyProvider(Refusal):
    """The member is a vouch provider as it is."""

    code = "already_provider"


class ProviderFrozen(Refusal):
    """The provider can receive nothing at the moment. Params: name."""

    code = "provider_frozen"


class AuthorFrozen(Refusal):
    """Who vouches is frozen himself."""

    code = "author_frozen"


class NotAProvider(Refusal):
    """The member is no vouch provider, or no longer. Params: name."""

    code = "not_a_provider"


class VouchVoided(Refusal):
    """The vouch was voided before."""

    code = "vouch_voided"


class VouchSpent(Refusal):
    """What a vouch brought is spent and cannot be taken back. Params: name, points, missing."""

    code = "vouch_spent"


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
