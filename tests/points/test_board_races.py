"""Who earns and who sums up, at the same time."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, connections, transaction

from points.models import (
    BoardState,
    DayScore,
    Score,
)
from points.services import boards, refresh_scores
from tests.concurrency import PATIENCE_SECONDS, run_together, wait_for_waiters
from tests.factories import make_member
from tests.points.boards import earn, places
from tests.points.conftest import NOW

pytestmark = pytest.mark.django_db

TODAY, DAY = NOW.date(), timedelta(days=1)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_who_earns_and_who_sums_up_at_the_same_time_lose_nothing():
    members = [make_member() for _ in range(4)]

    def earn_some(number):
        def run():
            for _ in range(10):
                with transaction.atomic():
                    earn(members[number % 4], 1, TODAY)

        return run

    def refresh():
        for _ in range(10):
            refresh_scores(now=NOW)

    calls = [earn_some(number) for number in range(8)] + [refresh] * 3
    results = run_together(*calls)
    refresh_scores(now=NOW)

    assert [result for result in results if result is not None] == []
    assert [places(member) for member in members] == [(20, 20)] * 4
    assert not DayScore.objects.filter(is_dirty=True).exists()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_refresh_waits_for_nobody_who_is_earning():
    ann, boris = make_member(), make_member()
    earn(boris, 5, TODAY)
    BoardState.objects.create(pk=1, day=TODAY, refreshed_at=NOW)

    with transaction.atomic():
        earn(ann, 5, TODAY)
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '5s'")
        (count,) = run_together(lambda: refresh_scores(now=NOW))

    assert count == 1 and places(boris) == (5, 5) and places(ann) == (0, 0)
    refresh_scores(now=NOW)
    assert places(ann) == (5, 5)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_refreshes_at_once_are_one():
    ann = make_member()
    earn(ann, 5, TODAY)
    BoardState.objects.create(pk=1, day=TODAY, refreshed_at=NOW)

    with transaction.atomic():
        BoardState.objects.select_for_update().get(pk=1)
        (count,) = run_together(lambda: refresh_scores(now=NOW))

    assert count == 0 and places(ann) == (0, 0)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_without_their_lock_an_older_sum_takes_the_place_of_a_newer_one():
    """The control of the test above: one statement reads, waits, and writes what it had read."""
    ann = make_member()
    earn(ann, 5, TODAY)
    refresh_scores(now=NOW)
    earn(ann, 1, TODAY)
    first = DayScore.objects.get().pk

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            list(Score.objects.select_for_update())
            late = pool.submit(in_own_connection, lambda: boards._sum_up([first], TODAY))
            wait_for_waiters()
            run_together(lambda: earn(ann, 3, TODAY - DAY))
            boards._sum_up(list(DayScore.objects.values_list("pk", flat=True)), TODAY)
            assert places(ann) == (9, 9)
        late.result(PATIENCE_SECONDS)

    assert places(ann) == (6, 6)


def in_own_connection(call):
    try:
        call()
    finally:
        connections.close_all()
