"""Presses and reports that really happen at the same time."""

from functools import partial
from types import SimpleNamespace

import pytest
from django.db import connection, transaction

from accounts.services import COMMAND
from botrunner import inbox, microbatch
from tests.concurrency import run_together
from tests.factories import make_member
from tests.vip.films import NOON, draft, publish, publish_many, views_of, watch
from vip.errors import VideosUsedUp
from vip.models import Membership, Video, VideoReport, VideoView, VideoViewer
from vip.services import SentFile, Shown, draft_video, publish_video, report_video

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]

AT_ONCE = 20


@pytest.fixture
def member():
    publish_many(30)
    return make_member()


def kinds(results):
    return sorted(type(result).__name__ for result in results)


def test_of_twenty_presses_in_the_last_free_slot_one_is_served(member):
    for _ in range(4):
        watch(member)

    results = run_together(*[partial(watch, member, key=f"p{n}") for n in range(AT_ONCE)])

    assert kinds(results) == sorted(["Shown"] + ["VideosUsedUp"] * (AT_ONCE - 1))
    assert VideoViewer.objects.get().used == 5 and views_of(member) == 5


def test_without_the_one_statement_several_would_be_served(member):
    """The control: look first, count then."""
    for _ in range(4):
        watch(member)

    def look_and_count():
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT used FROM vip_videoviewer")
            if cursor.fetchone()[0] >= 5:
                raise VideosUsedUp()
            # All have looked before anybody counts.
            cursor.execute("SELECT pg_sleep(0.3)")
            cursor.execute("UPDATE vip_videoviewer SET used = used + 1")

    run_together(*[look_and_count] * AT_ONCE)

    assert VideoViewer.objects.get().used > 5


def test_a_first_press_of_twenty_at_once_makes_one_row(member):
    results = run_together(*[partial(watch, member, key=f"p{n}") for n in range(AT_ONCE)])

    shown = [result.video.pk for result in results if isinstance(result, Shown)]
    assert len(shown) == len(set(shown)) == 5
    assert kinds(results).count("VideosUsedUp") == AT_ONCE - 5


def test_presses_of_who_is_vip_never_show_one_video_twice_in_a_round(member):
    Membership.objects.create(member=member, vip_until=NOON.replace(year=2100))

    results = run_together(*[partial(watch, member, key=f"p{n}") for n in range(AT_ONCE)])

    assert len({result.video.pk for result in results}) == AT_ONCE


def test_one_update_many_times_at_once_sends_one_video(member):
    results = run_together(*[partial(watch, member, key="same")] * AT_ONCE)

    assert len({result.video.pk for result in results}) == 1
    assert views_of(member) == 1


def test_twenty_updates_through_four_handlers_are_served_five(member, monkeypatch):
    """The whole way: stored, handled together, each with an answer of its own."""
    monkeypatch.setattr(microbatch, "timezone", SimpleNamespace(now=lambda: NOON))
    user = {"id": member.telegram_id, "first_name": "Ann", "is_bot": False}
    chat = {"id": member.telegram_id, "type": "private"}
    updates = [
        {
            "update_id": 9_000 + n,
            "message": {"message_id": n, "date": 0, "chat": chat, "from": user, "text": "/videos"},
        }
        for n in range(AT_ONCE)
    ]
    inbox.store(updates)
    inbox.store(updates)

    results = run_together(*[partial(microbatch.handle_waiting, [member.telegram_id])] * 4)

    calls = [call for answers, _ in results for answer in answers for call in answer.calls]
    methods = [call["method"] for call in calls]
    assert (methods.count("sendVideo"), methods.count("sendMessage")) == (5, AT_ONCE - 5)
    assert VideoView.objects.count() == 5


def test_places_and_numbers_given_at_once_are_all_different():
    def add(n):
        file = SentFile(file_id=f"f{n}", unique_id=f"same{n // 2}")
        video, _ = draft_video(file=file, caption="", actor=COMMAND)
        return publish_video(video_id=video.pk, actor=COMMAND, now=NOON)

    results = run_together(*[partial(add, n) for n in range(AT_ONCE)])

    assert {type(result) for result in results} == {Video}
    places = list(Video.objects.values_list("place", "number"))
    assert len(places) == AT_ONCE // 2
    assert len({place for place, _ in places}) == len({number for _, number in places}) == 10


def test_three_reports_at_once_set_a_video_aside():
    video = publish()
    members = [make_member() for _ in range(3)]
    for member in members:
        watch(member)

    run_together(
        *[
            partial(report_video, member_id=member.pk, video_id=video.pk, reason="wrong", now=NOON)
            for member in members
        ]
    )

    assert VideoReport.objects.count() == 3
    assert Video.objects.get().aside_cause == "reports"


def test_a_member_who_reports_twice_at_once_is_counted_once():
    video, member = publish(), make_member()
    watch(member)

    call = partial(report_video, member_id=member.pk, video_id=video.pk, reason="wrong", now=NOON)
    results = run_together(*[call] * AT_ONCE)

    assert results.count(True) == 1
    assert VideoReport.objects.count() == 1


def test_one_draft_published_by_many_has_one_place():
    video = draft()

    call = partial(publish_video, video_id=video.pk, actor=COMMAND, now=NOON)
    results = run_together(*[call] * AT_ONCE)

    assert {result.place for result in results} == {Video.objects.get().place}
