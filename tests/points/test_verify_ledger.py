import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection

from accounts.models import AuditEntry
from accounts.services import SYSTEM
from points import jobs
from points.models import Entry, LedgerCheck, Wallet
from points.services import adjust, transfer, verify_ledger
from tests.factories import give_item, make_member
from tests.points.conftest import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def ledger(actor):
    """A small living ledger: 130 minted, 20 burnt, 40 sent."""
    ann, boris = make_member(points=100), make_member(points=30)
    transfer(sender_id=ann.pk, receiver_id=boris.pk, amount=40, key="op:1", now=NOW)
    adjust(member_id=boris.pk, change=-20, reason="x", key="op:2", actor=actor, now=NOW)
    for quantity in (3, -1):
        give_item(ann, "multiplier_x2", quantity)
    return ann, boris


@pytest.fixture
def break_ledger():
    """Writes past the triggers, as only the owner of the database can."""

    def run(sql: str) -> None:
        tables = ("points_entry", "points_wallet", "points_game", "points_seat")
        tables += ("points_item", "points_itementry")
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
                for (name,) in cursor.fetchall():
                    cursor.execute(f"DROP TRIGGER {name}")
                cursor.execute("PRAGMA ignore_check_constraints = ON")
                cursor.execute(sql)
                cursor.execute("PRAGMA ignore_check_constraints = OFF")
                return
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            for table in tables:
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            cursor.execute("ALTER TABLE points_wallet DROP CONSTRAINT wallet_balance_not_negative")
            cursor.execute("ALTER TABLE points_entry DROP CONSTRAINT entry_balance_not_negative")
            for constraint in ("item_quantity_not_negative", "points_item_quantity_check"):
                cursor.execute(f"ALTER TABLE points_item DROP CONSTRAINT {constraint}")
            cursor.execute(
                "ALTER TABLE points_itementry DROP CONSTRAINT points_itementry_quantity_after_check"
            )
            cursor.execute(sql)

    return run


def test_a_sound_ledger_is_clean(ledger):
    check = verify_ledger(actor=SYSTEM, now=NOW)

    assert (check.wallets, check.entries, check.minted, check.burnt) == (2, 5, 130, 20)
    assert check.faults == []
    assert LedgerCheck.objects.get() == check
    assert not AuditEntry.objects.filter(action="points.ledger_faults").exists()


def test_an_empty_ledger_is_clean():
    assert verify_ledger(actor=SYSTEM, now=NOW).faults == []


BREAKS = [
    ("UPDATE points_wallet SET balance = balance + 1", "balance_is_not_the_sum"),
    ("UPDATE points_wallet SET balance = balance + 1", "totals_differ"),
    (
        "UPDATE points_entry SET balance_after = balance_after + 1 WHERE kind = 'transfer_in'",
        "chain_is_broken",
    ),
    ("UPDATE points_wallet SET balance = -1", "balance_is_negative"),
    ("UPDATE points_entry SET balance_after = -1", "entry_is_negative"),
    ("DELETE FROM points_entry WHERE kind = 'transfer_in'", "transfer_is_one_sided"),
    ("DELETE FROM points_entry WHERE kind = 'transfer_out'", "transfer_is_one_sided"),
    ("UPDATE points_item SET quantity = 3", "quantity_is_not_the_sum"),
    ("UPDATE points_item SET quantity = -1", "quantity_is_negative"),
    ("UPDATE points_itementry SET change = 2 WHERE change = 3", "item_chain_is_broken"),
    ("UPDATE points_itementry SET quantity_after = -1", "item_entry_is_negative"),
    ("DELETE FROM points_itementry WHERE change = 3", "quantity_is_not_the_sum"),
]


@pytest.mark.parametrize(("sql", "fault"), BREAKS)
def test_a_fault_is_found_told_and_not_healed(ledger, break_ledger, caplog, sql, fault):
    break_ledger(sql)
    before = sorted(Wallet.objects.values_list()), sorted(Entry.objects.values_list())

    check = verify_ledger(actor=SYSTEM, now=NOW)

    assert fault in {found["fault"] for found in check.faults}
    assert fault in AuditEntry.objects.get(action="points.ledger_faults").details["kinds"]
    assert "ledger check" in caplog.text
    assert (sorted(Wallet.objects.values_list()), sorted(Entry.objects.values_list())) == before


def test_the_command_says_that_all_is_well(ledger):
    out = StringIO()

    call_command("verify_ledger", stdout=out)

    assert out.getvalue() == (
        "Ledger clean: 2 wallets, 5 entries, 130 minted - 20 burnt = 110 held + 0 in games\n"
    )


def test_the_command_speaks_json_and_ends_with_1(ledger, break_ledger):
    break_ledger("UPDATE points_wallet SET balance = balance + 1")
    out = StringIO()

    with pytest.raises(SystemExit) as caught:
        call_command("verify_ledger", "--json", stdout=out)

    assert caught.value.code == 1
    result = json.loads(out.getvalue())
    assert result["ok"] is False
    assert result["minted"] == 130
    assert {"fault": "totals_differ", "found": 112, "expected": 110} in result["faults"]


def test_the_job_keeps_its_result(ledger):
    jobs.verify_ledger()

    assert LedgerCheck.objects.get().faults == []
