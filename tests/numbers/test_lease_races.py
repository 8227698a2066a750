"""Truly concurrent: two members never hold one number, and without the lock they would."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from numbers.errors import LeaseOver, NoNumbers
from numbers.models import Lease, Number
from numbers.selectors import count_free
from numbers.services import (
    SmsArrival,
    change_number,
    drawing,
    lease_number,
    receive_sms,
    release_lease,
    settle_expired,
    verify_stock,
)
from points.models import Entry, Wallet
from tests.concurrency import run_together
from tests.factories import make_member
from tests.factories.numbers import make_lease, make_pool, make_provider

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True), pytest.mark.slow]
WORKERS = 32


def take_until_empty(pool, members, now):
    """One worker: leases for one member after the other until nothing is left."""
    leases, refusals = [], 0
    for member in members:
        try:
            lease = lease_number(
                member_id=member.pk, pool_id=pool.pk, price=0, key=f"race:{member.pk}", now=now
            )
            leases.append(lease.number_id)
        except NoNumbers:
            refusals += 1
    return leases, refusals


def test_64_workers_take_the_last_1000_numbers_each_once():
    pool, now = make_pool(free=1_000), timezone.now()
    queues = [[make_member() for _ in range(20)] for _ in range(64)]

    results = run_together(
        *[lambda members=members: take_until_empty(pool, members, now) for members in queues]
    )

    errors = [result for result in results if isinstance(result, Exception)]
    taken = [number for leases, _ in results for number in leases]
    assert errors == []
    assert (len(taken), len(set(taken))) == (1_000, 1_000)
    assert Number.objects.filter(state=Number.State.LEASED).count() == 1_000
    assert (count_free().get(pool.pk, 0), verify_stock()) == (0, [])


def test_without_the_lock_the_same_numbers_are_drawn_twice(monkeypatch):
    """The control: the database's own constraint is then the last word."""
    monkeypatch.setattr(drawing, "_LOCK", "")
    pool, now = make_pool(free=5), timezone.now()
    members = [make_member() for _ in range(WORKERS)]

    results = run_together(
        *[lambda member=member: take_until_empty(pool, [member], now) for member in members]
    )

    assert any(isinstance(result, IntegrityError) for result in results)


def test_one_member_pressing_at_once_gets_one_number_and_pays_once():
    pool, member, now = make_pool(free=50, price=5), make_member(points=100), timezone.now()

    def press():
        return lease_number(
            member_id=member.pk, pool_id=pool.pk, price=5, key="op:1:same", now=now
        ).pk

    results = run_together(*[press] * 20)

    assert len(set(results)) == 1
    assert Wallet.objects.get(pk=member.pk).balance == 95


def test_one_member_taking_at_once_stays_within_his_limit():
    pool, member, now = make_pool(free=50), make_member(), timezone.now()

    def take(n):
        return lambda: lease_number(
            member_id=member.pk, pool_id=pool.pk, price=0, key=f"k{n}", now=now
        )

    run_together(*[take(n) for n in range(20)])

    assert Lease.objects.count() == 1


def test_release_change_and_expiry_at_once_end_a_lease_once():
    member, now = make_member(points=5), timezone.now()
    pool = make_pool(free=3, price=5)
    lease = make_lease(pool=pool, member=member, now=now - timedelta(minutes=15))
    late, terms = now, {"member_id": member.pk, "lease_id": lease.pk}
    early = now - timedelta(seconds=1)

    calls = [
        lambda: release_lease(**terms, now=early),
        lambda: settle_expired(**terms, now=late),
        lambda: change_number(**terms, price=5, key="c", now=early),
    ]
    results = run_together(*calls * 4)

    unexpected = [r for r in results if isinstance(r, Exception) and not isinstance(r, LeaseOver)]
    assert unexpected == []
    assert Entry.objects.filter(key=f"lease:{lease.pk}:refund").count() == 1


def test_the_same_sms_from_20_deliveries_at_once_is_stored_once():
    lease, provider, now = make_lease(), make_provider(), timezone.now()
    arrival = SmsArrival(
        message_id="m", to_e164=lease.number.e164, sender="x", text="code 482913", received_at=now
    )

    results = run_together(*[lambda: receive_sms(provider, arrival, now=now)] * 20)

    assert [r for r in results if isinstance(r, Exception)] == []
    assert len([r for r in results if r is not None]) == 1
    lease.refresh_from_db()
    assert lease.sms_count == 1


def test_draws_and_jobs_on_overdue_leases_do_not_wait_for_each_other():
    """Refunds need other members' wallets; whoever draws leaves them alone."""
    now = timezone.now()
    pool = make_pool(free=10, price=5)
    holders = [make_member(points=10) for _ in range(10)]
    for holder in holders:
        make_lease(pool=pool, member=holder, now=now - timedelta(hours=2))
    overdue = list(Lease.objects.values_list("pk", "member_id"))

    def take(member):
        return lambda: lease_number(
            member_id=member.pk, pool_id=pool.pk, price=5, key=f"n{member.pk}", now=now
        )

    def settle(pk, owner):
        return lambda: settle_expired(lease_id=pk, member_id=owner, now=now)

    results = run_together(*[take(m) for m in holders], *[settle(*row) for row in overdue])

    unexpected = [r for r in results if isinstance(r, Exception) and not isinstance(r, NoNumbers)]
    assert unexpected == []
    for row in overdue:
        with transaction.atomic():
            settle(*row)()
    spent = Lease.objects.filter(started_at=now).count() * 5
    assert sum(Wallet.objects.values_list("balance", flat=True)) == 100 - spent
