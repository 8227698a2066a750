"""Telegram Stars by day: what was paid and the points it made, and what went back."""

from datetime import date

from django.db.models import Count, Sum

from project.figures import Days
from project.selectors import merge_days, sum_by_day
from vip.models import StarPayment, StarRefund

NAME = "vip.report.stars"


def read_stars(first: date, end: date) -> Days:
    """A refund counts on the day it was done, whenever the payment was."""
    done = StarRefund.objects.filter(state=StarRefund.State.DONE)
    return merge_days(
        # Index star_payment_newest.
        sum_by_day(
            StarPayment.objects.all(),
            "paid_at",
            first,
            end,
            payments=Count("pk"),
            stars=Sum("stars"),
            minted=Sum("points"),
        ),
        # Index star_refund_done.
        sum_by_day(
            done,
            "finished_at",
            first,
            end,
            refunds=Count("pk"),
            stars_back=Sum("payment__stars"),
            taken=Sum("taken"),
        ),
    )
