"""The demo makes an empty house look lived in, and keeps every rule of the real one."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import Member, OutboxMessage
from botrunner.demo.load import load
from botrunner.demo.people import FIRST_ID
from numbers.models import InboundSms, Lease
from points.models import Board, DayScore, Entry, Game, LedgerCheck, Vouch, VouchProvider
from points.selectors import Period, leaders
from project.models import DayTotal
from vip.jobs import tell_of_endings
from vip.models import (
    AdNetwork,
    AutoSearch,
    Boost,
    Grant,
    Membership,
    Pass,
    Video,
    VideoDay,
)

pytestmark = pytest.mark.django_db


@pytest.mark.slow
def test_fills_thirty_days_and_leaves_a_clean_ledger():
    now = timezone.now()
    DayTotal.objects.create(chart="points.supply", day=now.date() - timedelta(days=3))

    count = load(now)

    assert count == 60
    assert Member.objects.filter(language="ar").exists()
    assert Entry.objects.filter(created_at__lt=now - timedelta(days=25)).exists()
    assert Grant.objects.filter(kind=Grant.Kind.PURCHASE).exists()
    assert set(Game.objects.values_list("kind", flat=True)) == set(Game.Kind.values)
    assert not Game.objects.filter(finished_at=None).exists()
    assert Game.objects.filter(finished_at__lt=now - timedelta(days=20)).exists()
    assert InboundSms.objects.exclude(lease=None).exists()
    assert not Lease.objects.filter(settled_at=None, expires_at__lte=now).exists()
    counts = VouchProvider.objects.filter(is_active=True).values_list("vouch_count", flat=True)
    assert len(counts) == 2 and min(counts) > 3 and sum(counts) == Vouch.objects.count()
    assert LedgerCheck.objects.get().faults == []
    assert [(b, p) for b in Board for p in Period if not leaders(b, p)] == []
    assert not DayScore.objects.filter(is_dirty=True).exists()
    assert not DayTotal.objects.exists()
    assert AutoSearch.objects.filter(is_on=True, count=1).count() == 4
    assert Boost.objects.count() == 1
    assert AdNetwork.objects.get().is_active
    assert Pass.objects.filter(granted_at__lt=now - timedelta(days=20)).exists()
    assert not Membership.objects.filter(premium_until__gt=now).exists()
    assert Video.objects.filter(place__isnull=False).count() == 3
    assert VideoDay.objects.filter(day__lt=now.date() - timedelta(days=5)).exists()


@pytest.mark.slow
def test_loaded_twice_changes_nothing():
    load(timezone.now())
    entries = Entry.objects.count()

    assert load(timezone.now()) == 0
    assert Entry.objects.count() == entries


@pytest.mark.slow
def test_queues_nothing_for_people_who_do_not_exist():
    load(timezone.now())
    tell_of_endings()

    waiting = OutboxMessage.objects.filter(
        state=OutboxMessage.State.WAITING, member__telegram_id__gte=FIRST_ID
    )
    assert OutboxMessage.objects.exists()
    assert not waiting.exists()


def test_refuses_to_stand_beside_a_real_bot(settings):
    settings.SANDBOX = False

    with pytest.raises(CommandError):
        call_command("load_demo")

    assert not Member.objects.exists()
