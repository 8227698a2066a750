"""The counts that the database keeps are what counting would find, whatever changed the numbers."""

from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from accounts.services import COMMAND
from numbers.jobs import check_stock, end_expired_leases, free_rested_numbers
from numbers.models import LeaseDay, Number, StockCount
from numbers.selectors import count_free, count_lease_days, count_states
from numbers.services import (
    SmsArrival,
    disable_batch,
    enable_batch,
    fold_counts,
    lease_number,
    rebuild_stock,
    receive_sms,
    release_lease,
    undo_batch,
    verify_stock,
)
from tests.concurrency import run_together
from tests.factories import make_member
from tests.factories.numbers import make_batch, make_lease, make_pool, make_provider, minutes
from tests.queries import at_most

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 5, 1, 23, 55, tzinfo=UTC)
DAY = date(2026, 5, 1)


def days(**of):
    return count_lease_days(DAY, DAY + timedelta(days=2), **of)


def sms_came(lease, at, message_id="m"):
    arrival = SmsArrival(
        message_id=message_id,
        to_e164=lease.number.e164,
        sender="x",
        text="482913",
        received_at=at,
    )
    receive_sms(make_provider(f"p{lease.pk}{message_id}"), arrival, now=at)


def test_a_number_counts_from_import_to_the_end_of_its_quarantine():
    pool = make_pool(free=3)
    seen = [count_states(pool_id=pool.pk)]

    lease = make_lease(pool=pool, now=NOW)
    seen.append(count_states(pool_id=pool.pk))
    release_lease(member_id=lease.member_id, lease_id=lease.pk, now=NOW + minutes(1))
    seen.append(count_states(pool_id=pool.pk))
    free_rested_numbers(NOW + minutes(61))
    seen.append(count_states(batch_id=pool.batches.get().pk))

    assert [(row["free"], row["leased"], row["resting"]) for row in seen] == [
        (3, 0, 0),
        (2, 1, 0),
        (2, 0, 1),
        (3, 0, 0),
    ]
    assert verify_stock() == []


def test_batches_that_are_disabled_enabled_and_undone_are_counted():
    pool = make_pool(free=3)
    other = make_batch(pool, free=2)

    disable_batch(batch_id=other.pk, actor=COMMAND)
    disabled = (count_free()[pool.pk], count_states(batch_id=other.pk)["disabled"])
    enable_batch(batch_id=other.pk, actor=COMMAND)
    enabled = count_free()[pool.pk]
    undo_batch(batch_id=other.pk, actor=COMMAND)

    assert (disabled, enabled, count_free()[pool.pk]) == ((3, 2), 5, 3)
    assert verify_stock() == []


def test_a_refusal_leaves_the_counts_as_they_were():
    pool = make_pool(free=1)
    member = make_member()
    make_lease(pool=pool, member=member, now=NOW)

    with pytest.raises(Exception, match="too_many_leases"):
        make_lease(pool=pool, member=member, now=NOW)

    assert (count_free()[pool.pk], verify_stock()) == (0, [])


def test_the_list_of_offers_costs_no_more_with_more_numbers():
    make_pool(free=500)

    with at_most(1):
        count_free()


def test_folding_changes_no_count():
    pool = make_pool(free=5)
    lease = make_lease(pool=pool, now=NOW)
    sms_came(lease, NOW + minutes(1))
    before = (count_states(pool_id=pool.pk), days(pool_id=pool.pk))

    fold_counts()
    make_lease(pool=pool, now=NOW)
    fold_counts()

    assert before[0] == {"free": 4, "leased": 1, "resting": 0, "used": 0, "disabled": 0}
    assert count_states(pool_id=pool.pk) == {**before[0], "free": 3, "leased": 2}
    assert days(pool_id=pool.pk) == {DAY: {"leases": 2, "with_sms": 1, "wait_seconds": 60}}
    assert not StockCount.objects.filter(is_folded=False).exists()
    assert StockCount.objects.exclude(amount=0).count() == 2
    assert LeaseDay.objects.count() == 1


