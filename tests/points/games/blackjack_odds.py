"""What blackjack gives back, over all deals of one deck and for a way to play.

Cards are counted by their value, 1 (ace) to 10; a deck or hand is ten counts.
Written apart from the rules of the game, which it is to prove.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache

ACE, TEN = 1, 10
DECK = (4,) * 9 + (16,)

Counts = tuple[int, ...]
# Whether to take a card (and to double), by own points, softness and the dealer's card.
Way = Callable[[int, bool, int, bool], str]


def points(hand: Counts) -> tuple[int, bool]:
    total = sum((value + 1) * count for value, count in enumerate(hand))
    is_soft = hand[0] > 0 and total <= 11
    return total + 10 * is_soft, is_soft


def add(hand: Counts, value: int) -> Counts:
    return (*hand[: value - 1], hand[value - 1] + 1, *hand[value:])


@cache
def falling(number: int, times: int) -> int:
    """number · (number - 1) · … : the ways to take `times` cards of `number` in order."""
    return 1 if times == 0 else falling(number, times - 1) * max(number - times + 1, 0)


@dataclass
class Node:
    """Dealer's draws that agree in the values up to some depth: draws share their beginnings."""

    # By value's count: what follows.
    branches: dict[int, "Node"] = field(default_factory=dict)
    # Where the draws end: (cards drawn, final points) -> the orders in which they come.
    orders: dict[tuple[int, int], int] = field(default_factory=dict)


@cache
def draws_of(up: int) -> Node:
    """All that the dealer may draw to his card up, natural left out, as counts by value."""
    found: dict[tuple[Counts, int], int] = {}
    _draw(add((0,) * 10, up), (0,) * 10, found)
    root = Node()
    for (drawn, total), orders in found.items():
        node = root
        for count in drawn:
            node = node.branches.setdefault(count, Node())
        node.orders[sum(drawn), total] = orders
    return root


def _draw(hand: Counts, drawn: Counts, found: dict[tuple[Counts, int], int]) -> None:
    total, _is_soft = points(hand)
    if total >= 17 and sum(drawn):
        if not (sum(drawn) == 1 and total == 21):
            found[drawn, total] = found.get((drawn, total), 0) + 1
        return
    for value in range(1, 11):
        if hand[value - 1] < DECK[value - 1]:
            _draw(add(hand, value), add(drawn, value), found)


@cache
def dealer(up: int, left: Counts) -> dict[int, float]:
    """The chance of each final total, when there is no natural; `left` holds the hidden card."""
    unseen = sum(left)
    sums: dict[tuple[int, int], int] = {}
    _add_up(draws_of(up), left, 0, 1, sums)
    chances: dict[int, float] = {}
    for (drawn, total), ways in sums.items():
        final = min(total, 22)
        chances[final] = chances.get(final, 0) + ways / falling(unseen, drawn)
    sound = 1 - natural(up, left)
    return {total: chance / sound for total, chance in chances.items()}


def _add_up(node: Node, left: Counts, depth: int, ways: int, sums: dict) -> None:
    for end, orders in node.orders.items():
        sums[end] = sums.get(end, 0) + ways * orders
    for count, branch in node.branches.items():
        if left[depth] >= count:
            _add_up(branch, left, depth + 1, ways * falling(left[depth], count), sums)


def natural(up: int, left: Counts) -> float:
    """The chance that the hidden card makes a natural."""
    missing = {ACE: TEN, TEN: ACE}.get(up)
    return left[missing - 1] / sum(left) if missing else 0


def next_cards(up: int, left: Counts) -> list[tuple[int, float]]:
    """The chance of each value to come next, when the hidden card makes no natural."""
    missing = {ACE: TEN, TEN: ACE}.get(up, 0)
    unseen = sum(left)
    hidden = unseen - (left[missing - 1] if missing else 0)
    chances = []
    for value in range(1, 11):
        share = 1 if value == missing else (hidden - 1) / hidden
        if left[value - 1]:
            chances.append((value, left[value - 1] * share / (unseen - 1)))
    return chances


def stand(hand: Counts, up: int, left: Counts) -> float:
    """What is won on balance for one point staked."""
    own, _is_soft = points(hand)
    return sum(
        chance * ((final > 21 or own > final) - (final <= 21 and own < final))
        for final, chance in dealer(up, left).items()
    )


def take_out(left: Counts, value: int) -> Counts:
    return (*left[: value - 1], left[value - 1] - 1, *left[value:])


def best(hand: Counts, up: int, left: Counts, known: dict) -> float:
    """With the best play from here; memory by hand."""
    if hand in known:
        return known[hand]
    own, is_soft = points(hand)
    if own >= 21:
        found = stand(hand, up, left) if own == 21 else -1.0
    else:
        found = sum(
            chance * best(add(hand, value), up, take_out(left, value), known)
            for value, chance in next_cards(up, left)
        )
        # To stand on less than twelve is never better than one more card.
        if own >= 12:
            found = max(found, stand(hand, up, left))
    known[hand] = found
    return found


def double(hand: Counts, up: int, left: Counts) -> float:
    total = 0.0
    for value, chance in next_cards(up, left):
        more = add(hand, value)
        rest = take_out(left, value)
        total += chance * (-1.0 if points(more)[0] > 21 else stand(more, up, rest))
    return 2 * total


def by(way: Way, hand: Counts, up: int, left: Counts, is_first: bool = False) -> float:
    own, is_soft = points(hand)
    if own > 21:
        return -1.0
    move = way(own, is_soft, up, is_first) if own < 21 else "stand"
    if move == "double":
        return double(hand, up, left)
    if move == "stand":
        return stand(hand, up, left)
    return sum(
        chance * by(way, add(hand, value), up, take_out(left, value))
        for value, chance in next_cards(up, left)
    )


def over_all_deals(value_of: Callable[[Counts, int, Counts], float]) -> float:
    """What is won on balance for one point staked. `value_of`: where nobody has a natural."""
    total = 0.0
    for up in range(1, 11):
        without_up = take_out(DECK, up)
        for first in range(1, 11):
            for second in range(first, 11):
                hand = add(add((0,) * 10, first), second)
                rest = take_out(without_up, first)
                if not rest[second - 1]:
                    continue
                chance = DECK[up - 1] / 52 * without_up[first - 1] / 51 * rest[second - 1] / 50
                chance *= 1 if first == second else 2
                left = take_out(rest, second)
                total += chance * _deal(hand, up, left, value_of)
    return total


def _deal(hand, up, left, value_of) -> float:
    spoiled = natural(up, left)
    if points(hand)[0] == 21:
        return 1.5 * (1 - spoiled)
    return -spoiled + (1 - spoiled) * value_of(hand, up, left)


def best_play() -> float:
    known: dict[int, dict] = {up: {} for up in range(1, 11)}

    def value_of(hand, up, left):
        return max(best(hand, up, left, known[up]), double(hand, up, left))

    return 1 + over_all_deals(value_of)


def play_by(way: Way) -> float:
    return 1 + over_all_deals(lambda hand, up, left: by(way, hand, up, left, True))


def simple(own: int, is_soft: bool, up: int, is_first: bool) -> str:
    """What every table hangs on the wall."""
    if is_first and not is_soft and own in (10, 11) and up not in (ACE, TEN):
        return "double"
    if is_soft:
        return "hit" if own <= 17 else "stand"
    if own >= 17 or (own >= 12 and 2 <= up <= 6):
        return "stand"
    return "hit"


def like_the_dealer(own: int, is_soft: bool, up: int, is_first: bool) -> str:
    return "hit" if own < 17 else "stand"
