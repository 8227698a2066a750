import pytest
from django.db import DatabaseError, connection
from django.test import override_settings

from project import health


@pytest.fixture(autouse=True)
def _forget_applied_migrations(monkeypatch):
    monkeypatch.setitem(health.CHECKS, "migrations", health._Migrations())


def test_healthz_answers_without_the_database(client):
    response = client.get("/healthz")

    assert (response.status_code, response.content) == (200, b"ok")


@pytest.mark.django_db
@pytest.mark.valkey
def test_readyz_names_each_check(client):
    response = client.get("/readyz")

    assert response.status_code == 200
    assert response.json() == {
        "ready": True,
        "checks": {"database": "ok", "queue": "ok", "migrations": "ok"},
    }


@pytest.mark.django_db
def test_readyz_is_503_without_the_queue_and_shows_no_address(client, settings, tmp_path):
    settings.REDIS_URL = f"unix://:hunter2@{tmp_path}/nowhere.sock"

    response = client.get("/readyz")

    assert response.status_code == 503
    assert response.json()["checks"] == {
        "database": "ok",
        "queue": "unreachable",
        "migrations": "ok",
    }
    assert b"hunter2" not in response.content
    assert str(tmp_path).encode() not in response.content


@pytest.mark.django_db
@pytest.mark.valkey
def test_readyz_is_503_while_a_migration_is_missing(client):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'sessions'")

    response = client.get("/readyz")

    assert response.status_code == 503
    assert response.json()["checks"]["migrations"] == "pending"


@pytest.mark.django_db
@pytest.mark.valkey
def test_readyz_is_503_without_the_database(client, monkeypatch):
    def fail() -> bool:
        raise DatabaseError("password=hunter2")

    monkeypatch.setitem(health.CHECKS, "database", fail)

    response = client.get("/readyz")

    assert response.status_code == 503
    assert response.json()["checks"]["database"] == "unreachable"
    assert b"hunter2" not in response.content


@pytest.mark.django_db
@pytest.mark.valkey
def test_readyz_reads_the_plan_of_migrations_once(client, django_assert_num_queries):
    client.get("/readyz")

    with django_assert_num_queries(1):
        client.get("/readyz")


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
@pytest.mark.django_db
def test_health_is_not_sent_to_tls(client, path):
    with override_settings(SECURE_SSL_REDIRECT=True):
        assert client.get(path).status_code != 301
        assert client.get("/admin/").status_code == 301
