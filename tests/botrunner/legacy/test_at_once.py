"""Two imports of one file at the same moment, and what a member reads of his points."""

from functools import partial

import pytest

from accounts.models import LegacyRecord
from accounts.services import hold_pieces
from points.models import Progress
from tests.botrunner.legacy.files import balances, run, write
from tests.concurrency import run_together
from tests.factories import make_member
from tests.phone import Phone

TELEGRAM = "--ids=telegram"
IMPORTS = 4


def import_together(folder) -> None:
    write(folder, "users.csv", "user_id,balance,xp\n7001,100,350\n7002,30,0\n")
    for member in (7001, 7002):
        make_member(telegram_id=member)
    run_together(*[partial(run, "community_csv", folder, TELEGRAM)] * IMPORTS)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_imports_at_once_bring_each_piece_once(tmp_path):
    import_together(tmp_path)

    assert balances() == {7001: 100, 7002: 30}
    assert Progress.objects.get(member__telegram_id=7001).xp == 350


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_without_the_lock_on_what_nobody_has_xp_would_come_twice(tmp_path, monkeypatch):
    held: list[int] = []

    def forget_who_has_it(pieces, *, now):
        hold_pieces(pieces, now=now)
        held.append(1)
        return list(LegacyRecord.objects.filter(part="progress"))

    monkeypatch.setattr("botrunner.legacy.load.hold_pieces", forget_who_has_it)
    import_together(tmp_path)

    assert len(held) == IMPORTS
    assert Progress.objects.get(member__telegram_id=7001).xp > 350


@pytest.mark.django_db
def test_the_history_says_where_the_points_are_from(tmp_path):
    member = make_member(telegram_id=7001)
    run("points_json", write(tmp_path, "points.json", {"7001": 100}), TELEGRAM)

    assert "From the earlier bot" in Phone(member).say("/history")
