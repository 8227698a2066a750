from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import OutboxMessage
from accounts.services import SYSTEM
from points.errors import (
    AccountTooNew,
    InvalidAmount,
    KeyReused,
    NotEnoughPoints,
    ReceiverFrozen,
    SelfTransfer,
    TransferCapReached,
    WalletFrozen,
)
from points.models import Entry, PointsSettings
from points.selectors import balance_of, transfer_left
from points.services import transfer, verify_ledger
from project.errors import Refusal
from tests.factories import make_member
from tests.points.conftest import NOW
from tests.queries import at_most

pytestmark = pytest.mark.django_db


def send(sender, receiver, amount=40, *, key="op:1", now=NOW, **fields):
    return transfer(
        sender_id=sender.pk, receiver_id=receiver.pk, amount=amount, key=key, now=now, **fields
    )


def test_points_go_from_one_to_the_other():
    ann, boris = make_member(points=100), make_member(points=5)

    receipt = send(ann, boris, note="  for \n\u202e tea ")

    assert (balance_of(ann.pk), balance_of(boris.pk)) == (60, 45)
    assert (receipt.sent.balance_after, receipt.received.balance_after) == (60, 45)
    sides = Entry.objects.filter(key__startswith="op:1").order_by("pk")
    assert list(sides.values_list("wallet", "counterparty", "amount", "note")) == [
        (ann.pk, boris.pk, -40, "for tea"),
        (boris.pk, ann.pk, 40, "for tea"),
    ]


def test_the_receiver_is_told_once():
    ann, boris = make_member(points=100), make_member()

    receipt = send(ann, boris)
    send(ann, boris)

    message = OutboxMessage.objects.get()
    assert (message.member, message.kind) == (boris, "points.received")
    assert message.params == {"entry_id": receipt.received.entry_id}


def test_the_same_key_returns_the_first_receipt():
    ann, boris = make_member(points=100), make_member()

    first = send(ann, boris)
    again = send(ann, boris, now=NOW + timedelta(hours=1))

    assert (first.is_new, again.is_new) == (True, False)
    assert again.sent.entry_id == first.sent.entry_id
    assert again.sent.balance_after == 60
    assert balance_of(ann.pk) == 60


def test_a_repeat_is_answered_even_when_it_would_be_refused_by_now():
    ann, boris = make_member(points=40), make_member()
    send(ann, boris)
    PointsSettings.objects.create(transfer_daily_max=1)
    for member in (ann, boris):
        member.frozen_at = NOW
        member.save()

    assert send(ann, boris).is_new is False


@pytest.mark.parametrize("change", ["amount", "receiver"])
def test_another_effect_under_the_same_key_is_refused(state, change):
    ann, boris = make_member(points=100), make_member()
    send(ann, boris)
    other = make_member()
    before = state()

    with pytest.raises(KeyReused):
        if change == "amount":
            send(ann, boris, 41)
        else:
            send(ann, other)

    assert state() == before


def test_nobody_sends_to_himself(state):
    ann = make_member(points=100)
    before = state()

    with pytest.raises(SelfTransfer):
        send(ann, ann)

    assert state() == before


@pytest.mark.parametrize("amount", [0, -1, 10**12 + 1, 2**63])
def test_an_odd_amount_is_refused(state, amount):
    ann, boris = make_member(points=100), make_member(points=100)
    PointsSettings.objects.create(transfer_daily_max=10**12)
    before = state()

    with pytest.raises((InvalidAmount, TransferCapReached)):
        send(ann, boris, amount)

    assert state() == before


def test_more_than_the_balance_is_refused(state):
    ann, boris = make_member(points=39), make_member()
    before = state()

    with pytest.raises(NotEnoughPoints) as caught:
        send(ann, boris)

    assert caught.value.params == {"balance": 39, "price": 40, "missing": 1}
    assert state() == before


@pytest.mark.parametrize("field", ["frozen_at", "banned_at"])
def test_a_frozen_sender_is_refused(state, field):
    ann, boris = make_member(points=100, **{field: NOW}), make_member()
    before = state()

    with pytest.raises(WalletFrozen):
        send(ann, boris)

    assert state() == before


