"""Vouches that come at the same moment."""

from functools import partial

import pytest
from django.db import connection

from accounts.models import AuditEntry
from accounts.services import Actor
from points.errors import PhotoUsed, VouchTooEarly, VouchVoided
from points.models import Entry, Vouch, VouchProvider
from points.selectors import balance_of
from points.services import Vouched, give_vouch, void_vouch
from points.services import vouches as service
from tests.concurrency import run_together
from tests.factories import make_member
from tests.factories.vouches import make_photo, make_provider
from tests.points.conftest import NOW

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def vouch(provider, author, **photo):
    return partial(
        give_vouch, provider_id=provider.pk, author_id=author.pk, photo=make_photo(**photo), now=NOW
    )


def count_kinds(results) -> dict[str, int]:
    kinds = [type(result).__name__ for result in results]
    return {kind: kinds.count(kind) for kind in set(kinds)}


def test_one_photo_shown_by_many_at_once_counts_once():
    calls = [vouch(make_provider(), make_member(), unique_id="same") for _ in range(8)]

    results = run_together(*calls)

    assert count_kinds(results) == {Vouched.__name__: 1, PhotoUsed.__name__: 7}
    assert (Vouch.objects.count(), Entry.objects.count()) == (1, 1)


def test_a_pair_at_once_counts_once():
    provider, ann = make_provider(), make_member()

    results = run_together(*(vouch(provider, ann) for _ in range(8)))

    assert count_kinds(results) == {Vouched.__name__: 1, VouchTooEarly.__name__: 7}
    assert balance_of(provider.pk) == 1


def test_without_the_lock_a_pair_at_once_counts_more_than_once(monkeypatch):
    """The control: what the wallets' locks are for."""
    provider, ann = make_provider(), make_member()

    def read_only(member_ids):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(0.05)")
        return {pk: service.HeldWallet(pk, balance_of(pk), False) for pk in member_ids}

    monkeypatch.setattr(service, "lock_wallets", read_only)
    monkeypatch.setattr(service, "_pay", lambda *_: None)

    results = run_together(*(vouch(provider, ann) for _ in range(8)))

    assert count_kinds(results)[Vouched.__name__] > 1


def test_vouches_for_each_other_wait_for_nobody_for_ever():
    ann, boris = make_provider(), make_provider()
    calls = [vouch(ann, boris.member), vouch(boris, ann.member)]

    results = run_together(*calls)

    assert count_kinds(results) == {Vouched.__name__: 2}


def test_many_for_one_provider_are_all_counted():
    provider = make_provider()

    run_together(*(vouch(provider, make_member()) for _ in range(8)))

    assert VouchProvider.objects.get().vouch_count == Vouch.objects.count() == 8
    assert balance_of(provider.pk) == 8


def test_a_vouch_voided_by_many_at_once_is_voided_once():
    provider = make_provider()
    given = vouch(provider, make_member())().vouch
    actor = Actor(AuditEntry.Origin.WEB, "chief", 7)
    void = partial(void_vouch, vouch_id=given.pk, reason="staged", actor=actor, now=NOW)

    results = run_together(*(void for _ in range(6)))

    assert count_kinds(results) == {Vouch.__name__: 1, VouchVoided.__name__: 5}
    assert (balance_of(provider.pk), VouchProvider.objects.get().vouch_count) == (0, 0)
