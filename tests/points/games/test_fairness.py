from collections import Counter
from hashlib import sha256

import pytest

from points.games.fairness import Draws, hash_of, seed_of

SEED = "00" * 32


def test_a_seed_belongs_to_one_member_and_one_card(settings):
    assert seed_of(1, "abc") == seed_of(1, "abc")
    assert len({seed_of(1, "abc"), seed_of(2, "abc"), seed_of(1, "abd")}) == 3
    before = seed_of(1, "abc")
    settings.SECRET_KEY = "another"
    assert seed_of(1, "abc") != before


def test_the_hash_is_what_sha256sum_says_of_the_seed_as_written():
    assert hash_of(SEED) == sha256(SEED.encode()).hexdigest()


def test_draws_follow_from_the_seed_as_docs_fairness_says():
    import hmac

    block = hmac.digest(bytes(32), b"0", sha256)
    assert Draws(SEED).below(37) == int.from_bytes(block[:8], "big") % 37


def test_every_number_is_as_likely():
    draws = Draws(SEED)
    found = Counter(draws.below(6) for _ in range(60_000))
    assert set(found) == set(range(6))
    # Chi-square with five degrees of freedom: 20.5 is passed once in a thousand seeds.
    assert sum((times - 10_000) ** 2 / 10_000 for times in found.values()) < 20.5


@pytest.mark.parametrize("bound", [1, 2**63 + 1])
def test_a_bound_may_be_as_small_or_as_large_as_there_is(bound):
    draws = Draws(SEED)
    assert all(0 <= draws.below(bound) < bound for _ in range(50))


def test_a_place_is_picked_by_its_weight():
    draws = Draws(SEED)
    found = Counter(draws.pick((3, 0, 1)) for _ in range(4_000))
    assert found[1] == 0
    assert 2_900 < found[0] < 3_100


def test_shuffling_keeps_every_card():
    assert sorted(Draws(SEED).shuffle(range(52))) == list(range(52))
    assert Draws(SEED).shuffle(range(52)) == Draws(SEED).shuffle(range(52))
