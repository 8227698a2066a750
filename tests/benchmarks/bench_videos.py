"""What choosing a video costs among 100 and among 100,000 that were all seen before, and with
nine of ten of those taken down.

On SQLite, which works in our own process, the processor's time counts: other processes do not
disturb it. On PostgreSQL the time of the clock does: run it on an idle machine.

python -m tests.benchmarks.bench_videos [--postgres] [--rounds 7] [--calls 100]
"""

import argparse
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime

from tests.benchmarks.harness import fresh_database

FEW, MANY = 100, 100_000
NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
# A video of the many may cost so much more than one of the few.
FACTOR_MAX = 1.5
BATCH = 5_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--postgres", action="store_true")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--calls", type=int, default=100)
    words = parser.parse_args()
    clock = time.perf_counter if words.postgres else time.process_time
    costs: dict[str, float] = {}
    with fresh_database(postgres=words.postgres):
        for name, prepare in (
            (f"among {FEW:,}", lambda: publish(1, FEW)),
            (f"among {MANY:,}", lambda: publish(FEW + 1, MANY)),
            (f"nine of ten of {MANY:,} taken down", take_down_most),
        ):
            prepare()
            costs[name] = measure(by_service(), clock, words.rounds, words.calls)
    least = next(iter(costs.values()))
    for name, cost in costs.items():
        print(f"{name}: {cost * 1_000:.2f} ms a video, {cost / least:.2f} times")
    if max(costs.values()) > FACTOR_MAX * least:
        raise SystemExit(f"more than {FACTOR_MAX} times as dear")


def measure(
    watch: Callable[[int], None], clock: Callable[[], float], rounds: int, calls: int
) -> float:
    """Seconds a call; the median of the rounds, the first of which does not count."""
    seconds = []
    for turn in range(rounds + 1):
        start = clock()
        for number in range(calls):
            watch(turn * calls + number)
        seconds.append((clock() - start) / calls)
    return statistics.median(seconds[1:])


def publish(first: int, last: int) -> None:
    from vip.models import Video, VideoDraw

    Video.objects.bulk_create(
        [
            Video(number=n, file_id=f"f{n}", is_active=True, place=n, published_at=NOW)
            for n in range(first, last + 1)
        ],
        batch_size=BATCH,
    )
    VideoDraw.objects.update_or_create(pk=1, defaults={"places": last})


def take_down_most() -> None:
    """Every tenth place stays."""
    from vip.models import Video

    Video.objects.exclude(number__endswith="0").update(is_active=False, place=None)
    _analyze()


def by_service() -> Callable[[int], None]:
    """A member who has seen all of them, a third through his second round."""
    from vip.services import next_video

    member_id = _make_viewer()

    def watch(number: int) -> None:
        next_video(member_id=member_id, key=f"u{number}", now=NOW)

    return watch


def _make_viewer() -> int:
    from tests.factories import make_member
    from vip.models import Membership, Video, VideoDraw, VideoView, VideoViewer

    member = make_member()
    Membership.objects.create(member=member, vip_until=NOW.replace(year=2100))
    VideoView.objects.bulk_create(
        [
            VideoView(member=member, video_id=pk, round=1, is_first=True, viewed_at=NOW)
            for pk in Video.objects.values_list("pk", flat=True)
        ],
        batch_size=BATCH,
    )
    places = VideoDraw.objects.get().places
    VideoViewer.objects.create(
        member=member,
        hour=NOW,
        round=2,
        round_began_at=NOW,
        top=places,
        cursor=places // 3,
        fresh_from=places,
        fresh_to=places,
    )
    _analyze()
    return member.pk


def _analyze() -> None:
    """As autovacuum would have done by the time there is so much."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        if connection.vendor == "sqlite":
            # What was filled in is not to be read through the log.
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


if __name__ == "__main__":
    main()
