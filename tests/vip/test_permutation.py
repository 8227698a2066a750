from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vip.permutation import Permutation


def test_every_number_comes_once():
    for size in range(200):
        order = Permutation(size, f"seed{size}")

        assert sorted(order[index] for index in range(size)) == list(range(size))


@given(st.integers(1, 2**40), st.text(max_size=20), st.data())
def test_numbers_of_large_orders_stay_inside_and_apart(size, seed, data):
    one, other = data.draw(st.tuples(*[st.integers(0, size - 1)] * 2))
    order = Permutation(size, seed)

    assert 0 <= order[one] < size
    assert (order[one] == order[other]) == (one == other)


@pytest.mark.parametrize("index", [-1, 5])
def test_there_is_nothing_beyond_the_end(index):
    with pytest.raises(IndexError):
        Permutation(5, "seed")[index]


@pytest.mark.parametrize("size", [2, 3, 7, 30])
def test_each_comes_first_about_as_often_and_each_follows_each(size):
    """Seeds are fixed, so are the counts: this is no game of chance."""
    seeds = 200 * size
    orders = [Permutation(size, f"{n}:1:0") for n in range(seeds)]

    firsts = Counter(order[0] for order in orders)
    pairs = Counter((order[0], order[1]) for order in orders)

    assert min(firsts.values()) > 200 * 0.7
    assert max(firsts.values()) < 200 * 1.3
    if size < 10:
        assert len(pairs) == size * (size - 1)


def test_rounds_and_members_have_orders_of_their_own():
    orders = {
        tuple(Permutation(20, f"{member}:{turn}:0")[i] for i in range(20))
        for member in range(20)
        for turn in range(5)
    }

    assert len(orders) == 100
