"""Who held one number, and when: complete, safe to open, for those who may, and audited."""

import csv
from datetime import UTC, datetime

import pytest
from django.urls import reverse

from accounts.models import AuditEntry
from accounts.services import COMMAND, delete_member
from numbers.jobs import free_rested_numbers
from numbers.services import release_lease
from tests.factories import make_member
from tests.factories.numbers import make_lease, make_pool, minutes

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)


def read_log(client, number_id):
    answer = client.get(reverse("admin:numbers_number_lease_log", args=[number_id]))
    assert answer.status_code == 200, answer.status_code
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(text.splitlines()))


def hold(pool, name, at):
    """Holds a number for five minutes; it is free again an hour later."""
    lease = make_lease(pool=pool, member=make_member(first_name=name), now=at)
    release_lease(member_id=lease.member_id, lease_id=lease.pk, now=at + minutes(5))
    free_rested_numbers(at + minutes(65))
    return lease


def test_every_lease_of_the_number_is_in_it_the_first_one_first(staff):
    pool = make_pool(free=1)
    first = hold(pool, "Ann", NOW)
    second = hold(pool, "Bob", NOW + minutes(70))
    third = make_lease(pool=pool, member=make_member(first_name="Eve"), now=NOW + minutes(140))
    make_lease(now=NOW)

    rows = read_log(staff("Chief"), first.number_id)

    assert [row["lease"] for row in rows] == [str(lease.pk) for lease in (first, second, third)]
    assert [row["member"] for row in rows] == ["Ann", "Bob", "Eve"]
    assert [(row["ended_at"], row["end"]) for row in rows] == [
        ("2026-05-01T12:05:00+00:00", "released"),
        ("2026-05-01T13:15:00+00:00", "released"),
        # Its time is up long since, and no job has run.
        ("2026-05-01T14:35:00+00:00", "expired"),
    ]


@pytest.mark.parametrize("name", ["=HYPERLINK(1)", "+1", "-2+3", "@SUM(A1)", 'a",\n"=1'])
def test_no_cell_is_a_formula(staff, name):
    lease = hold(make_pool(free=1), name, NOW)

    (row,) = read_log(staff("Chief"), lease.number_id)

    assert not row["member"].startswith(("=", "+1", "-2+", "@"))


def test_a_member_who_deleted_his_data_has_his_number_only(staff):
    lease = hold(make_pool(free=1), "Ann", NOW)
    delete_member(member_id=lease.member_id, actor=COMMAND, now=NOW, reason="asked")

    (row,) = read_log(staff("Chief"), lease.number_id)

    assert (row["member"], row["telegram_id"]) == (f"Member {lease.member_id}", "")


def test_each_look_is_kept_in_the_audit(staff):
    lease = hold(make_pool(free=1), "Ann", NOW)

    read_log(staff("Chief"), lease.number_id)

    entry = AuditEntry.objects.get(action="numbers.export_lease_log")
    assert (entry.actor_label, entry.target) == ("vera", f"+{lease.number.e164}")
    assert entry.details == {"leases": 1}


@pytest.mark.parametrize(("group", "is_offered"), [("Senior", False), ("Chief", True)])
def test_who_may_not_has_no_button_and_is_refused(staff, group, is_offered):
    lease = hold(make_pool(free=1), "Ann", NOW)
    client = staff(group)

    page = client.get(reverse("admin:numbers_number_change", args=[lease.number_id]))
    answer = client.get(reverse("admin:numbers_number_lease_log", args=[lease.number_id]))

    assert ("Who held it" in page.content.decode()) is is_offered
    assert answer.status_code == (200 if is_offered else 403)