def test_a_count_that_is_not_true_is_told_and_put_right(caplog):
    pool = make_pool(free=5)
    fold_counts()
    StockCount.objects.filter(pool=pool).update(amount=7)
    out = StringIO()

    check_stock()
    with pytest.raises(SystemExit):
        call_command("verify_stock", stdout=out, stderr=StringIO())
    told = count_free()[pool.pk]
    call_command("verify_stock", "--rebuild", stdout=out, stderr=StringIO())
    call_command("verify_stock", stdout=out)

    assert "not what was counted" in caplog.text
    assert told == 7
    assert count_free()[pool.pk] == 5
    assert out.getvalue().splitlines() == [
        "Stock 1 FAULTS: --rebuild counts anew.",
        "Stock rebuilt: 1 counts were wrong.",
        "Stock clean: every count is what was counted.",
    ]


def test_a_lease_counts_on_the_utc_day_it_began_with_its_wait_for_the_first_sms():
    pool = make_pool(free=3)
    first = make_lease(pool=pool, now=NOW)
    make_lease(pool=pool, now=NOW + minutes(5))

    sms_came(first, NOW + minutes(6), "a")
    sms_came(first, NOW + minutes(7), "b")
    end_expired_leases(NOW + minutes(30))

    assert days(pool_id=pool.pk) == {
        DAY: {"leases": 1, "with_sms": 1, "wait_seconds": 360},
        DAY + timedelta(days=1): {"leases": 1, "with_sms": 0, "wait_seconds": 0},
    }
    assert days(batch_id=pool.batches.get().pk) == days() == days(pool_id=pool.pk)


def test_an_sms_whose_time_lies_before_the_lease_by_a_clock_set_back_waits_no_time():
    lease = make_lease(now=NOW + timedelta(milliseconds=700))

    # A provider tells whole seconds: within the one in which the lease began.
    sms_came(lease, NOW)

    assert days()[DAY] == {"leases": 1, "with_sms": 1, "wait_seconds": 0}


# On PostgreSQL


@pytest.mark.postgres
def test_a_copy_of_many_numbers_adds_one_row_and_a_truncate_empties_the_counts():
    batch = make_batch(make_pool())
    with connection.cursor() as cursor:
        copy = "COPY numbers_number (pool_id, batch_id, e164, state, draw_key) FROM STDIN"
        with cursor.copy(copy) as rows:
            for n in range(1_000):
                rows.write_row((batch.pool_id, batch.pk, 10**9 + n, "free", n))

    assert StockCount.objects.filter(batch=batch).values_list("amount", flat=True).get() == 1_000
    assert verify_stock() == []
    with connection.cursor() as cursor:
        # What the foreign keys are still to check would stand in its way.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("TRUNCATE numbers_number CASCADE")
    assert (count_free(), Number.objects.count()) == ({}, 0)


@pytest.mark.postgres
@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_counts_hold_while_leases_folds_and_a_rebuild_run_at_once():
    pool, now = make_pool(free=200), timezone.now()

    def work(member):
        for n in range(5):
            lease = lease_number(
                member_id=member.pk, pool_id=pool.pk, price=0, key=f"{member.pk}:{n}", now=now
            )
            release_lease(member_id=member.pk, lease_id=lease.pk, now=now)

    members = [make_member() for _ in range(16)]
    workers = [lambda member=member: work(member) for member in members]
    folds = [lambda: [fold_counts() for _ in range(20)]] * 4

    results = run_together(*workers, *folds, rebuild_stock)

    assert [result for result in results if isinstance(result, Exception)] == []
    assert verify_stock() == []
    assert (count_free()[pool.pk], count_states(pool_id=pool.pk)["resting"]) == (120, 80)
    assert (
        sum(
            day["leases"]
            for day in count_lease_days(now.date(), now.date() + timedelta(1)).values()
        )
        == 80
    )
