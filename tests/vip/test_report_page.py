"""The report in the dashboard: who may see it, what it shows, and its CSV."""

import csv
import io
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from tests.factories import make_member
from tests.vip.test_order_pages import words_of
from vip.models import Grant, Membership, Plan
from vip.reports.report import close_report_days
from vip.services import buy_plan, give_plan

pytestmark = pytest.mark.django_db

URL = "/admin/vip/report/"
DAY = timedelta(days=1)


@pytest.fixture
def sold(stopped_clock):
    """One bought a day today, one gave a week yesterday."""
    now, ann, boris = stopped_clock, make_member(points=900), make_member(points=9_000)
    day, week = Plan.objects.get(code="1d"), Plan.objects.get(code="7d")
    buy_plan(member_id=ann.pk, plan_id=day.pk, quoted_price=500, key="r:1", now=now)
    give_plan(
        giver_id=boris.pk,
        receiver_id=ann.pk,
        plan_id=week.pk,
        quoted_price=3_000,
        key="r:2",
        now=now - DAY,
    )


def rows_of(answer):
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_it_shows_revenue_plans_memberships_and_how_renewals_are_counted(sold, staff):
    client = staff("Chief")

    page = client.get(URL)
    words = words_of(page)

    assert "Paid for VIP 3,500 points in 30 days" in words
    assert "VIP now 1 0 end within 24 hours" in words
    assert "7d 0 0 1 3,000" in words
    assert "1d 1 500 0 0" in words
    assert "from 7 days before that end to 7 days after it" in words
    assert [chart["totals"] for chart in page.context["charts"]] == [
        {"For oneself": 500, "As a gift": 3_000},
        {"Paid": 0, "Refunded": 0},
        {"First": 1, "Further": 0},
        {"Was to end": 0, "Renewed": 0},
    ]


@pytest.mark.parametrize("period", ["days", "weeks", "months", "centuries", "<b>"])
def test_every_period_opens_and_an_unknown_one_is_the_shortest(sold, staff, period):
    client = staff("Chief")
    close_report_days(timezone.now())

    page = client.get(URL, {"period": period})

    assert page.status_code == 200
    known = period if period in ("days", "weeks", "months") else "days"
    assert page.context["report"].period.code == known
    assert page.context["report"].revenue == 3_500
    assert "summed up yet" not in words_of(page)


def test_history_that_is_not_summed_yet_is_said(staff):
    assert "are summed up yet" in words_of(staff("Chief").get(URL, {"period": "months"}))


@pytest.mark.parametrize(
    ("group", "status"), [("Junior", 403), ("Senior", 403), ("Chief", 200), ("Creator", 200)]
)
def test_who_may_see_what_vip_brings_in(staff, group, status):
    client = staff(group)

    for query in ({}, {"csv": "sales"}):
        assert client.get(URL, query).status_code == status
    assert (URL in client.get("/admin/").content.decode()) == (status == 200)


def test_without_logging_in_there_is_nothing(client):
    assert client.get(URL).status_code == 302
    client.force_login(User.objects.create_user("x", is_staff=True))
    assert client.get(URL, {"csv": "plans"}).status_code == 403


def test_the_tables_can_be_had_as_csv(sold, staff, stopped_clock):
    client = staff("Chief")
    today = stopped_clock.date()

    sales = client.get(URL, {"csv": "sales"})
    assert sales.headers["Content-Disposition"] == 'attachment; filename="vip_sales_days.csv"'
    assert rows_of(sales)[-2:] == [
        [str(today - DAY), str(today), "0", "3000", "0", "0"],
        [str(today), str(today + DAY), "500", "0", "1", "0"],
    ]
    assert rows_of(client.get(URL, {"csv": "plans"}))[1:] == [
        ["7d", "0", "0", "1", "3000", "3000"],
        ["1d", "1", "500", "0", "0", "500"],
    ]
    assert len(rows_of(client.get(URL, {"csv": "ends"}))) == 14
    renewals = rows_of(client.get(URL, {"csv": "renewals", "period": "weeks"}))
    assert renewals[0] == ["from", "until", "was_to_end", "renewed"]
    # Nothing is told of ends that can still be renewed.
    assert renewals[-1][1] == str(today - 7 * DAY)


def test_a_plan_named_like_a_formula_is_none_in_a_spreadsheet(sold, staff):
    Plan.objects.filter(code="7d").update(code="-2+3")
    client = staff("Chief")

    assert rows_of(client.get(URL, {"csv": "plans"}))[1][0] == "'-2+3"


def test_a_plan_named_by_a_hostile_person_stands_as_text(sold, staff):
    Plan.objects.filter(code="7d").update(code="<script>alert(1)")

    assert "<script>alert" not in staff("Chief").get(URL).content.decode()


def test_the_page_costs_the_same_however_much_was_sold(sold, staff, django_assert_max_num_queries):
    client = staff("Chief")
    close_report_days(timezone.now())
    client.get(URL, {"period": "months"})

    # The session, the user and his rights; the kept days of three tables; the plans.
    with django_assert_max_num_queries(10):
        client.get(URL, {"period": "months"})
    cache.clear()
    # And anew, once in half a minute: today's sales and Stars, and the memberships of now; once
    # a minute the session is noted.
    with django_assert_max_num_queries(10 + 4 + 5 + 4):
        client.get(URL, {"period": "months"})


@pytest.mark.postgres
def test_ends_are_found_by_their_index():
    from django.db import connection

    due = Grant.objects.filter(
        kind__in=["purchase", "gift"],
        until_after__gte=timezone.now(),
        until_after__lt=timezone.now(),
    )
    with connection.cursor() as cursor:
        # An empty table is read whole whatever indexes it has.
        cursor.execute("SET LOCAL enable_seqscan = off")
        assert "grant_paid_end" in due.explain()


def test_the_link_of_the_cards_lead_to_the_memberships(staff):
    client = staff("Chief")
    Membership.objects.create(member=make_member(), vip_until=timezone.now() + DAY)

    listed = client.get(reverse("admin:vip_membership_changelist"), {"state": "active"})

    assert listed.context["cl"].result_count == 1
    assert "?state=active" in client.get(URL).content.decode()


def test_it_leads_to_what_ads_bring(staff):
    client = staff("Chief")

    assert reverse("admin:vip_conversion") in client.get(URL).content.decode()
    assert client.get(reverse("admin:vip_conversion")).status_code == 200
