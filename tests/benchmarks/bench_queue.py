"""The queue of an empty pool: what a long one costs, against a short one.

python -m tests.benchmarks.bench_queue [--waiting 1000 100000] [--rounds 7]

On PostgreSQL. Members wait in a pool of each size, nobody told yet. `place` is what the last
of them is shown; `come` is a stranger's attempt to lease, which looks at the queue and is
refused; `serve` holds a number for the first 200 and queues their messages, as the job does in
one transaction. Rounds take the pools in turn; the best of them, which leaves out what else
the machine does, may take twice as long in the longest queue as in the shortest.
"""

import argparse
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from tests.benchmarks.bench_boards import MEMBERS
from tests.benchmarks.harness import fresh_database
from tests.benchmarks.stock import ask, fill_pool, tidy

RATIO_MAX = 2.0
SERVED = 200
WAITS = """
    INSERT INTO numbers_poolwait (pool_id, member_id, joined_at)
    SELECT %s, id, now() FROM accounts_member WHERE banned_at IS NULL ORDER BY id LIMIT %s
"""
DELIVERED = """
    INSERT INTO numbers_number (pool_id, batch_id, e164, state, draw_key)
    SELECT %s, min(id), 99000000000 + i, 'free', floor(random() * 2147483647)::int
    FROM numbers_batch, generate_series(1, %s) i WHERE pool_id = %s GROUP BY i
"""
# Nobody has been told, and nothing is free: each round finds what the one before it found.
PUT_BACK = (
    "UPDATE numbers_poolwait SET held_number_id = NULL, held_until = NULL"
    " WHERE held_until IS NOT NULL",
    "DELETE FROM accounts_outboxmessage",
    "DELETE FROM numbers_number",
)


class Watch:
    """How long each act took, by its name and by the length of the queue."""

    def __init__(self) -> None:
        self.took: dict[str, dict[int, list[float]]] = {}

    @contextmanager
    def time(self, name: str, size: int) -> Iterator[None]:
        start = time.perf_counter()
        yield
        found = self.took.setdefault(name, {}).setdefault(size, [])
        found.append(time.perf_counter() - start)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--waiting", type=int, nargs="+", default=[1_000, 100_000])
    parser.add_argument("--rounds", type=int, default=7)
    words = parser.parse_args()
    with fresh_database(postgres=True):
        pools = fill(sorted(words.waiting))
        watch = Watch()
        for turn in range(words.rounds + 1):
            for size, pool_id in pools.items():
                act(watch, size, pool_id, turn)
    slow = [name for name, took in watch.took.items() if report(name, took) > RATIO_MAX]
    if slow:
        raise SystemExit(f"more than {RATIO_MAX} times as long: {', '.join(slow)}")


def fill(sizes: list[int]) -> dict[int, int]:
    # One in a hundred is banned, and some come as strangers.
    ask(MEMBERS, sizes[-1] + sizes[-1] // 50 + 1_000)
    ask("INSERT INTO points_wallet (member_id, balance) SELECT id, 0 FROM accounts_member")
    pools = {size: fill_pool(0, name=f"{size:,} wait", price=0) for size in sizes}
    for size, pool_id in pools.items():
        ask(WAITS, pool_id, size)
    tidy()
    return pools


def act(watch: Watch, size: int, pool_id: int, turn: int) -> None:
    from django.utils import timezone

    from accounts.models import Member
    from numbers.errors import NoNumbers
    from numbers.models import PoolWait
    from numbers.selectors import place_of
    from numbers.services import join_queue, lease_number, leave_queue, serve_queue

    now, last = timezone.now(), PoolWait.objects.filter(pool_id=pool_id).latest("pk")
    stranger = Member.objects.filter(banned_at=None).order_by("-pk")[turn]
    terms = {"member_id": stranger.pk, "pool_id": pool_id}
    with watch.time("place", size):
        place_of(last)
    with watch.time("join", size):
        join_queue(**terms, now=now)
    with watch.time("leave", size):
        leave_queue(**terms)
    with watch.time("come", size), suppress(NoNumbers):
        lease_number(**terms, price=0, key=f"bench:{pool_id}:{turn}", now=now)
    ask(DELIVERED, pool_id, SERVED, pool_id)
    with watch.time("serve", size):
        served = serve_queue(pool_id=pool_id, now=now, limit=SERVED)
    assert served == SERVED, served
    for sql in PUT_BACK:
        ask(sql)


def report(name: str, took: dict[int, list[float]]) -> float:
    """How many times as long the longest queue takes. The first round warms up."""
    middle = {size: statistics.median(found[1:]) * 1e3 for size, found in took.items()}
    best = {size: min(found[1:]) * 1e3 for size, found in took.items()}
    ratio = best[max(best)] / best[min(best)]
    shown = ", ".join(
        f"{size:,} wait: {middle[size]:.1f} ms, best {best[size]:.1f}" for size in took
    )
    print(f"{name:<6} {shown}; {ratio:.2f} times as long")
    return ratio


if __name__ == "__main__":
    main()
