"""Heartbeats, periodic jobs, the line at start, and the checks of settings."""

import os
import subprocess
import threading
from datetime import timedelta

import pytest
from django.utils import timezone

from botrunner import checks, heartbeat, jobs, start_line
from botrunner.models import Heartbeat
from tests.project.running.processes import wait_for


@pytest.mark.django_db
def test_a_process_has_one_row_however_often_it_beats():
    first = timezone.now()
    heartbeat.beat("bot", first, mode="polling")
    heartbeat.beat("bot", first + timedelta(seconds=10), mode="polling")

    [row] = Heartbeat.objects.all()
    assert (row.kind, row.details) == ("bot", {"mode": "polling"})
    assert row.beat_at == first + timedelta(seconds=10)


@pytest.mark.django_db
def test_dead_processes_are_forgotten():
    now = timezone.now()
    heartbeat.beat("bot", now - timedelta(hours=13))

    jobs.purge()

    assert not Heartbeat.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("process", "age_seconds", "is_there"),
    [
        ("bot@elsewhere:7", 5, True),
        ("bot@elsewhere:7", 70, False),
        ("bot@{host}:{dead}", 5, False),
        ("bot@{host}:{alive}", 5, True),
    ],
)
def test_a_process_killed_here_is_no_longer_there(process, age_seconds, is_there):
    child = subprocess.Popen(["true"])
    child.wait()
    now = timezone.now()
    heartbeat.beat("bot", now)
    name = process.format(host=heartbeat._host(), dead=child.pid, alive=os.getppid())
    beat_at = now - timedelta(seconds=age_seconds)
    Heartbeat.objects.create(process=name, kind="bot", beat_at=beat_at)

    assert heartbeat.list_others("bot", now) == ([name] if is_there else [])


@pytest.fixture
def dead():
    """Names of two processes of this machine that were killed."""
    children = [subprocess.Popen(["true"]) for _ in range(2)]
    for child in children:
        child.wait()
    return [f"bot@{heartbeat._host()}:{child.pid}" for child in children]


@pytest.mark.django_db
def test_who_starts_takes_the_place_of_one_that_was_killed_here(dead):
    now = timezone.now()
    for name in (*dead, "bot@elsewhere:7"):
        Heartbeat.objects.create(process=name, kind="bot", beat_at=now - timedelta(hours=1))

    heartbeat.take_place("bot", now)

    assert Heartbeat.objects.count() == 2
    assert Heartbeat.objects.filter(process="bot@elsewhere:7").exists()


@pytest.mark.django_db
def test_who_ends_in_peace_is_not_missed():
    heartbeat.beat("bot", timezone.now())

    heartbeat.leave("bot")

    assert not Heartbeat.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_worker_beats_beside_its_work_and_leaves_no_connection():
    end = heartbeat.keep_beating("worker")
    try:
        wait_for(lambda: Heartbeat.objects.filter(kind="worker").exists(), lambda: "a beat")
        [row] = Heartbeat.objects.all()
        assert row.process == f"worker@{heartbeat._host()}:{os.getpid()}"
    finally:
        end()

    assert not Heartbeat.objects.exists()
    assert "heartbeat" not in {thread.name for thread in threading.enumerate()}


@pytest.mark.django_db
def test_the_minutes_job_shows_that_jobs_are_done():
    jobs.beat()
    jobs.beat()

    [row] = Heartbeat.objects.all()
    assert (row.process, row.kind) == ("jobs", "jobs")


@pytest.mark.django_db
def test_the_line_at_start_names_the_figures():
    line = start_line.clean_and_describe()

    assert "Members 0" in line
    assert "\n" not in line


@pytest.mark.django_db
def test_a_cleaner_that_fails_does_not_keep_the_bot_from_starting(monkeypatch, caplog):
    def fail():
        raise ValueError

    monkeypatch.setattr("botrunner.jobs.purge", fail)

    assert "Members" in start_line.clean_and_describe()
    assert "botrunner.jobs.purge failed: ValueError" in caplog.text


@pytest.mark.parametrize(
    ("url", "secret", "token", "found"),
    [
        ("", "", "", []),
        ("https://example.com/hook", "abc", "1:" + "x" * 35, []),
        ("https://example.com/hook", "", "1:" + "x" * 35, ["botrunner.E001"]),
        ("https://example.com/hook", "with space", "1:" + "x" * 35, ["botrunner.E002"]),
        ("http://example.com/hook", "abc", "1:" + "x" * 35, ["botrunner.E003"]),
        ("http://127.0.0.1:8443/", "abc", "", []),
        ("", "", "not a token", ["botrunner.E004"]),
    ],
)
def test_odd_settings_are_found_at_start(settings, url, secret, token, found):
    settings.TELEGRAM_WEBHOOK_URL = url
    settings.TELEGRAM_WEBHOOK_SECRET = secret
    settings.TELEGRAM_TOKEN = token
    settings.SANDBOX = not token
    settings.TELEGRAM_API_URL = ""

    messages = checks.check_webhook(None) + checks.check_token(None)

    assert [message.id for message in messages] == found
    assert all(message.hint for message in messages)


def test_a_bot_api_server_of_ones_own_may_have_its_own_rules(settings):
    settings.TELEGRAM_WEBHOOK_URL = "http://10.0.0.5:8443/"
    settings.TELEGRAM_WEBHOOK_SECRET = "abc"
    settings.TELEGRAM_TOKEN = "1:short"
    settings.SANDBOX = False
    settings.TELEGRAM_API_URL = "http://10.0.0.4:8081"

    assert checks.check_webhook(None) + checks.check_token(None) == []
