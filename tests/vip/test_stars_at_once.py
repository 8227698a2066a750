"""Payments and refunds that really happen at the same time, and without the lock."""

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, connection

from accounts.services import COMMAND
from points.models import Wallet
from points.services import verify_ledger
from tests.concurrency import run_together
from tests.factories import make_member
from tests.vip.stars import first_pack, make_payment
from vip.errors import PaymentRefunded, PointsSpent
from vip.models import Plan, StarPayment, StarRefund
from vip.services import buy_plan
from vip.services.stars import (
    claim_refunds,
    finish_refund,
    make_invoice,
    note_refund,
    receive_payment,
    refund_payment,
)

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]

NOW = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)
AT_ONCE = 8


def deliver(member, charge_id="charge-1"):
    invoice = make_invoice(member_id=member.pk, pack_id=first_pack().pk)
    return lambda: receive_payment(
        member_id=member.pk,
        charge_id=charge_id,
        payload=invoice.payload,
        currency="XTR",
        amount=invoice.stars,
        now=NOW,
    )


def refund(payment, key, *, take_what_is_left=False):
    return lambda: refund_payment(
        payment_id=payment.pk,
        reason="asked",
        take_what_is_left=take_what_is_left,
        actor=COMMAND,
        key=key,
        now=NOW,
    )


def balance_of(member) -> int:
    return Wallet.objects.get(pk=member.pk).balance


@pytest.fixture
def unlocked(monkeypatch):
    """The same statements, with the rows read and not locked."""
    monkeypatch.setattr(type(connection.features), "has_select_for_update", False)


def test_one_charge_delivered_to_many_processes_is_credited_once():
    member = make_member()

    receipts = run_together(*[deliver(member)] * AT_ONCE)

    assert {(r.payment_id, r.points, r.balance_after) for r in receipts} == {
        (StarPayment.objects.get().pk, 500, 500)
    }
    assert sum(receipt.is_new for receipt in receipts) == 1
    assert balance_of(member) == 500


def test_without_the_lock_the_same_charge_breaks_on_the_databases_own_rule(unlocked):
    """The control: one credit still, but deliveries fail that should be answered."""
    member = make_member()

    results = run_together(*[deliver(member)] * AT_ONCE)

    assert any(isinstance(result, IntegrityError) for result in results)
    assert balance_of(member) == 500


def test_a_refund_confirmed_by_many_at_once_takes_the_points_once():
    member = make_member()
    payment = make_payment(member, now=NOW)

    results = run_together(*[refund(payment, f"web:{n}") for n in range(AT_ONCE)])

    assert sum(isinstance(result, StarRefund) for result in results) == 1
    assert sum(isinstance(result, PaymentRefunded) for result in results) == AT_ONCE - 1
    assert balance_of(member) == 0


def test_a_refund_by_staff_and_one_by_telegram_at_once_are_one():
    member = make_member()
    payment = make_payment(member, now=NOW, charge_id="charge-1")

    run_together(
        refund(payment, "web:1"), *[lambda: note_refund(charge_id="charge-1", now=NOW)] * 4
    )

    assert StarRefund.objects.get().taken == 500
    assert balance_of(member) == 0


def test_a_refund_racing_a_spend_never_takes_what_is_not_there():
    plan = Plan.objects.get(code="1d")
    for attempt in range(5):
        member = make_member()
        payment = make_payment(member, now=NOW)

        def buy(member=member, attempt=attempt):
            return buy_plan(
                member_id=member.pk,
                plan_id=plan.pk,
                quoted_price=plan.price,
                key=f"op:{attempt}",
                now=NOW,
            )

        bought, refunded = run_together(buy, refund(payment, f"web:{attempt}"))

        assert balance_of(member) == 0
        assert isinstance(bought, Exception) != isinstance(refunded, PointsSpent)
    assert verify_ledger(actor=COMMAND, now=NOW).faults == []


def test_one_refund_is_claimed_by_one_sender_and_finished_once():
    refund(make_payment(make_member(), now=NOW), "web:1")()

    claimed = run_together(*[lambda: claim_refunds(now=NOW, limit=5)] * AT_ONCE)
    assert sum(map(len, claimed)) == 1

    pk = StarRefund.objects.get().pk
    run_together(*[lambda: finish_refund(refund_id=pk, now=NOW)] * AT_ONCE)
    assert StarRefund.objects.get().state == "done"
