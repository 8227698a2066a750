"""Passes really used at the same moment, beside controls that show what the locks prevent."""

from datetime import UTC, datetime, timedelta
from functools import partial
from threading import Barrier

import pytest
from django.db import IntegrityError, transaction

from accounts.models import OutboxMessage
from tests.concurrency import run_together
from tests.factories import make_member
from tests.factories.ads import make_network, offer_token
from vip.errors import PassCapReached, PassUsed
from vip.models import Membership, Pass, VipSettings
from vip.selectors import premium_until
from vip.services import PassUse, drop_expired_passes, offer_pass, passes, prove_pass, use_pass

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]

AT_ONCE = 12
NOON = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)


@pytest.fixture
def member():
    make_network()
    return make_member()


def take_locks_out(monkeypatch):
    """As it would be if rows were only read; both have counted before one of them writes."""

    together = Barrier(2)
    count_used = passes.count_passes_used

    def read_membership(member_id):
        return Membership.objects.get(pk=member_id)

    def read_pass(pass_id):
        return Pass.objects.select_related("network").get(pk=pass_id)

    def count_and_wait(member_id, now):
        used = count_used(member_id, now)
        together.wait(30)
        return used

    monkeypatch.setattr(passes, "lock_membership", read_membership)
    monkeypatch.setattr(passes, "lock_pass", read_pass)
    monkeypatch.setattr(passes, "count_passes_used", count_and_wait)


def offer_tokens(member, amount):
    """As many live tokens of one member, as after changes of the network in use."""
    tokens = []
    for _ in range(amount):
        tokens.append(offer_token(member, NOON))
        Pass.objects.update(is_current=False)
    return tokens


def use(member, token):
    return use_pass(member_id=member.pk, token=token, now=NOON)


def count(kind, results):
    return sum(isinstance(result, kind) for result in results)


def test_a_token_used_by_many_at_once_grants_once(member):
    token = offer_token(member, NOON)

    results = run_together(*[partial(use, member, token)] * AT_ONCE)

    assert (count(PassUse, results), count(PassUsed, results)) == (1, AT_ONCE - 1)
    assert premium_until(member.pk) == NOON + timedelta(hours=12)


def test_control_without_locks_it_grants_twice(member, monkeypatch):
    token = offer_token(member, NOON)
    take_locks_out(monkeypatch)

    results = run_together(*[partial(use, member, token)] * 2)

    assert count(PassUse, results) == 2


def test_the_last_of_the_day_is_got_once(member):
    VipSettings.objects.create(passes_daily_max=3)
    tokens = offer_tokens(member, AT_ONCE)

    results = run_together(*[partial(use, member, token) for token in tokens])

    assert (count(PassUse, results), count(PassCapReached, results)) == (3, AT_ONCE - 3)
    numbers = Pass.objects.filter(granted_at__isnull=False).values_list("day_number", flat=True)
    assert sorted(numbers) == [1, 2, 3]


def test_control_without_locks_only_the_constraint_holds_the_cap(member, monkeypatch):
    VipSettings.objects.create(passes_daily_max=1)
    tokens = offer_tokens(member, 2)
    take_locks_out(monkeypatch)

    results = run_together(*[partial(use, member, token) for token in tokens])

    assert (count(PassUse, results), count(IntegrityError, results)) == (1, 1)


def test_asked_for_many_times_at_once_there_is_one_offer(member):
    results = run_together(*[partial(offer_pass, member_id=member.pk, now=NOON)] * AT_ONCE)

    assert {type(result) for result in results} == {Pass}
    assert len({result.pk for result in results}) == 1


def test_a_proof_and_the_member_at_once_grant_once(member):
    token = offer_token(member, NOON)
    held = Pass.objects.select_related("network").get()
    network = held.network
    network.needs_proof = True
    network.save()
    prove = partial(prove_pass, network_id=network.pk, alias=held.alias, now=NOON)

    results = run_together(*[partial(use, member, token)] * 4, *[prove] * 4)

    assert [result for result in results if isinstance(result, IntegrityError)] == []
    held.refresh_from_db()
    # Whoever came first: the link granted after the proof, or the proof after the link.
    assert held.granted_at == NOON
    assert premium_until(member.pk) == NOON + timedelta(hours=12)
    granted = sum(isinstance(result, PassUse) and result.until is not None for result in results)
    assert granted + OutboxMessage.objects.count() == 1


def test_an_expired_pass_in_somebodys_hands_is_not_waited_for_by_the_cleaning(member):
    offer_token(member, NOON)
    later = NOON + timedelta(days=3)

    def hold():
        with transaction.atomic():
            Pass.objects.select_for_update().get()
            return run_together(partial(drop_expired_passes, later))

    assert hold() == [0]
    assert drop_expired_passes(later) == 1
