"""Which number a draw takes: uniform over what is free, to the last one. The dice are fixed."""

from collections import Counter
from datetime import UTC, datetime
from random import Random

import pytest

from numbers.errors import NoNumbers
from numbers.models import DRAW_KEY_MAX, Number, Pool
from numbers.services import drawing
from tests.factories.numbers import make_batch, make_pool

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)


@pytest.fixture
def dice(monkeypatch):
    random = Random(20261121)  # noqa: S311
    monkeypatch.setattr(drawing.secrets, "randbelow", lambda end: random.randrange(end))
    monkeypatch.setattr(drawing, "_dice", random)
    # Keys that were drawn while the numbers were made are not the fixed dice's.
    for number in Number.objects.order_by("pk"):
        give_back(number, random)
    return random


def give_back(number, random):
    number.state, number.draw_key = Number.State.FREE, random.randrange(DRAW_KEY_MAX)
    number.save(update_fields=["state", "draw_key"])


def draw(pool=None, **terms):
    pool_ids = [pool.pk] if pool else list(Pool.objects.values_list("pk", flat=True))
    return drawing.draw_number(pool_ids=pool_ids, wanted=drawing.Wanted(price=0, **terms), now=NOW)


def draw_many(times, pool, random):
    """Each is given back with a new key, as a release does."""
    drawn = []
    for _ in range(times):
        number = draw(pool)
        drawn.append(number)
        give_back(number, random)
    return drawn


def chi_square(counts, expected):
    return sum((counts[key] - share) ** 2 / share for key, share in expected.items())


@pytest.fixture
def pool():
    return make_pool(free=20)


@pytest.mark.slow
def test_draws_are_uniform_over_the_numbers(pool, dice):
    drawn = Counter(number.pk for number in draw_many(2_000, pool, dice))

    expected = dict.fromkeys(pool.numbers.values_list("pk", flat=True), 100)
    # 19 degrees of freedom: beyond 43.8 in one of a thousand fair runs.
    assert chi_square(drawn, expected) < 43.8


@pytest.fixture
def files():
    """Of 5, 15, 30 and 50 numbers."""
    pool = make_pool()
    return pool, {make_batch(pool, free=size).pk: size for size in (5, 15, 30, 50)}


@pytest.mark.slow
def test_each_file_is_drawn_as_often_as_it_has_free_numbers(files, dice):
    pool, sizes = files

    drawn = Counter(number.batch_id for number in draw_many(2_000, pool, dice))

    # 3 degrees of freedom: beyond 16.3 in one of a thousand fair runs.
    assert chi_square(drawn, {pk: 20 * size for pk, size in sizes.items()}) < 16.3


@pytest.mark.slow
def test_any_draws_each_pool_as_often_as_it_has_free_numbers(dice):
    sizes = {make_pool(free=size).pk: size for size in (5, 15, 30, 50)}
    make_pool(free=50, is_active=False)
    make_pool(free=50, price=7)

    drawn = Counter(number.pool_id for number in draw_many(2_000, None, dice))

    assert chi_square(drawn, {pk: 20 * size for pk, size in sizes.items()}) < 16.3
    assert set(drawn) == set(sizes)


def test_a_draw_beyond_the_last_key_begins_at_the_first(pool, monkeypatch):
    keys = {100 + n: number for n, number in enumerate(pool.numbers.all())}
    for key, number in keys.items():
        Number.objects.filter(pk=number.pk).update(draw_key=key)
    monkeypatch.setattr(drawing.secrets, "randbelow", lambda end: end - 1)

    assert draw(pool) == keys[100]


def test_draws_go_down_to_the_last_free_number(pool, dice):
    drawn = {draw(pool).pk for _ in range(20)}

    assert len(drawn) == 20
    with pytest.raises(NoNumbers):
        draw(pool)


def test_any_goes_down_to_the_last_free_number_of_every_pool(dice):
    for size in (1, 2, 3):
        make_pool(free=size)

    assert len({draw().pk for _ in range(6)}) == 6
    with pytest.raises(NoNumbers):
        draw()


def test_the_number_that_is_changed_is_not_drawn_again(dice):
    pool = make_pool(free=1)

    with pytest.raises(NoNumbers):
        draw(pool, but_not=pool.numbers.get().pk)
