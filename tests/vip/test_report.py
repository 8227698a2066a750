"""The figures of the VIP report, by the days and edges of time that they are defined by."""

from datetime import UTC, date, datetime, timedelta
from itertools import count

import pytest

from project.models import DayTotal
from tests.factories import make_member
from vip.models import Grant, Membership, Plan
from vip.reports.memberships import count_memberships
from vip.reports.periods import list_periods
from vip.reports.renewals import DAYS, end_of_settled, read_renewals
from vip.reports.report import close_report_days, make_report
from vip.reports.sales import key_of, read_sales
from vip.services import buy_plan, give_plan

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
MAY = (date(2026, 5, 1), date(2026, 6, 1))
_keys = count()


@pytest.fixture
def ann():
    return make_member(points=100_000)


def buy(member, at=NOON, code="1d", receiver=None):
    plan = Plan.objects.get(code=code)
    sale = {"plan_id": plan.pk, "quoted_price": plan.price, "key": f"r:{next(_keys)}", "now": at}
    if receiver is None:
        return buy_plan(member_id=member.pk, **sale)
    return give_plan(giver_id=member.pk, receiver_id=receiver.pk, **sale)


def grant(member, at, until, kind="staff"):
    """What staff does, at any time."""
    Membership.objects.update_or_create(member=member, defaults={"vip_until": until})
    Grant.objects.create(
        membership_id=member.pk,
        kind=kind,
        key=f"r:{next(_keys)}",
        until_after=until,
        created_at=at,
    )


def renewals():
    found = read_renewals(*MAY)
    return {day.day: (figures["due"], figures["renewed"]) for day, figures in found.items()}


def test_sales_are_told_by_plan_and_by_whom_they_are_for(ann):
    boris = make_member(points=9_000)
    day, week = (Plan.objects.get(code=code).pk for code in ("1d", "7d"))
    buy(ann)
    buy(ann, code="7d")
    buy(boris, code="7d", receiver=ann)
    grant(boris, NOON, NOON + DAY)

    assert read_sales(*MAY)[date(2026, 5, 1)] == {
        key_of("purchase", day, "sold"): 1,
        key_of("purchase", day, "points"): 500,
        key_of("purchase", week, "sold"): 1,
        key_of("purchase", week, "points"): 3_000,
        key_of("gift", week, "sold"): 1,
        key_of("gift", week, "points"): 3_000,
        "firsts": 1,
        "repeats": 1,
    }


def test_a_price_of_today_changes_no_revenue_of_yesterday(ann):
    buy(ann)
    before = read_sales(*MAY)

    Plan.objects.update(price=9)

    assert read_sales(*MAY) == before


def test_days_begin_at_midnight_utc(ann):
    for at in (datetime(2026, 5, 2, tzinfo=UTC) - timedelta(microseconds=1),
               datetime(2026, 5, 2, tzinfo=UTC)):  # fmt: skip
        buy(ann, at)

    assert [figures["firsts"] for _day, figures in sorted(read_sales(*MAY).items())] == [1, 0]


def test_a_gift_received_is_no_first_purchase(ann):
    boris = make_member(points=9_000)
    buy(boris, receiver=ann)
    buy(ann, NOON + DAY)

    assert read_sales(*MAY)[date(2026, 5, 2)]["firsts"] == 1


@pytest.mark.parametrize(
    ("late", "renewed"),
    [
        (timedelta(), 1),
        (-DAYS * DAY, 1),
        (DAYS * DAY, 1),
        (DAYS * DAY + SECOND, 0),
        (None, 0),
    ],
)
def test_a_renewal_lies_within_some_days_of_the_end(ann, late, renewed):
    # Bought on 1 May for 7 days: the end is on the 8th.
    buy(ann, code="7d")
    if late is not None:
        buy(ann, NOON + 7 * DAY + late)

    assert renewals()[8] == (1, renewed)


def test_vip_that_was_extended_long_before_its_end_was_not_to_end_then(ann):
    buy(ann, NOON - 30 * DAY, code="30d")
    buy(ann, NOON - DAYS * DAY - SECOND, code="7d")

    # The 30 days would have ended on 1 May; extended by 7 days, it is the 8th.
    assert renewals() == {8: (1, 0)}


def test_stacked_purchases_are_one_end(ann):
    for _ in range(3):
        buy(ann, code="7d")

    # 8 and 15 May were never to end as they stood 7 days before; 22 May is.
    assert {day: figures for day, figures in renewals().items() if day != 8} == {22: (1, 0)}


