"""A database of the release before, with people and points in it, comes along whole.

At each release BEFORE becomes that release's last migrations, and fill what it could hold.
"""

from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from accounts.models import AuditEntry, Member
from accounts.services import Actor
from points.models import Board, DayScore, Item, ItemEntry, Period, PointsSettings, Wallet
from points.selectors import standing_of
from points.services import open_jackpots, play_slots, refresh_scores, verify_ledger
from vip.models import GrantOrder

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.xdist_group("upgrade")]

BEFORE = {
    "accounts": "0006_unranked_members",
    "botrunner": "0002_drafts",
    "numbers": "0005_plain_labels",
    "points": "0012_item_entries_stay",
    "project": "0001_day_totals",
    "vip": "0006_plain_labels",
}
NOW = datetime.now(UTC)
DAY = timedelta(days=1)
STAFF = Actor(AuditEntry.Origin.WEB, "chief", 7)


@contextmanager
def database_of_its_own(folder):
    """The connection leads to an empty database meanwhile."""
    name, own = connection.settings_dict["NAME"], str(folder / "upgrade.sqlite3")
    if connection.vendor == "postgresql":
        own = f"{name}_upgrade"
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'CREATE DATABASE "{own}"')
    connection.close()
    connection.settings_dict["NAME"] = own
    ContentType.objects.clear_cache()
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = name
        ContentType.objects.clear_cache()
        if connection.vendor == "postgresql":
            with connection._nodb_cursor() as cursor:
                cursor.execute(f'DROP DATABASE "{own}"')


def make_release_before():
    executor = MigrationExecutor(connection)
    others = [leaf for leaf in executor.loader.graph.leaf_nodes() if leaf[0] not in BEFORE]
    executor.migrate([*others, *BEFORE.items()])
    return executor.loader.project_state(list(BEFORE.items())).apps


class Ledger:
    """Posts entries as the release before did."""

    def __init__(self, apps):
        self.entry = apps.get_model("points", "Entry")
        self.wallet = apps.get_model("points", "Wallet")

    def post(self, member, amount, kind, key, days_ago=0, **fields):
        wallet = self.wallet.objects.get(pk=member.pk)
        return self.entry.objects.create(
            wallet=wallet,
            amount=amount,
            balance_after=wallet.balance + amount,
            kind=kind,
            key=key,
            created_at=NOW - days_ago * DAY,
            **fields,
        )


def fill(apps):
    member_model = apps.get_model("accounts", "Member")
    ann = member_model.objects.create(telegram_id=1, first_name="Ann", joined_at=NOW - 90 * DAY)
    boris = member_model.objects.create(
        telegram_id=2, first_name="Boris", referred_by=ann, joined_at=NOW - 3 * DAY
    )
    for member in (ann, boris):
        apps.get_model("points", "Wallet").objects.create(member=member)
    fill_ledger(Ledger(apps), ann, boris)
    item = apps.get_model("points", "Item").objects.create(member=ann, kind="jackpot", quantity=2)
    apps.get_model("points", "ItemEntry").objects.create(
        item=item, change=2, quantity_after=2, cause="search", key="i", created_at=NOW
    )
    apps.get_model("points", "PointsSettings").objects.create(pk=1, welcome_points=77)
    orders = apps.get_model("vip", "GrantOrder").objects
    order = {"audience": {}, "days": 7, "reason": "Kind", "drafted_at": NOW - DAY}
    orders.create(key="done", done_at=NOW - DAY, granted=5, skipped=1, **order)
    orders.create(key="drafted", **order)


def fill_ledger(ledger, ann, boris):
    ledger.post(ann, 500, "welcome", "w", days_ago=90)
    ledger.post(ann, 8, "search", "s1", days_ago=3)
    ledger.post(ann, 9, "search", "s2")
    wrong = ledger.post(boris, 40, "daily", "d", days_ago=2)
    ledger.post(boris, -40, "reversal", "r", reverses=wrong)
    ledger.post(ann, -100, "transfer_out", "t:out", counterparty_id=boris.pk)
    ledger.post(boris, 100, "transfer_in", "t:in", counterparty_id=ann.pk)


@pytest.fixture(scope="module", params=["at once", "after a way back"])
def upgraded(request, django_db_setup, django_db_blocker, tmp_path_factory):
    with django_db_blocker.unblock(), database_of_its_own(tmp_path_factory.mktemp("upgrade")):
        fill(make_release_before())
        call_command("migrate", verbosity=0)
        if request.param == "after a way back":
            make_release_before()
            assert "points_game" not in connection.introspection.table_names()
            call_command("migrate", verbosity=0)
        yield


def test_nobody_gains_or_loses(upgraded):
    check = verify_ledger(actor=STAFF, now=NOW)

    assert check.faults == []
    assert list(Wallet.objects.order_by("pk").values_list("balance", flat=True)) == [417, 100]
    assert PointsSettings.objects.get().welcome_points == 77


def test_the_leaderboards_know_the_days_before(upgraded):
    refresh_scores(now=NOW)

    scores = DayScore.objects.filter(board=Board.POINTS).order_by("day")
    assert list(scores.values_list("member__first_name", "day", "score")) == [
        ("Ann", (NOW - 3 * DAY).date(), 8),
        ("Ann", NOW.date(), 9),
    ]
    ann = Member.objects.get(first_name="Ann")
    assert standing_of(ann, Board.POINTS, Period.WEEK).score == 17
    assert standing_of(ann, Board.INVITES, Period.WEEK).rank == 1


def test_orders_of_before_are_done_or_still_drafts(upgraded):
    done, drafted = GrantOrder.objects.order_by("key")[:2]

    assert (done.started_at, done.meant, done.act) == (done.done_at, 6, "give")
    assert not done.is_running
    assert (drafted.started_at, drafted.done_at) == (None, None)


def test_the_staff_may_do_what_is_new(upgraded):
    seniors = Group.objects.get(name="Senior").permissions.values_list("codename", flat=True)

    assert {"view_game", "cancel_game", "void_vouch", "view_score", "ban_member"} <= set(seniors)


def test_the_bag_of_before_is_opened_and_games_are_played(upgraded):
    ann = Member.objects.get(first_name="Ann")

    open_jackpots(member_id=ann.pk, count=2, key="o", now=NOW)
    play_slots(member_id=ann.pk, stake=10, operation_id="p", now=NOW)

    assert Item.objects.get().quantity == 0
    assert ItemEntry.objects.count() == 2
    assert verify_ledger(actor=STAFF, now=NOW).faults == []
