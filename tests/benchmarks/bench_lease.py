"""Taking a number: pools of several sizes against each other, and the service against SQL by hand.

python -m tests.benchmarks.bench_lease [--numbers 100000 1000000 10000000] [--rounds 7]
    [--calls 300]

On PostgreSQL, with half a million old leases; ten million numbers need 6 GB of disk and some
minutes. By hand is tests/benchmarks/lease_by_hand.py. `1 % free` takes from
the same pools when 99 of 100 numbers are used; `last` from what is left of the smallest when
999 of 1,000 are; `old snapshot` does while another transaction, begun before, keeps the dead
rows of all claims from being cleared away.
"""

import argparse
import statistics
from collections.abc import Callable
from itertools import count

from tests.benchmarks.harness import compare, fresh_database
from tests.benchmarks.lease_by_hand import by_hand
from tests.benchmarks.stock import (
    ask,
    fill_pool,
    make_history,
    make_members,
    old_snapshot,
    tidy,
    timed,
    use_up,
)

FLOOR_RATIO, SIZE_RATIO = 0.5, 1.5
HISTORY = 500_000
# Members in turn, by whichever road: nobody's history is longer than another's.
TURNS = count()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--numbers", type=int, nargs="+", default=[100_000, 1_000_000, 10_000_000])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--calls", type=int, default=300)
    words = parser.parse_args()
    with fresh_database(postgres=True):
        member_ids = make_members()
        pools = {size: fill_pool(size) for size in sorted(words.numbers)}
        pool_id = pools[min(pools)]
        make_history(pool_id, min(pools), leases=HISTORY)
        tidy()
        worst = compare_sizes("all free", pools, member_ids, words.rounds, words.calls)
        with by_hand(pool_id, member_ids) as floor:
            service = by_service(pool_id, member_ids)
            ratio = compare("lease", service, floor, rounds=words.rounds, calls=words.calls)
        for used in pools.values():
            use_up(used, keep_one_of=100)
        tidy()
        # Of a hundred thousand a thousand are left, and all rounds take from them.
        calls = min(words.calls, min(pools) // 100 // (words.rounds + 2))
        scarce = compare_sizes("1 % free", pools, member_ids, words.rounds, calls)
        measure_last(pool_id, member_ids, words.calls)
    if ratio < FLOOR_RATIO or max(worst, scarce) > SIZE_RATIO:
        raise SystemExit(f"below {FLOOR_RATIO} or above {SIZE_RATIO}")


def compare_sizes(
    label: str, pools: dict[int, int], member_ids: list[int], rounds: int, calls: int
) -> float:
    """Each round takes from each pool, so that what else the machine does falls on all.

    Returns how many times as long the largest takes as the smallest.
    """
    took: dict[int, list[float]] = {size: [] for size in pools}
    for number in range(rounds + 1):
        for size, pool_id in pools.items():
            seconds = timed(by_service(pool_id, member_ids), calls)
            if number:
                took[size].append(seconds / calls)
    for size, found in took.items():
        middle, best = statistics.median(found) * 1e6, min(found) * 1e6
        print(f"{label}, {size:>10,} numbers: {middle:,.0f} µs a lease, best round {best:,.0f} µs")
    # Round by round, and neither is the first and the last of them by chance.
    pairs = zip(took[min(pools)], took[max(pools)], strict=True)
    ratio = statistics.median(large / small for small, large in pairs)
    print(f"{label}: the largest pool takes {ratio:.2f} times as long as the smallest")
    return ratio


def measure_last(pool_id: int, member_ids: list[int], calls: int) -> None:
    """Down to the last free numbers, with and without the dead rows of all that were taken."""
    service = by_service(pool_id, member_ids)
    with old_snapshot():
        use_up(pool_id, keep_one_of=1_000)
        left = ask(
            "SELECT count(*) FROM numbers_number WHERE state = 'free' AND pool_id = %s", pool_id
        )[0][0]
        takes = min(left // 3, calls)
        dead = timed(service, takes) / takes
    tidy()
    last = timed(service, takes) / takes
    print(
        f"of {left} left: {last * 1e6:,.0f} µs a lease, under an old snapshot {dead * 1e6:,.0f} µs"
    )


def by_service(pool_id: int, member_ids: list[int]) -> Callable[[int], None]:
    from django.utils import timezone

    from numbers.services import lease_number

    def take(_number: int) -> None:
        turn = next(TURNS)
        lease_number(
            member_id=member_ids[turn % len(member_ids)],
            pool_id=pool_id,
            price=1,
            key=f"bench:{turn}",
            now=timezone.now(),
        )

    return take


if __name__ == "__main__":
    main()
