"""/metrics: figures for Prometheus, for this machine or for who knows the token."""

import re
import socket
import time
from datetime import timedelta

import pytest
from django.test import override_settings
from django.utils import timezone

from botrunner.dashboard import jobs
from botrunner.models import Heartbeat, InboxUpdate
from project import health, metrics
from project.incidents import open_incident
from project.metrics import Metric
from project.models import BackupRun

pytestmark = [pytest.mark.django_db, pytest.mark.valkey]

LINE = re.compile(r'tallyhouse_[a-z_]+(\{[a-z_]+="[^"]*"(,[a-z_]+="[^"]*")*\})? [0-9.e+-]+')


def scrape(client) -> dict[str, float]:
    text = client.get("/metrics").content.decode()
    rows = (line.rpartition(" ") for line in text.splitlines() if not line.startswith("#"))
    return {name.removeprefix("tallyhouse_"): float(value) for name, _, value in rows}


def test_every_line_is_one_that_prometheus_reads(client):
    Heartbeat.objects.create(process="bot@x:1", kind="bot", beat_at=timezone.now())
    open_incident("backup.late", "x", timezone.now())
    client.get("/healthz")

    answer = client.get("/metrics")

    assert answer["Content-Type"].startswith("text/plain; version=0.0.4")
    lines = answer.content.decode().splitlines()
    assert len(lines) > 20
    for line in lines:
        assert line.startswith(("# HELP tallyhouse_", "# TYPE tallyhouse_")) or LINE.fullmatch(
            line
        ), line


def test_the_figures_are_those_of_the_database(client):
    now = timezone.now()
    for number in range(3):
        InboxUpdate.objects.create(
            update_id=number, chat_id=1, payload={}, received_at=now - timedelta(seconds=60)
        )
    for name, seconds in (("worker@x:1", 45), ("worker@x:2", 400), ("jobs", 100)):
        beat_at = now - timedelta(seconds=seconds)
        Heartbeat.objects.create(process=name, kind=name.partition("@")[0], beat_at=beat_at)
    BackupRun.objects.create(state="good", started_at=now - timedelta(minutes=3))
    open_incident("backup.second", "x", now)

    found = scrape(client)

    assert found["updates_waiting"] == 3
    assert 60 <= found["oldest_update_seconds"] < 120
    assert 45 <= found['heartbeat_age_seconds{kind="worker"}'] < 120
    assert found['processes{kind="worker",state="alive"}'] == 1
    assert found['processes{kind="worker",state="silent"}'] == 1
    assert found['incident_open{cause="backup.second"}'] == 1
    last = found["backup_last_good_timestamp_seconds"]
    assert abs(last - (now - timedelta(minutes=3)).timestamp()) < 1
    assert found['jobs_waiting{queue="low"}'] == 0
    assert found["metric_errors"] == 0


def test_requests_are_counted(client):
    before = scrape(client).get('http_requests_total{status="4xx"}', 0)

    client.get("/there/is/nothing")

    found = scrape(client)
    assert found['http_requests_total{status="4xx"}'] == before + 1
    assert found["http_request_seconds_total"] > 0


def test_a_source_that_fails_hides_no_other(client, monkeypatch):
    def fail(now):
        raise RuntimeError("hunter2")

    broken = Metric(name="broken", help="x", read=fail)
    monkeypatch.setattr(metrics, "OWN", (broken, *metrics.OWN))

    answer = client.get("/metrics").content.decode()

    assert "tallyhouse_metric_errors 1" in answer
    assert "tallyhouse_updates_waiting 0" in answer
    assert "hunter2" not in answer


def test_without_redis_the_rest_is_told(client, settings, tmp_path):
    settings.RQ_QUEUES = {
        name: {**queue, "URL": f"unix://{tmp_path}/nowhere.sock"}
        for name, queue in settings.RQ_QUEUES.items()
    }

    found = scrape(client)

    assert found["metric_errors"] == 2
    assert found["updates_waiting"] == 0


@pytest.mark.parametrize("address", ["10.0.0.7", "203.0.113.9", "2001:db8::1", "", "unix:"])
def test_without_a_token_others_are_refused(client, address):
    answer = client.get("/metrics", REMOTE_ADDR=address)

    assert answer.status_code == 403
    assert b"tallyhouse" not in answer.content


@pytest.mark.parametrize("address", ["127.0.0.1", "127.9.9.9", "::1"])
def test_without_a_token_this_machine_is_told(client, address):
    assert client.get("/metrics", REMOTE_ADDR=address).status_code == 200


def test_whoever_comes_through_a_proxy_is_not_this_machine(client):
    answer = client.get("/metrics", headers={"X-Forwarded-For": "203.0.113.9"})

    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ("Bearer correct-horse", 200),
        ("Bearer correct-hors", 403),
        ("Bearer ", 403),
        ("correct-horse", 403),
        ("", 403),
        ("Bearer caf\u00e9", 403),
    ],
)
def test_with_a_token_only_the_token_counts(client, settings, given, status):
    settings.METRICS_TOKEN = "correct-horse"
    headers = {"Authorization": given} if given else {}

    for address in ("127.0.0.1", "203.0.113.9"):
        answer = client.get("/metrics", REMOTE_ADDR=address, headers=headers)
        assert answer.status_code == status, address


def test_it_is_read_only_and_not_sent_to_tls(client):
    assert client.post("/metrics").status_code == 405
    with override_settings(SECURE_SSL_REDIRECT=True):
        assert client.get("/metrics").status_code == 200


def test_a_scrape_asks_few_questions_of_the_database(client, django_assert_max_num_queries):
    with django_assert_max_num_queries(8):
        client.get("/metrics")


def test_a_redis_that_hangs_holds_up_neither_a_scrape_nor_the_home_page(
    client, settings, monkeypatch
):
    # Here a tenth of what it is given: what is left of the limit is for a busy machine.
    monkeypatch.setattr(health, "QUEUE_TIMEOUT_SECONDS", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.REDIS_URL = f"redis://127.0.0.1:{silent.getsockname()[1]}/0"
        settings.RQ_QUEUES = {name: {"URL": settings.REDIS_URL} for name in settings.RQ_QUEUES}
        began = time.monotonic()

        found = scrape(client)
        reading = jobs(timezone.now())

    assert found["metric_errors"] == 2
    assert reading.value == "unavailable"
    # Prometheus gives up after ten.
    assert time.monotonic() - began < 8
