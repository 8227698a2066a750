"""The dashboard's lists of numbers, leases and SMS over large tables, in milliseconds.

python -m tests.benchmarks.bench_stock_pages [--numbers 10000000] [--leases 1000000]
    [--rounds 7]

On PostgreSQL, through Django's test client, with everything that a request passes. The
numbers are in two pools, one after the other, of four files each; leases and SMS are of the
first. A page that takes longer than 300 ms fails it; the figure is the median of the rounds.
"""

import argparse
import statistics
import time
from typing import Any

from tests.benchmarks.harness import fresh_database
from tests.benchmarks.stock import ask, fill_pool, make_history, make_members, tidy

PAGE_SECONDS_MAX = 0.3
SMALL = 100_000
SMS = """
    INSERT INTO numbers_inboundsms (provider_id, provider_message_id, to_e164, sender, text, code,
        lease_id, is_blocked, received_at)
    SELECT %s, 'm' || l.id || '-' || i, n.e164, 'Example', 'Your code is 482913', '482913',
        CASE WHEN l.id %% 50 <> 0 THEN l.id END, l.id %% 200 = 0,
        l.started_at + i * '1 min'::interval
    FROM numbers_lease l JOIN numbers_number n ON n.id = l.number_id, generate_series(1, 3) i
    WHERE l.sms_count > 0
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--numbers", type=int, default=10_000_000)
    parser.add_argument("--leases", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=7)
    words = parser.parse_args()
    with fresh_database(postgres=True):
        fill(words.numbers, words.leases)
        slow = measure(words.rounds)
    if slow:
        raise SystemExit(f"over {PAGE_SECONDS_MAX * 1e3:.0f} ms: {', '.join(slow)}")


def fill(numbers: int, leases: int) -> None:
    from numbers.models import Provider

    make_members()
    small = fill_pool(SMALL)
    fill_pool(numbers - SMALL)
    make_history(small, SMALL, leases=leases)
    provider = Provider.objects.create(slug="acme")
    ask(SMS, provider.pk)
    for state, one_of in (("leased", 1_000), ("used", 3)):
        ask(
            "UPDATE numbers_number SET state = %s WHERE pool_id = %s AND id %% %s = 0",
            state,
            small,
            one_of,
        )
    tidy()


def measure(rounds: int) -> list[str]:
    """Names of the pages that take too long."""
    from django.contrib.auth import get_user_model
    from django.test import Client

    client = Client(SERVER_NAME="localhost")
    client.force_login(get_user_model().objects.create_superuser("bench"))
    slow = []
    for name, address in list_pages().items():
        took = [timed_page(client, address) for _ in range(rounds + 1)][1:]
        median = statistics.median(took)
        print(f"{name:<40} {median * 1e3:>7,.0f} ms, best {min(took) * 1e3:,.0f}")
        if median > PAGE_SECONDS_MAX:
            slow.append(name)
    return slow


def list_pages() -> dict[str, str]:
    from numbers.models import Batch, Number, Pool

    small, large = Pool.objects.order_by("pk").values_list("pk", flat=True)
    files = list(Batch.objects.order_by("pk").values_list("pk", flat=True))
    e164 = Number.objects.order_by("pk").values_list("e164", flat=True)[SMALL // 2]
    numbers = {
        "first page": "",
        "page 20": "p=20",
        "small, early pool": f"pool__id__exact={small}",
        "large pool": f"pool__id__exact={large}",
        "free": "state__exact=free",
        "leased: 100": "state__exact=leased",
        "disabled: none": "state__exact=disabled",
        "early pool, used": f"pool__id__exact={small}&state__exact=used",
        "large pool, used: none": f"pool__id__exact={large}&state__exact=used",
        "first file": f"batch__id__exact={files[0]}",
        "last file, free": f"batch__id__exact={files[-1]}&state__exact=free",
        "search": f"q=%2B{e164}",
        "search, nothing": "q=%2B971501234567",
    }
    leases = {
        "first page": "",
        "page 20": "p=20",
        "pool with all": f"pool__id__exact={small}",
        "pool with none": f"pool__id__exact={large}",
        "expired": "end__exact=expired",
        "changed: none": "end__exact=changed",
        "a day": "started_at_from_0=2026-01-10&started_at_to_0=2026-01-10",
        "search": f"q=%2B{e164}",
    }
    sms = {
        "first page": "",
        "page 20": "p=20",
        "nobody's": "holder=nobody",
        "a member's": "holder=member",
        "blocked sender": "is_blocked__exact=1",
        "provider": "provider__id__exact=1",
        "a day": "received_at_from_0=2026-01-10&received_at_to_0=2026-01-10",
        "search": f"q=%2B{e164}",
    }
    lists = {"number": numbers, "lease": leases, "inboundsms": sms}
    lists["batch"] = {"first page": "", "pool": f"pool__id__exact={small}", "search": "q=1"}
    return {
        f"{model}, {name}": f"/admin/numbers/{model}/?{query}"
        for model, pages in lists.items()
        for name, query in pages.items()
    }


def timed_page(client: Any, address: str) -> float:
    start = time.perf_counter()
    answer = client.get(address)
    seconds = time.perf_counter() - start
    assert answer.status_code == 200, f"{address}: {answer.status_code} {answer.get('Location')}"
    return seconds


if __name__ == "__main__":
    main()
