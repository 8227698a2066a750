"""Telegram Stars in the report of VIP."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.factories import make_member
from tests.vip.stars import make_payment
from vip.models import StarPayment, StarRefund
from vip.reports.report import make_report
from vip.reports.stars import read_stars

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
MAY = (date(2026, 5, 1), date(2026, 6, 1))


def refund(payment, at, state=StarRefund.State.DONE, taken=0):
    is_open = state == StarRefund.State.WAITING
    entry = payment.entry if taken else None
    return StarRefund.objects.create(
        payment=payment,
        key=f"refund:{payment.pk}:{state}",
        state=state,
        taken=taken,
        entry=entry,
        begun_at=at,
        due_at=at,
        payer_telegram_id=5 if is_open else None,
        finished_at=None if is_open else at,
    )


def test_stars_and_the_points_they_made_count_on_the_day_they_were_paid():
    ann = make_member()
    payments = [make_payment(ann, now=NOON), make_payment(ann, now=NOON + DAY)]

    days = read_stars(*MAY)

    assert [days[date(2026, 5, number)] for number in (1, 2)] == [
        {"payments": 1, "stars": payment.stars, "minted": payment.points} for payment in payments
    ]


def test_a_refund_counts_on_the_day_it_was_done():
    payment = make_payment(make_member(), now=NOON)
    refund(payment, NOON + DAY, taken=payment.points)

    assert read_stars(*MAY)[date(2026, 5, 2)] == {
        "refunds": 1,
        "stars_back": payment.stars,
        "taken": payment.points,
    }


@pytest.mark.parametrize("state", [StarRefund.State.WAITING, StarRefund.State.REFUSED])
def test_what_was_not_given_back_is_no_refund(state):
    payment = make_payment(make_member(), now=NOON)
    refund(payment, NOON + DAY, state)

    assert set(read_stars(*MAY)) == {date(2026, 5, 1)}


def test_the_report_tells_what_is_left_of_what_was_paid():
    ann = make_member()
    first, second = make_payment(ann, now=NOON - DAY), make_payment(ann, now=NOON)
    refund(first, NOON)

    report = make_report("days", NOON)

    assert report.stars_kept == second.stars
    assert [figures["stars"] for figures in report.stars[-2:]] == [first.stars, second.stars]
    assert StarPayment.objects.count() == 2


def test_the_page_and_its_csv_show_them(staff, stopped_clock):
    payment = make_payment(make_member(), now=stopped_clock)
    client = staff("Chief")

    page = client.get("/admin/vip/report/")
    table = client.get("/admin/vip/report/", {"csv": "stars"}).content.decode()

    assert page.context["report"].stars_kept == payment.stars
    assert table.splitlines()[-1].endswith(f",1,{payment.stars},{payment.points},0,0,0")