@pytest.mark.parametrize("field", ["frozen_at", "banned_at", "anonymised_at"])
def test_a_receiver_who_cannot_receive_is_refused(state, field):
    ann, boris = make_member(points=100), make_member(**{field: NOW}, first_name="Boris")
    before = state()

    with pytest.raises(ReceiverFrozen) as caught:
        send(ann, boris)

    assert caught.value.params == {"name": "Boris"}
    assert state() == before


def test_the_cap_holds_over_24_hours_and_not_by_the_day(state):
    PointsSettings.objects.create(transfer_daily_max=50)
    ann, boris = make_member(points=500), make_member()
    send(ann, boris, 50, key="op:1", now=NOW)
    before = state()

    with pytest.raises(TransferCapReached) as caught:
        send(ann, boris, 1, key="op:2", now=NOW + timedelta(hours=23, minutes=59))

    assert caught.value.params == {"cap": 50, "left": 0}
    assert state() == before
    assert send(ann, boris, 50, key="op:3", now=NOW + timedelta(hours=24)).is_new


def test_what_is_received_does_not_count_against_the_cap():
    PointsSettings.objects.create(transfer_daily_max=50)
    ann, boris = make_member(points=500), make_member()
    send(ann, boris, 50)

    assert send(boris, ann, 50, key="op:2").is_new


@pytest.mark.parametrize("age", [timedelta(), timedelta(hours=5), timedelta(hours=-3)])
def test_a_new_member_waits_before_he_sends(state, age):
    PointsSettings.objects.create(transfer_min_age_hours=6)
    ann, boris = make_member(points=100, joined_at=NOW - age), make_member(joined_at=NOW)
    before = state()

    with pytest.raises(AccountTooNew) as caught:
        send(ann, boris)

    opens_at = NOW - age + timedelta(hours=6)
    assert caught.value.params == {"opens_at": opens_at, "wait": opens_at - NOW}
    assert state() == before
    assert send(ann, boris, now=opens_at).is_new


def test_a_new_member_receives_and_a_repeat_is_answered():
    ann, boris = make_member(points=100, joined_at=NOW), make_member(joined_at=NOW)
    send(ann, boris)
    PointsSettings.objects.create(transfer_min_age_hours=6)

    assert send(ann, boris).is_new is False


def test_a_transfer_asks_once_what_it_must_know():
    PointsSettings.objects.create(transfer_min_age_hours=6)
    ann, boris = make_member(points=100, joined_at=NOW - timedelta(days=1)), make_member()

    with at_most(5):
        send(ann, boris)


@pytest.mark.parametrize("sent", [0, 30, 50])
def test_what_is_left_of_the_cap_is_what_may_be_sent(sent):
    numbers = PointsSettings.objects.create(transfer_daily_max=50)
    ann, boris = make_member(points=500), make_member()
    if sent:
        send(ann, boris, sent)
    send(boris, ann, 10, key="back") if sent else None

    left = transfer_left(ann.pk, numbers, NOW + timedelta(hours=23))

    assert left == 50 - sent
    assert transfer_left(ann.pk, numbers, NOW + timedelta(hours=24)) == 50


MOVES = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(-2, 60), st.integers(0, 5)),
    max_size=15,
)


@settings(
    deadline=None, max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(MOVES)
def test_no_sequence_of_transfers_makes_or_loses_a_point(moves):
    members = [make_member(points=100) for _ in range(4)]

    for sender, receiver, amount, number in moves:
        try:
            send(members[sender], members[receiver], amount, key=f"op:{members[0].pk}:{number}")
        except Refusal:
            continue

    balances = [balance_of(member.pk) for member in members]
    assert sum(balances) == 400
    assert min(balances) >= 0
    assert verify_ledger(actor=SYSTEM, now=NOW).faults == []


def test_a_transfer_takes_few_queries(django_assert_max_num_queries):
    ann, boris = make_member(points=100), make_member()

    with django_assert_max_num_queries(7 + 2):  # and the savepoint
        send(ann, boris)
