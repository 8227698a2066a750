"""Leases at once on SQLite: threads and processes with one file, as web, bot and worker have it."""

import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.db import OperationalError, connection
from django.utils import timezone

from numbers.errors import NoNumbers
from numbers.models import Lease, Number
from numbers.services import lease_number, verify_stock
from points.models import Wallet
from tests.botrunner.engine.bots import ROOT, database_url
from tests.concurrency import run_together
from tests.factories import make_member
from tests.factories.numbers import make_pool

pytestmark = [pytest.mark.sqlite, pytest.mark.django_db(transaction=True), pytest.mark.slow]
PRICE = 3
# A process of its own: leases for one member after the other, and says what it met.
WORKER = """
import sys, django
django.setup()
from django.utils import timezone
from numbers.errors import NoNumbers
from numbers.services import lease_number
taken = refused = 0
for member in sys.argv[2:]:
    try:
        lease_number(member_id=int(member), pool_id=int(sys.argv[1]), price=3,
            key="race:" + member, now=timezone.now())
        taken += 1
    except NoNumbers:
        refused += 1
print(taken, refused)
"""


def take_for_each(pool, members):
    taken = 0
    for member in members:
        try:
            lease_number(
                member_id=member.pk,
                pool_id=pool.pk,
                price=PRICE,
                key=f"race:{member.pk}",
                now=timezone.now(),
            )
            taken += 1
        except NoNumbers:
            pass
    return taken


def crowd(workers, each):
    return [[make_member(points=PRICE) for _ in range(each)] for _ in range(workers)]


def assert_each_number_was_leased_and_paid_once(count):
    leases = list(Lease.objects.values_list("number_id", "member_id"))
    assert len(leases) == len({number for number, _ in leases}) == count
    assert Number.objects.filter(state=Number.State.LEASED).count() == count
    paid = Wallet.objects.filter(balance=0).values_list("pk", flat=True)
    assert {member for _, member in leases} == set(paid)
    assert verify_stock() == []


def test_threads_take_the_last_numbers_each_once():
    pool, queues = make_pool(free=60, price=PRICE), crowd(8, 10)

    results = run_together(
        *[lambda members=members: take_for_each(pool, members) for members in queues]
    )

    assert [result for result in results if isinstance(result, Exception)] == []
    assert sum(results) == 60
    assert_each_number_was_leased_and_paid_once(60)


def test_processes_take_the_last_numbers_each_once():
    pool, queues = make_pool(free=30, price=PRICE), crowd(3, 15)
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "project.settings",
        "DATABASE_URL": database_url(),
        "SECRET_KEY": settings.SECRET_KEY,
    }

    workers = [
        subprocess.Popen(
            [sys.executable, "-c", WORKER, str(pool.pk), *(str(m.pk) for m in members)],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        for members in queues
    ]
    said = [worker.communicate(timeout=120)[0].split() for worker in workers]

    assert [worker.returncode for worker in workers] == [0, 0, 0]
    assert [sum(int(words[n]) for words in said) for n in (0, 1)] == [30, 15]
    assert_each_number_was_leased_and_paid_once(30)


def test_without_the_lock_at_the_start_leases_fail():
    """The control: who reads first and writes later finds the file in other hands."""
    pool, queues = make_pool(free=60, price=PRICE), crowd(8, 10)

    def take(members):
        connection.ensure_connection()
        connection.transaction_mode = "DEFERRED"
        return take_for_each(pool, members)

    results = run_together(*[lambda members=members: take(members) for members in queues])

    assert any(isinstance(result, OperationalError) for result in results)
