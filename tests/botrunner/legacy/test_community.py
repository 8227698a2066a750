from datetime import UTC, datetime

import pytest
from django.core.management import CommandError
from django.utils import timezone

from accounts.models import LegacyRecord, Member
from accounts.services import COMMAND
from points.models import Entry, Item, ItemEntry, Multiplier, Progress
from points.services import verify_ledger
from tests.botrunner.legacy.files import balances, reasons, run, state, write
from tests.factories import make_member

pytestmark = pytest.mark.django_db
TELEGRAM = "--ids=telegram"
USERS = (
    "user_id,username,balance,xp,level,invites,message_count,voice_time,"
    "last_message_xp_time,last_gift_time,created_at,updated_at"
)
ANN = "7001,ann,120,350,3,4,99,60,2025-01-01 10:00:00,,2020-05-01 10:00:00+02:00,"


def users(folder, *lines):
    return write(folder, "users.csv", "\n".join([USERS, *lines, ""]))


def tables():
    items = (Item, ItemEntry, Multiplier, Progress)
    return [list(table.objects.order_by("pk").values()) for table in items]


def test_balance_xp_invites_and_voice_come_in(tmp_path):
    users(tmp_path, ANN)

    report = run("community_csv", tmp_path, TELEGRAM)

    member, progress = Member.objects.get(), Progress.objects.get()
    assert balances() == {7001: 120}
    assert (progress.xp, progress.level, progress.voice_seconds) == (350, 3, 60)
    assert (member.username, member.invited_count) == ("ann", 4)
    assert member.joined_at == datetime(2020, 5, 1, 8, tzinfo=UTC)
    assert report["amounts"] == {"points": 120, "xp": 350}
    assert (report["faults"], report["notes"]) == ([], [])


def test_a_new_member_is_counted_once_however_many_chunks_he_is_in(tmp_path, monkeypatch):
    monkeypatch.setattr("botrunner.legacy.load.CHUNK", 2)
    users(tmp_path, ANN)

    report = run("community_csv", tmp_path, TELEGRAM)

    assert (report["members_new"], report["members_known"]) == (1, 0)


def test_levels_that_were_reached_there_are_not_paid_again(tmp_path):
    users(tmp_path, ANN)

    run("community_csv", tmp_path, TELEGRAM)

    assert list(Entry.objects.values_list("kind", "amount")) == [("legacy_import", 120)]


def test_where_level_and_xp_disagree_the_xp_wins_and_it_is_noted(tmp_path):
    users(tmp_path, ANN.replace(",350,3,", ",350,9,"))

    report = run("community_csv", tmp_path, TELEGRAM)

    assert Progress.objects.get().level == 3
    assert report["notes"] == ["users.csv, line 2: level 9, by its XP 3: the XP counts"]


def test_xp_is_added_to_what_a_member_has_here(tmp_path):
    Progress.objects.create(member=make_member(telegram_id=7001), xp=50, level=1)
    users(tmp_path, ANN)

    run("community_csv", tmp_path, TELEGRAM)

    assert (Progress.objects.get().xp, Progress.objects.get().level) == (400, 3)


def test_the_bag_and_the_multiplier_come_along(tmp_path):
    bag = "id,user_id,item_type,quantity,created_at,updated_at\n1,7001,jackpot,3,,\n"
    bag += "2,7001,multiplier_x2,1,,\n3,7001,jackpot,9,,\n4,7001,sword,1,,\n5,7002,jackpot,-1,,\n"
    write(tmp_path, "user_inventory.csv", bag)
    active = "id,user_id,multiplier_type,multiplier_value,games_remaining,activated_at\n"
    active += "1,7001,x3,3,1,\n2,7002,x5,5,1,\n3,7003,x2,2,7,\n4,7004,x2,2,0,\n"
    write(tmp_path, "active_multipliers.csv", active)

    report = run("community_csv", tmp_path, TELEGRAM)

    assert sorted(Item.objects.values_list("kind", "quantity")) == [
        ("jackpot", 3),
        ("multiplier_x2", 1),
    ]
    multiplier = Multiplier.objects.get()
    assert (multiplier.factor, multiplier.games_left) == (3, 1)
    assert [(fault["file"], fault["place"]) for fault in report["faults"]] == [
        ("user_inventory.csv", "line 4"),
        ("user_inventory.csv", "line 5"),
        ("user_inventory.csv", "line 6"),
        ("active_multipliers.csv", "line 3"),
        ("active_multipliers.csv", "line 4"),
    ]
    assert verify_ledger(actor=COMMAND, now=timezone.now()).faults == []