def test_what_staff_gave_is_no_renewal_and_what_it_gave_first_is_not_due(ann):
    boris = make_member(points=9_000)
    buy(ann, code="7d")
    grant(ann, NOON + 7 * DAY, NOON + 20 * DAY)
    grant(boris, NOON, NOON + DAY)
    buy(boris, NOON + DAY)

    # Boris' end on the 2nd was given by staff; the day that he bought ends on the 3rd.
    assert renewals() == {8: (1, 0), 3: (1, 0)}


def test_what_staff_took_back_was_not_left_to_end(ann):
    buy(ann, code="7d")
    grant(ann, NOON + DAY, NOON + DAY, kind="revoked")

    assert renewals() == {}


def test_a_plan_that_somebody_else_paid_is_a_renewal(ann):
    boris = make_member(points=9_000)
    buy(ann, code="7d")
    buy(boris, NOON + 7 * DAY, receiver=ann)

    assert renewals()[8] == (1, 1)


def test_each_member_is_judged_by_his_own_purchases(ann):
    boris = make_member(points=9_000)
    buy(ann, code="7d")
    buy(boris, NOON + 7 * DAY)

    assert renewals() == {8: (1, 0), 9: (1, 0)}


def test_memberships_are_counted_by_state_and_by_the_week_they_end_in():
    # 1 May 2026 is a Friday: its week began on 27 April.
    ends = [-31 * DAY, -30 * DAY, -SECOND, 0 * DAY, SECOND, DAY, DAY + SECOND, 3 * DAY, 900 * DAY]
    for end in ends:
        Membership.objects.create(member=make_member(), vip_until=NOON + end)
    Membership.objects.create(member=make_member())

    found = count_memberships(NOON)

    assert (found.running, found.soon, found.ended, found.later) == (5, 2, 2, 1)
    assert found.weeks[:2] == ((date(2026, 4, 27), 3), (date(2026, 5, 4), 1))
    assert sum(ends for _week, ends in found.weeks) + found.later == found.running


def test_the_periods_end_with_today_and_leave_no_day_out():
    for today in (date(2026, 5, 1), date(2026, 12, 31), date(2027, 1, 1), date(2028, 2, 29)):
        for code, spans in (("days", 30), ("weeks", 12), ("months", 12)):
            period = list_periods(today)[code]
            assert len(period.spans) == spans
            assert period.spans[-1].first <= today < period.spans[-1].end
            assert all(
                one.end == next_.first
                for one, next_ in zip(period.spans, period.spans[1:], strict=False)
            )


def test_the_report_sums_its_spans_and_shows_today_too(ann):
    buy(ann, NOON - 40 * DAY)
    buy(ann, NOON - DAY, code="7d")
    buy(ann, NOON)

    days, months = make_report("days", NOON), make_report("months", NOON)

    assert [figures["bought"] for figures in days.sales[-2:]] == [3_000, 500]
    assert (days.revenue, months.revenue) == (3_500, 4_000)
    assert [(plan.code, plan.bought, plan.points) for plan in days.plans] == [
        ("7d", 1, 3_000),
        ("1d", 1, 500),
    ]


def test_ends_that_can_still_be_renewed_are_not_counted(ann):
    today = NOON.date()
    last = datetime.combine(end_of_settled(today) - DAY, NOON.timetz())
    buy(ann, last - DAY)
    buy(make_member(points=900), last)

    report = make_report("days", NOON)

    # The second one ends a day later: until the end of today it may be renewed.
    assert (report.due, report.renewed) == (1, 0)


def test_days_that_are_over_are_summed_once(ann, django_assert_max_num_queries):
    buy(ann, NOON - DAY)
    first = make_report("days", NOON)

    with django_assert_max_num_queries(5):
        again = make_report("days", NOON)

    assert again == first


def test_a_look_sums_a_month_and_the_job_the_rest(ann):
    buy(ann, NOON - 300 * DAY)

    look = make_report("months", NOON)
    assert look.complete_from == NOON.date() - 31 * DAY
    assert look.revenue == 0

    close_report_days(NOON)
    rows = DayTotal.objects.count()
    close_report_days(NOON)

    report = make_report("months", NOON)
    assert (report.revenue, report.complete_from) == (500, None)
    assert DayTotal.objects.count() == rows
