from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.models import AuditEntry, OutboxMessage
from points.models import AMOUNT_MAX, Entry, Wallet
from points.services import reset, reset_points, verify_ledger
from project.backups import places
from tests.factories import give_points, make_member
from tests.points.conftest import NOW


@pytest.fixture
def own_places(settings, tmp_path):
    settings.BACKUP_DIR = tmp_path / "backups"
    settings.BACKUP_SECOND_DIR = ""
    settings.BACKUP_EMERGENCY_DIR = tmp_path / "emergency"
    settings.BACKUP_WORK_DIR = tmp_path / "work"
    settings.MEDIA_ROOT = tmp_path / "media"


def start_afresh(actor, key="reset:1"):
    return reset_points(reason="A new season", key=key, backup="b1", actor=actor, now=NOW)


@pytest.mark.django_db
def test_every_balance_goes_to_zero_by_an_entry(actor, monkeypatch):
    monkeypatch.setattr(reset, "CHUNK", 2)
    members = [make_member(points=points) for points in (50, 0, 7)]
    members += [make_member(points=9, frozen_at=NOW), make_member(points=4, banned_at=NOW)]
    before = list(Entry.objects.order_by("pk").values_list())

    done = start_afresh(actor)

    assert (done.wallets, done.points) == (4, 70)
    assert not Wallet.objects.exclude(balance=0).exists()
    assert list(Entry.objects.order_by("pk").values_list())[: len(before)] == before
    taken = Entry.objects.filter(key__startswith="reset:1:")
    assert {(entry.wallet_id, entry.amount) for entry in taken} == {
        (members[index].pk, -points) for index, points in ((0, 50), (2, 7), (3, 9), (4, 4))
    }
    assert {(entry.kind, entry.note, entry.actor_label) for entry in taken} == {
        (Entry.Kind.ADJUSTMENT, "A new season", "chief")
    }
    audit = AuditEntry.objects.filter(action="points.reset")
    assert sum(entry.details["points"] for entry in audit) == 70
    assert {entry.details["backup"] for entry in audit} == {"b1"}
    assert not OutboxMessage.objects.exists()
    assert verify_ledger(actor=actor, now=NOW).faults == []


@pytest.mark.django_db
def test_a_second_run_finds_nothing(actor, state):
    make_member(points=50)
    start_afresh(actor)
    before = state()

    assert start_afresh(actor, key="reset:2").points == 0
    assert state() == before


@pytest.mark.django_db
def test_more_than_one_entry_may_hold_comes_off_in_several(actor):
    rich = make_member(points=AMOUNT_MAX)
    give_points(rich, 5)

    assert start_afresh(actor).points == AMOUNT_MAX + 5

    taken = Entry.objects.filter(key__startswith="reset:1:").order_by("pk")
    assert [entry.amount for entry in taken] == [-AMOUNT_MAX, -5]
    assert Wallet.objects.get().balance == 0


@pytest.mark.django_db
def test_without_yes_the_command_changes_nothing(state, own_places):
    make_member(points=1_250)
    before = state()

    with pytest.raises(CommandError, match=r"take 1,250 points from 1 wallets.*say --yes"):
        call_command("reset_points")

    assert state() == before
    assert places.list_backups() == []


@pytest.mark.django_db(transaction=True)
def test_the_command_makes_a_backup_first(own_places):
    make_member(points=1_250)
    out = StringIO()

    call_command("reset_points", "--yes", stdout=out)

    (backup,) = places.list_backups()
    assert backup.holdings.points == 1_250
    assert out.getvalue() == (
        f"Backup {backup.name} has the balances as they were.\n1,250 points taken from 1 wallets.\n"
    )
    assert AuditEntry.objects.get().details["backup"] == backup.name


@pytest.mark.django_db(transaction=True)
def test_without_a_backup_nothing_is_changed(own_places, settings, tmp_path, state):
    make_member(points=1_250)
    before = state()
    (tmp_path / "file").write_bytes(b"")
    settings.BACKUP_DIR = settings.BACKUP_EMERGENCY_DIR = tmp_path / "file"

    with pytest.raises(CommandError, match="Nothing was changed"):
        call_command("reset_points", "--yes")

    assert state() == before
