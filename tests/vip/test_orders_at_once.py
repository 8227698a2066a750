"""Large orders with a process that is killed, and with several workers at the same time."""

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from accounts.models import AuditEntry, Member, OutboxMessage
from accounts.services import COMMAND
from points.services import open_wallet
from tests.botrunner.engine.bots import ROOT, database_url
from tests.concurrency import run_together
from tests.factories import give_points
from tests.vip.crowd import make_crowd
from vip.audience import Kind
from vip.jobs import work_on_order
from vip.models import Grant, GrantOrder, Plan
from vip.selectors import vip_until
from vip.services import Audience, buy_plan, cancel_order, grant_vip

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]

CROWD = 45_000
PATIENCE_SECONDS = 60


def begin() -> GrantOrder:
    return grant_vip(
        audience=Audience(Kind.ALL),
        days=7,
        reason="Birthday",
        actor=COMMAND,
        key="act:1",
        now=timezone.now(),
        is_watched=True,
    )


def assert_all_were_given_once() -> None:
    members = Member.objects.count()
    assert Grant.objects.count() == members
    assert Grant.objects.values("membership").distinct().count() == members
    assert OutboxMessage.objects.filter(kind="vip.granted").count() == members
    spans = Grant.objects.filter(days=7).values_list("until_after", "created_at")
    assert {(until - at).days for until, at in spans} == {7}
    assert AuditEntry.objects.filter(action="vip.grant").count() == 1


def test_killed_in_the_middle_the_rest_is_given_and_nobody_twice():
    make_crowd(CROWD)
    words = ["grant_vip", "--all", "--days=7", "--reason=Birthday", "--key=1"]
    killed = subprocess.Popen(
        [sys.executable, "manage.py", *words],
        cwd=ROOT,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "project.settings",
            "DATABASE_URL": database_url(),
            "SECRET_KEY": settings.SECRET_KEY,
        },
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for_first_chunk()
    finally:
        killed.send_signal(signal.SIGKILL)
        killed.wait()
    order = GrantOrder.objects.get()
    assert order.is_running
    assert Grant.objects.count() == order.reached < CROWD

    # A turn may be over before the work is.
    while GrantOrder.objects.get().is_running:
        work_on_order(order.pk)

    assert_all_were_given_once()


def wait_for_first_chunk() -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while not GrantOrder.objects.filter(granted__gt=0).exists():
        assert time.monotonic() < end
        time.sleep(0.005)


def test_several_workers_at_the_same_order_give_once(monkeypatch):
    monkeypatch.setattr(GrantOrder, "AT_ONCE_MAX", 200)
    make_crowd(3_000)
    order = begin()

    assert run_together(*[lambda: work_on_order(order.pk)] * 4) == [None] * 4

    assert_all_were_given_once()


def test_a_cancellation_waits_for_the_chunk_and_ends_the_work(monkeypatch):
    monkeypatch.setattr(GrantOrder, "AT_ONCE_MAX", 100)
    make_crowd(5_000)
    order = begin()

    run_together(
        lambda: work_on_order(order.pk),
        lambda: cancel_order(order_id=order.pk, reason="Wrong", actor=COMMAND, now=timezone.now()),
    )

    order.refresh_from_db()
    assert order.is_cancelled
    assert Grant.objects.count() == order.reached < 5_000


def test_two_starts_of_the_same_order_are_one():
    make_crowd(GrantOrder.AT_ONCE_MAX + 1)

    orders = run_together(begin, begin, begin)

    assert {type(order) for order in orders} == {GrantOrder}
    assert len({order.pk for order in orders}) == 1
    work_on_order(orders[0].pk)
    assert_all_were_given_once()


def test_who_buys_while_an_order_reaches_him_has_both(monkeypatch):
    monkeypatch.setattr(GrantOrder, "AT_ONCE_MAX", 50)
    make_crowd(400)
    plan = Plan.objects.get(code="1d")
    buyers = list(Member.objects.order_by("pk")[::40])
    for buyer in buyers:
        open_wallet(buyer.pk)
        give_points(buyer, plan.price)
    order = begin()

    def buy_all() -> None:
        for buyer in buyers:
            buy_plan(
                member_id=buyer.pk,
                plan_id=plan.pk,
                quoted_price=plan.price,
                key=f"op:{buyer.pk}",
                now=timezone.now(),
            )

    assert run_together(lambda: work_on_order(order.pk), buy_all) == [None, None]

    for buyer in buyers:
        assert vip_until(buyer.pk) > timezone.now() + timedelta(days=7, hours=23)