def test_a_multiplier_that_runs_here_stays(tmp_path):
    member = make_member(telegram_id=7001)
    Multiplier.objects.create(member=member, factor=2, games_left=2, activated_at=timezone.now())
    lines = "user_id,multiplier_value,games_remaining\n7001,3,1\n"

    run("community_csv", write(tmp_path, "active_multipliers.csv", lines), TELEGRAM)

    assert Multiplier.objects.get().factor == 2


def test_transactions_are_history_and_move_nothing(tmp_path):
    lines = "id,from_user_id,to_user_id,amount,transaction_type,description,created_at\n"
    lines += "1,7001,7002,50,gift,hello,2024-01-01\n2,,7002,9,daily,,2024-01-02\n"
    lines += "3,,,9,daily,,2024-01-02\n1,7001,,5,x,,\n4,7001,7002,much,x,,\n"

    report = run("community_csv", write(tmp_path, "transactions.csv", lines), TELEGRAM)

    assert set(balances().values()) == {0}
    assert LegacyRecord.objects.filter(part="history").count() == 2
    assert sorted(reasons(report)) == ["line 4", "line 5", "line 6"]


def test_bad_lines_and_cells_are_told(tmp_path):
    bad = [
        "x" + ANN[4:],
        ANN.replace(",120,", ",-120,"),
        ANN.replace("7001,ann,120,350", "7002,bob,5,lots"),
        "7003,cut",
        ANN.replace("7001", "7004").replace("2020-05-01 10:00:00+02:00", "May"),
    ]
    users(tmp_path, *bad)

    report = run("community_csv", tmp_path, TELEGRAM)

    assert sorted(reasons(report)) == [
        "line 2",
        "line 3, balance",
        "line 4, xp",
        "line 5",
        "line 6.created_at",
    ]
    assert balances() == {7001: 0, 7002: 5, 7004: 120}


@pytest.mark.parametrize("content", ["", "a,b\n1,2\n", "\n\n", b"\x00\x00"])
def test_a_table_without_its_header_is_told_and_the_others_come_in(tmp_path, content):
    users(tmp_path, ANN)
    write(tmp_path, "user_inventory.csv", content)

    report = run("community_csv", tmp_path, TELEGRAM)

    assert balances() == {7001: 120}
    assert [fault["file"] for fault in report["faults"]] == ["user_inventory.csv"]


def test_a_folder_without_any_table_is_an_error(tmp_path):
    with pytest.raises(CommandError, match="is there"):
        run("community_csv", tmp_path)


def test_a_second_import_changes_nothing(tmp_path):
    users(tmp_path, ANN)
    write(tmp_path, "user_inventory.csv", "user_id,item_type,quantity\n7001,jackpot,3\n")
    run("community_csv", tmp_path, TELEGRAM)
    before = state(), tables()

    report = run("community_csv", tmp_path, TELEGRAM)

    assert (state(), tables()) == before
    assert report["given"] == {}


def test_their_ids_are_held_by_default(tmp_path):
    users(tmp_path, ANN)

    report = run("community_csv", tmp_path)

    assert not Member.objects.exists()
    assert report["held"]["points"] == 1


def test_points_of_several_bots_add_up_each_under_its_own_entry(tmp_path):
    users(tmp_path, ANN)
    run("community_csv", tmp_path, TELEGRAM)

    run("points_json", write(tmp_path, "points.json", {"7001": 30}), TELEGRAM)

    assert balances() == {7001: 150}
    assert Entry.objects.filter(kind="legacy_import").count() == 2
