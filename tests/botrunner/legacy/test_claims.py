import pytest
from django.utils import timezone

from accounts.models import AuditEntry, LegacyAccount, LegacyRecord, Member
from accounts.services import COMMAND, delete_member
from tests.botrunner.legacy.files import balances, reasons, run, state, write
from tests.factories import make_member

pytestmark = pytest.mark.django_db


@pytest.fixture
def held(tmp_path):
    run("points_json", write(tmp_path, "points.json", {"55": 100, "56": 20}))
    return tmp_path


def claim(folder, content):
    return run("claims", write(folder, "list.csv", content))


def test_a_list_gives_what_is_held(held):
    make_member(telegram_id=7001, points=1)

    report = claim(held, "legacy id,telegram id\n55,7001\n56,7002\n")

    assert balances() == {7001: 101, 7002: 20}
    assert (report["given"], report["faults"]) == ({"points": 2}, [])
    assert (report["members_new"], report["members_known"]) == (1, 1)
    assert AuditEntry.objects.filter(action="legacy.claim").count() == 2


def test_a_second_run_changes_nothing(held):
    claim(held, "55,7001\n")
    before = state(), list(LegacyAccount.objects.values())

    claim(held, "55,7001\n")

    assert (state(), list(LegacyAccount.objects.values())) == before


def test_an_account_goes_to_one_member_only(held):
    report = claim(held, "55,7001\n55,7002\n")

    assert balances() == {7001: 100}
    assert "another member" in reasons(report)["line 2"]
    assert not Member.objects.filter(telegram_id=7002).exists()


def test_several_accounts_of_one_member_add_up(held):
    claim(held, "55,7001\n56,7001\n")

    assert balances() == {7001: 120}


def test_what_later_files_bring_of_the_account_is_his_at_once(held):
    claim(held, "55,7001\n")
    write(held, "users.csv", "user_id,balance\n55,7\n57,9\n")

    report = run("community_csv", held)

    assert balances() == {7001: 107}
    assert (report["given"]["points"], report["held"]["points"]) == (1, 1)


def test_lines_that_are_no_pairs_are_told(held):
    report = claim(held, "55,7001\nx,1\n56\n56,7002,3\n-1,5\n56,abc\n")

    assert sorted(reasons(report)) == [f"line {number}" for number in range(2, 7)]
    assert balances() == {7001: 100}


def test_who_deleted_his_data_neither_gets_it_nor_can_another_claim_it(held):
    claim(held, "55,7001\n")
    member = Member.objects.get()
    delete_member(member_id=member.pk, actor=COMMAND, now=timezone.now())

    report = claim(held, "55,7001\n55,7002\n")

    assert sorted(reasons(report)) == ["line 1", "line 2"]
    assert balances() == {None: 100}
    assert LegacyRecord.objects.get(owner_id=55).value == {}


def test_a_dry_run_of_claims_says_what_it_would_give_and_writes_nothing(held):
    claim(held, "56,7002\n")
    before = state()
    path = write(held, "list.csv", "55,7001\n56,7002\n56,7001\nx,1\n")

    report = run("claims", path, "--dry-run")

    assert (report["given"], report["known"]) == ({"points": 1}, {"claims": 1})
    assert report["amounts"] == {"points": 100}
    assert set(reasons(report)) == {"line 3", "line 4"}
    assert state() == before
