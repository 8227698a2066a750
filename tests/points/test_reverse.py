import pytest
from django.db import transaction

from accounts.errors import ReasonRequired
from accounts.models import AuditEntry
from points.errors import BelowZero, NotReversible
from points.models import Entry
from points.selectors import balance_of
from points.services import Cause, credit, debit, lock_wallet, reverse_entry, transfer
from tests.factories import make_member
from tests.points.conftest import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def reverse(actor):
    def call(entry_id, reason="by mistake"):
        return reverse_entry(entry_id=entry_id, reason=reason, actor=actor, now=NOW)

    return call


def test_a_new_entry_names_what_it_reverses(reverse):
    ann = make_member(points=100)
    entry = Entry.objects.get(wallet_id=ann.pk)

    reverse(entry.pk)

    assert balance_of(ann.pk) == 0
    assert (entry.reversal.amount, entry.reversal.kind) == (-100, "reversal")
    audit = AuditEntry.objects.get()
    assert (audit.action, audit.target) == ("points.reverse", f"entry {entry.pk}")
    assert audit.details == {"before": 100, "change": -100, "after": 0}


@pytest.mark.parametrize("side", ["sent", "received"])
def test_a_transfer_is_reversed_on_both_sides(reverse, side):
    ann, boris = make_member(points=100), make_member(points=5)
    receipt = transfer(sender_id=ann.pk, receiver_id=boris.pk, amount=40, key="op:1", now=NOW)

    reverse(getattr(receipt, side).entry_id)

    assert (balance_of(ann.pk), balance_of(boris.pk)) == (100, 5)


def test_a_transfer_that_was_spent_stays_on_both_sides(reverse, state):
    ann, boris, carl = make_member(points=100), make_member(), make_member()
    receipt = transfer(sender_id=ann.pk, receiver_id=boris.pk, amount=40, key="op:1", now=NOW)
    transfer(sender_id=boris.pk, receiver_id=carl.pk, amount=1, key="op:2", now=NOW)
    before = state()

    with pytest.raises(BelowZero):
        reverse(receipt.sent.entry_id)

    assert state() == before


def test_an_entry_is_reversed_once(reverse, state):
    ann = make_member(points=100)
    entry = Entry.objects.get(wallet_id=ann.pk)
    posting = reverse(entry.pk)[0]
    before = state()

    for entry_id in (entry.pk, posting.entry_id):
        with pytest.raises(NotReversible):
            reverse(entry_id)

    assert state() == before


def test_a_reason_is_required(reverse, state):
    ann = make_member(points=100)
    before = state()

    with pytest.raises(ReasonRequired):
        reverse(Entry.objects.get(wallet_id=ann.pk).pk, reason=" ")

    assert state() == before


@pytest.mark.parametrize("kind", ["game_stake", "game_refund", "vouch", "vip"])
def test_half_of_something_is_not_reversed_by_itself(reverse, state, kind):
    ann = make_member(points=100)
    entry = move(ann, kind, -40 if kind in ("game_stake", "vip") else 40)
    before = state()

    with pytest.raises(NotReversible) as refused:
        reverse(entry.entry_id)

    assert refused.value.params == {"kind": kind}
    assert state() == before


@pytest.mark.parametrize("kind", ["game_payout", "game_bonus"])
def test_what_a_game_paid_is_reversed_while_it_is_there(reverse, state, kind):
    ann = make_member()
    first, second = move(ann, kind, 40), move(ann, kind, 60)
    move(ann, "vip", -50)

    reverse(first.entry_id)
    before = state()

    with pytest.raises(BelowZero):
        reverse(second.entry_id)
    assert balance_of(ann.pk) == 10
    assert state() == before


def move(member, kind, amount):
    with transaction.atomic():
        cause = Cause(kind=kind, key=f"{kind}:{amount}", now=NOW)
        wallet = lock_wallet(member.pk)
        return credit(wallet, amount, cause) if amount > 0 else debit(wallet, -amount, cause)
