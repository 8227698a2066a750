"""Blackjack: one deck, the dealer stands on every 17, a natural pays one and a half times more.

A card is a number from 0 to 51: suit times thirteen plus rank, the ace first.
The deck is shuffled before the stake, so a table follows from the seed and the
player's moves; nothing else need be kept. Cards are dealt from the top: player,
dealer, player, dealer (face down), and then to whoever takes one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from .fairness import Draws

SUITS = ("♠️", "♥️", "♦️", "♣️")
RANKS = ("A", "2", "3", "4", "5", "6", "7", "8", "9", "10", "J", "Q", "K")

HIT, STAND, DOUBLE = "hit", "stand", "double"

BEST = 21
DEALER_STANDS_ON = 17
# For each point of the first stake, with the best play that one deck allows and every double
# paid for. tests/points/games/test_blackjack_return.py works it out over all deals.
RETURN_TO_PLAYER = Fraction(996_665, 1_000_000)


@dataclass(frozen=True, slots=True)
class Table:
    """The cards as they lie. The dealer's second is face down until the game is over."""

    player: tuple[int, ...]
    dealer: tuple[int, ...]
    is_over: bool
    is_doubled: bool = False

    @property
    def may_double(self) -> bool:
        return not self.is_over and len(self.player) == 2

    @property
    def is_players_natural(self) -> bool:
        return is_natural(self.player)

    @property
    def is_dealers_natural(self) -> bool:
        return is_natural(self.dealer)


def deck_of(seed: str) -> list[int]:
    return Draws(seed).shuffle(range(len(SUITS) * len(RANKS)))


def play(deck: Sequence[int], moves: Sequence[str]) -> Table:
    """The table after these moves. Raises ValueError for a move that it did not allow."""
    player, dealer, rest = [deck[0], deck[2]], [deck[1], deck[3]], iter(deck[4:])
    # The dealer looks under his card at once: nobody doubles against a natural.
    if is_natural(player) or is_natural(dealer):
        _check(not moves)
        return Table(tuple(player), tuple(dealer), is_over=True)
    is_over = False
    for number, move in enumerate(moves):
        _check(not is_over and (move in (HIT, STAND) or (move == DOUBLE and number == 0)))
        if move != STAND:
            player.append(next(rest))
        # Nobody takes a card to 21.
        is_over = move != HIT or points_of(player) >= BEST
    if is_over and points_of(player) <= BEST:
        while points_of(dealer) < DEALER_STANDS_ON:
            dealer.append(next(rest))
    return Table(tuple(player), tuple(dealer), is_over, DOUBLE in moves)


def payout(table: Table, stake: int) -> int:
    """Total return of a table that is over; `stake` counts the double in. Rounded down."""
    player, dealer = points_of(table.player), points_of(table.dealer)
    if player > BEST:
        return 0
    if table.is_players_natural != table.is_dealers_natural:
        return stake * 5 // 2 if table.is_players_natural else 0
    if dealer > BEST or player > dealer:
        return stake * 2
    return stake if player == dealer else 0


def card_name(card: int) -> str:
    suit, rank = divmod(card, len(RANKS))
    return RANKS[rank] + SUITS[suit]


def points_of(cards: Sequence[int]) -> int:
    """An ace counts eleven where that does not go over 21."""
    return _count(cards)[0]


def is_soft(cards: Sequence[int]) -> bool:
    """Whether an ace counts eleven, so that one more card cannot go over 21."""
    return _count(cards)[1]


def is_natural(cards: Sequence[int]) -> bool:
    return len(cards) == 2 and points_of(cards) == BEST


def _count(cards: Sequence[int]) -> tuple[int, bool]:
    ranks = [card % len(RANKS) for card in cards]
    total = sum(min(rank + 1, 10) for rank in ranks)
    is_eleven = 0 in ranks and total + 10 <= BEST
    return total + 10 * is_eleven, is_eleven


def _check(is_allowed: bool) -> None:
    if not is_allowed:
        raise ValueError("a move that the table does not allow")
