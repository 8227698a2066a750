from datetime import UTC, datetime

import pytest
from django.db import connection

from accounts.models import Member
from botrunner.senders import AT_ONCE_MAX, Senders
from points.services import transfer
from tests.factories import make_member

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def people():
    return [make_member(points=10) for _ in range(8)]


def ids_of(people):
    return [member.telegram_id for member in people]


def test_a_batch_of_reading_updates_asks_once(people, django_assert_num_queries):
    senders = Senders(ids_of(people))

    with django_assert_num_queries(1):
        found = [senders.find(telegram_id) for telegram_id in ids_of(people)]

    assert found == people


def test_what_a_screen_needs_of_its_member_is_loaded(people, django_assert_num_queries):
    member = Senders().find(people[0].telegram_id)

    with django_assert_num_queries(0):
        assert member.wallet.balance == 10
        assert getattr(member, "membership", None) is None
        assert getattr(member, "prompt", None) is None
        assert member.staff_user is None


def test_an_unknown_sender_is_none():
    assert Senders([5]).find(5) is None


def test_after_a_write_members_are_loaded_again(people):
    senders = Senders(ids_of(people))

    with connection.execute_wrapper(senders.watch):
        senders.find(people[0].telegram_id)
        Member.objects.filter(pk=people[1].pk).update(first_name="Renamed")
        member = senders.find(people[1].telegram_id)

    assert member.first_name == "Renamed"


def test_plain_sql_counts_as_a_write_too(people):
    first, second = people[:2]
    senders = Senders(ids_of(people))

    with connection.execute_wrapper(senders.watch):
        senders.find(first.telegram_id)
        transfer(sender_id=first.pk, receiver_id=second.pk, amount=4, key="op:1", now=NOW)
        member = senders.find(second.telegram_id)

    assert member.wallet.balance == 14


def test_a_sender_met_first_in_this_batch_is_found_later_in_it():
    senders = Senders([777_001, 777_001])

    with connection.execute_wrapper(senders.watch):
        assert senders.find(777_001) is None
        make_member(telegram_id=777_001)
        assert senders.find(777_001) is not None


def test_a_batch_where_each_update_writes_loads_little_in_vain(people):
    senders = Senders(ids_of(people) * 4)
    loaded = []

    with connection.execute_wrapper(senders.watch):
        for member in people * 4:
            senders.find(member.telegram_id)
            loaded.append(len(senders._loaded))
            Member.objects.filter(pk=member.pk).update(first_name="x")

    assert max(loaded[-8:]) <= 2


def test_a_reading_batch_grows_to_its_bound(people):
    senders = Senders(ids_of(people) * 40)

    for member in people * 40:
        senders._loaded.clear()
        senders._unused.clear()
        senders.find(member.telegram_id)

    assert senders._at_once == AT_ONCE_MAX
