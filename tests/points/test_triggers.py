"""The rules that hold in the database itself, whoever writes."""

import pytest
from django.db import DatabaseError, connection, transaction

from points.models import Entry, Wallet
from tests.factories import make_member

pytestmark = pytest.mark.django_db

RICHEST = "(SELECT MAX(member_id) FROM points_wallet)"
INSERT = """
    INSERT INTO points_entry (wallet_id, amount, balance_after, kind, key, actor_label, note,
        created_at) VALUES ({wallet}, {amount}, {after}, 'vip', '{key}', '', '', '2026-01-01')
"""


def execute(sql: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def test_an_entry_moves_its_wallet():
    ann = make_member(points=100)

    execute(INSERT.format(wallet=ann.pk, amount=-30, after=70, key="k"))

    assert Wallet.objects.get(pk=ann.pk).balance == 70


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE points_entry SET amount = 1",
        "UPDATE points_entry SET note = 'other'",
        "UPDATE points_entry SET created_at = '2020-01-01'",
        "DELETE FROM points_entry",
        "UPDATE points_wallet SET balance = balance + 1",
        "UPDATE points_wallet SET balance = 0",
        "UPDATE points_wallet SET balance = -1",
        INSERT.format(wallet=RICHEST, amount=5, after=5, key=1),
        INSERT.format(wallet=RICHEST, amount=-101, after=-1, key=1),
        INSERT.format(wallet=RICHEST, amount=0, after=100, key=1),
        INSERT.format(wallet=0, amount=5, after=5, key=1),
    ],
)
def test_the_database_refuses_what_the_ledger_does_not_explain(state, sql):
    make_member(points=100)
    before = state()

    with pytest.raises(DatabaseError):
        execute(sql)

    assert state() == before


def test_a_wallet_opens_empty():
    ann = make_member()
    Wallet.objects.filter(pk=ann.pk).delete()

    with pytest.raises(DatabaseError):
        execute(f"INSERT INTO points_wallet (member_id, balance) VALUES ({ann.pk}, 5)")


def test_a_wallet_with_entries_cannot_be_deleted():
    ann = make_member(points=100)

    with pytest.raises(DatabaseError), transaction.atomic():
        execute(f"DELETE FROM points_wallet WHERE member_id = {ann.pk}")
        # Foreign keys are checked at the end of the transaction, which a test does not reach.
        connection.check_constraints()


def test_a_key_has_one_entry():
    ann = make_member(points=100)
    execute(INSERT.format(wallet=ann.pk, amount=5, after=105, key="k"))

    with pytest.raises(DatabaseError):
        execute(INSERT.format(wallet=ann.pk, amount=5, after=110, key="k"))

    assert Entry.objects.filter(key="k").count() == 1


@pytest.mark.sqlite
def test_replacing_an_entry_counts_as_deleting_it(state):
    ann = make_member(points=100)
    execute(INSERT.format(wallet=ann.pk, amount=5, after=105, key="k"))
    before = state()

    with pytest.raises(DatabaseError, match="append-only"):
        execute(
            INSERT.format(wallet=ann.pk, amount=9, after=114, key="k").replace(
                "INSERT INTO", "INSERT OR REPLACE INTO"
            )
        )

    assert state() == before
