"""A freeze that commits while points wait for their wallet is still in time."""

from datetime import timedelta
from functools import partial
from threading import Event

import pytest
from django.db import transaction

from accounts.models import Member
from accounts.services import SYSTEM, ban, freeze
from points.errors import AuthorFrozen, ProviderFrozen, ReceiverFrozen, WalletFrozen
from points.models import Entry, PointsSettings, Vouch
from points.selectors import bag_of
from points.services import (
    claim_daily,
    give_items,
    give_vouch,
    lock_wallet,
    transfer,
    use_multiplier,
)
from tests.concurrency import PATIENCE_SECONDS, run_together, wait_for_waiters
from tests.factories import give_item, make_member
from tests.factories.vouches import make_photo, make_provider
from tests.points.conftest import NOW

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def hold_wallet(member_id, is_held: Event, is_judged: Event) -> None:
    with transaction.atomic():
        lock_wallet(member_id)
        is_held.set()
        assert is_judged.wait(PATIENCE_SECONDS)


def judge(member_id, act, is_judged: Event) -> None:
    try:
        wait_for_waiters()
        act(member_id=member_id, actor=SYSTEM, reason="fraud", now=NOW)
    finally:
        is_judged.set()


def after(is_held: Event, call):
    assert is_held.wait(PATIENCE_SECONDS)
    return call()


def race(member_id, act, call):
    """`call` waits for the wallet, `act` commits meanwhile; what became of the call."""
    is_held, is_judged = Event(), Event()
    return run_together(
        partial(hold_wallet, member_id, is_held, is_judged),
        partial(judge, member_id, act, is_judged),
        partial(after, is_held, call),
    )[-1]


@pytest.mark.parametrize("act", [freeze, ban])
def test_the_sender_of_a_waiting_transfer_is_frozen_in_time(act):
    ann, boris = make_member(points=100), make_member()
    send = partial(transfer, sender_id=ann.pk, receiver_id=boris.pk, amount=40, key="op:1", now=NOW)

    assert isinstance(race(ann.pk, act, send), WalletFrozen)

    assert not Entry.objects.filter(key__startswith="op:1").exists()


def test_the_receiver_of_a_waiting_transfer_is_frozen_in_time():
    ann, boris = make_member(points=100), make_member()
    send = partial(transfer, sender_id=ann.pk, receiver_id=boris.pk, amount=40, key="op:1", now=NOW)

    assert isinstance(race(boris.pk, freeze, send), ReceiverFrozen)

    assert not Entry.objects.filter(key__startswith="op:1").exists()


def test_a_waiting_bonus_is_frozen_in_time():
    ann = make_member()
    claim = partial(claim_daily, member_id=ann.pk, interval=timedelta(hours=24), now=NOW)

    assert isinstance(race(ann.pk, freeze, claim), WalletFrozen)


@pytest.mark.parametrize("act", [freeze, ban])
def test_a_waiting_multiplier_stays_in_the_bag_of_who_is_frozen_in_time(act):
    ann = make_member()
    give_item(ann, "multiplier_x2")
    use = partial(use_multiplier, member_id=ann.pk, kind="multiplier_x2", key="u", now=NOW)

    assert isinstance(race(ann.pk, act, use), WalletFrozen)

    assert bag_of(ann.pk) == {"multiplier_x2": 1}


def test_a_waiting_gift_leaves_out_who_is_frozen_in_time():
    ann = make_member()
    members = Member.objects.filter(pk=ann.pk)
    give = partial(give_items, members=members, kind="jackpot", quantity=1, reason="x", key="g")

    assert race(ann.pk, freeze, partial(give, actor=SYSTEM, now=NOW)).given == 0

    assert bag_of(ann.pk) == {}


@pytest.mark.parametrize("act", [freeze, ban])
@pytest.mark.parametrize(("side", "refusal"), [(0, ProviderFrozen), (1, AuthorFrozen)])
def test_both_sides_of_a_waiting_vouch_are_frozen_in_time(act, side, refusal):
    """Even where a vouch brings nothing, so that no entry asks again."""
    PointsSettings.objects.create(vouch_points=0)
    people = make_provider().pk, make_member().pk
    provider_id, author_id = people
    vouch = partial(
        give_vouch, provider_id=provider_id, author_id=author_id, photo=make_photo(), now=NOW
    )

    assert isinstance(race(people[side], act, vouch), refusal)

    assert not Vouch.objects.exists()
