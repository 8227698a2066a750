import random

import pytest

from points.games import blackjack
from points.games.blackjack import DOUBLE, HIT, RANKS, STAND, deck_of, payout, play, points_of
from tests.points.games import blackjack_odds

DEALS = 40_000


def cards(words: str) -> list[int]:
    """Spades by their rank; colour plays no part."""
    return [RANKS.index(word) for word in words.split()]


def deal(words: str, *moves: str):
    """In the order of the deck: player, dealer, player, dealer's hidden card, what is drawn."""
    return play(cards(words), moves)


@pytest.mark.parametrize(
    ("hand", "points", "is_soft"),
    [
        ("A K", 21, True),
        ("A 6", 17, True),
        ("A A", 12, True),
        ("A A 9", 21, True),
        ("A 6 K", 17, False),
        ("J Q K", 30, False),
        ("2 3 4", 9, False),
        ("A A A A 7", 21, True),
    ],
)
def test_an_ace_counts_eleven_where_that_does_not_go_over(hand, points, is_soft):
    assert (points_of(cards(hand)), blackjack.is_soft(cards(hand))) == (points, is_soft)


@pytest.mark.parametrize(
    ("words", "moves", "paid"),
    [
        ("10 10 9 8", [STAND], 20),
        ("10 10 8 9", [STAND], 0),
        ("10 10 8 8", [STAND], 10),
        ("10 6 2 10 9 K", [HIT], 20),
        ("10 6 2 10 K", [HIT], 0),
        ("10 6 2 10 K", [STAND], 20),
        # The dealer stands on 17, soft or not.
        ("10 A 8 6 5", [STAND], 20),
        ("10 A 6 5 K 4", [STAND], 0),
        ("10 2 6 A 3 A K", [STAND], 0),
        # A natural beats 21 of three cards, and is no natural in three.
        ("A 10 K 9", [], 25),
        ("10 A 9 K", [], 0),
        ("A A K K", [], 10),
        ("7 10 7 9 7", [HIT], 20),
    ],
)
def test_what_a_table_pays(words, moves, paid):
    table = deal(words, *moves)

    assert table.is_over
    assert payout(table, 10) == paid


@pytest.mark.parametrize(("stake", "paid"), [(1, 2), (2, 5), (3, 7), (1000, 2500)])
def test_a_natural_pays_one_and_a_half_times_more_rounded_down(stake, paid):
    assert payout(deal("A 9 J 9"), stake) == paid


def test_the_dealer_looks_for_a_natural_before_anybody_moves():
    table = deal("5 A 6 K 10")

    assert table.is_over and not table.may_double
    with pytest.raises(ValueError, match="does not allow"):
        deal("5 A 6 K 10", DOUBLE)


def test_a_double_is_one_card_and_the_end():
    table = deal("5 10 6 8 2 9", DOUBLE)

    assert (points_of(table.player), table.is_over, table.is_doubled) == (13, True, True)
    assert payout(table, 20) == 0
    assert payout(deal("5 10 6 8 9 9", DOUBLE), 20) == 40


def test_the_dealer_draws_nothing_to_who_went_over():
    assert len(deal("10 2 6 3 K 9 9", HIT).dealer) == 2


def test_nobody_is_asked_any_more_at_21():
    table = deal("10 5 6 10 5 6", HIT)

    assert table.is_over
    assert points_of(table.dealer) == 21


@pytest.mark.parametrize(
    "moves",
    [[STAND, HIT], [HIT, DOUBLE], [DOUBLE, HIT], ["split"], [HIT, HIT, HIT, HIT]],
)
def test_what_the_table_does_not_allow_is_a_fault(moves):
    with pytest.raises(ValueError, match="does not allow"):
        deal("2 10 3 8 9 9 9", *moves)


def test_an_open_table_may_be_doubled_on_the_first_two_cards_only():
    assert deal("2 10 3 8").may_double
    assert not deal("2 10 3 8 4", HIT).may_double


def test_a_deck_holds_every_card_once_and_has_names_for_them():
    deck = deck_of("00" * 32)

    assert sorted(deck) == list(range(52))
    assert len({blackjack.card_name(card) for card in deck}) == 52
    assert blackjack.card_name(0) == "A♠️"
    assert blackjack.card_name(51) == "K♣️"


@pytest.mark.slow
def test_the_best_play_brings_back_what_the_card_says():
    """Over all deals of one deck, by the chances of every card: no luck is in it."""
    share = blackjack_odds.best_play()

    assert pytest.approx(share, abs=1e-6) == blackjack.RETURN_TO_PLAYER
    assert blackjack.RETURN_TO_PLAYER <= share < 1


def test_simple_ways_to_play_bring_back_less():
    assert blackjack_odds.play_by(blackjack_odds.simple) == pytest.approx(0.991877, abs=1e-6)
    like_the_dealer = blackjack_odds.play_by(blackjack_odds.like_the_dealer)
    assert like_the_dealer == pytest.approx(0.943154, abs=1e-6)


def test_what_is_dealt_agrees_with_the_chances():
    """Ties the rules that are played to the chances that were worked out beside them."""
    dice = random.Random(20_26)
    deck = list(range(52))
    won = 0
    for _ in range(DEALS):
        dice.shuffle(deck)
        won += win_by_simple_play(deck)

    # One deal deviates by 1.1 or so: four times its mean over all deals.
    assert won / DEALS == pytest.approx(0.991877 - 1, abs=4 * 1.1 / DEALS**0.5)


def win_by_simple_play(deck) -> float:
    moves: list[str] = []
    table = play(deck, moves)
    while not table.is_over:
        own, is_soft = points_of(table.player), blackjack.is_soft(table.player)
        up = min(table.dealer[0] % 13 + 1, 10)
        moves.append(blackjack_odds.simple(own, is_soft, up, not moves))
        table = play(deck, moves)
    stake = 4 if table.is_doubled else 2
    return (payout(table, stake) - stake) / 2
