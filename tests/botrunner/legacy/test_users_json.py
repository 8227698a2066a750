from datetime import UTC, datetime

import pytest

from accounts.models import Member
from accounts.selectors import export_member
from tests.botrunner.legacy.files import reasons, run, state, write
from tests.factories import make_member

pytestmark = pytest.mark.django_db
ANN = {"username": "@ann", "first_name": "Ann", "last_name": "Lee", "joined": "2020-05-01T10:00:00"}


def test_users_become_members_with_their_names_and_the_day_they_joined(tmp_path):
    run("users_json", write(tmp_path, "users.json", {"7001": ANN}))

    ann = Member.objects.get()
    assert (ann.telegram_id, ann.username, ann.first_name, ann.last_name) == (
        7001,
        "ann",
        "Ann",
        "Lee",
    )
    assert ann.joined_at == datetime(2020, 5, 1, 10, tzinfo=UTC)


@pytest.mark.parametrize("name", ["id", "user_id"])
def test_a_list_is_read_too(tmp_path, name):
    rows = [{name: "7001", "first_name": "Ann"}, {name: 7002}, {}, "x", {name: 7001}]

    report = run("users_json", write(tmp_path, "users.json", rows))

    assert sorted(Member.objects.values_list("telegram_id", flat=True)) == [7001, 7002]
    assert sorted(reasons(report)) == ["[2]", "[3]", "[4]"]


def test_what_a_member_shows_today_stays(tmp_path):
    make_member(telegram_id=7001, first_name="Anna", username="anna", language="fr")
    make_member(telegram_id=7002, username="bob")
    rows = {"7001": {**ANN, "language": "ru"}, "7003": {"username": "BOB", "first_name": "Old"}}

    run("users_json", write(tmp_path, "users.json", rows))

    ann, other = Member.objects.get(telegram_id=7001), Member.objects.get(telegram_id=7003)
    assert (ann.first_name, ann.username, ann.language) == ("Anna", "anna", "fr")
    assert ann.joined_at.year == 2020
    # A username belongs to who last showed it.
    assert (other.first_name, other.username) == ("Old", None)


def test_what_is_bad_of_a_user_is_told_and_the_rest_comes_in(tmp_path):
    row = {"username": "a b", "first_name": 5, "last_name": "L\x00ee\ud800", "joined": "soon"}

    report = run("users_json", write(tmp_path, "users.json", {"7001": row}))

    member = Member.objects.get()
    assert (member.username, member.first_name, member.last_name) == (None, "", "Lee")
    assert sorted(reasons(report)) == ["7001.first_name", "7001.joined", "7001.username"]


def test_a_members_own_copy_of_his_data_tells_what_was_brought_along(tmp_path):
    run("users_json", write(tmp_path, "users.json", {"7001": {"first_name": "Ann"}}))

    (row,) = export_member(Member.objects.get().pk)["member"]["from_older_bots"]
    assert (row["source"], row["value"]) == ("users_json", {"first_name": "Ann"})


def test_a_second_import_changes_nothing_even_what_was_cleared_since(tmp_path):
    path = write(tmp_path, "users.json", {"7001": {**ANN, "language": "fr"}})
    run("users_json", path)
    Member.objects.update(language="")
    before = state()

    run("users_json", path)

    assert state() == before


def test_of_a_truncated_file_the_whole_users_come_in(tmp_path):
    path = write(tmp_path, "users.json", '{"7001": {"first_name": "Ann"}, "7002": {"first_na')

    report = run("users_json", path)

    assert list(Member.objects.values_list("telegram_id", flat=True)) == [7001]
    assert "damaged" in reasons(report)["file"]


def test_an_id_that_is_not_its_key_is_a_bad_row(tmp_path):
    report = run("users_json", write(tmp_path, "users.json", {"7001": {"id": 7002}}))

    assert not Member.objects.exists()
    assert list(reasons(report)) == ["7001"]
