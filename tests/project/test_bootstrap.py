import json
from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import connection

from project.management.commands.bootstrap import has_pending_migrations

pytestmark = pytest.mark.django_db


def bootstrap(*options: str) -> dict[str, str]:
    out = StringIO()
    call_command("bootstrap", *options, stdout=out, stderr=StringIO())
    answer: dict[str, str] = json.loads(out.getvalue())
    return answer


def test_the_first_start_makes_an_admin_with_a_random_password():
    answer = bootstrap("--no-demo")

    assert answer["username"] == "admin"
    assert len(answer["password"]) >= 16
    admin = User.objects.get(username="admin")
    assert admin.is_superuser
    assert admin.check_password(answer["password"])


def test_the_second_start_makes_none_and_shows_no_password():
    bootstrap("--no-demo")

    assert bootstrap("--no-demo") == {}
    assert User.objects.count() == 1


def test_the_environment_names_the_admin_and_his_password_is_not_shown(monkeypatch, tmp_path):
    (tmp_path / "password").write_text("a long sentence of ours\n")
    monkeypatch.setenv("ADMIN_USERNAME", "olga")
    monkeypatch.setenv("ADMIN_PASSWORD_FILE", str(tmp_path / "password"))

    assert bootstrap("--no-demo") == {"username": "olga"}
    assert User.objects.get(username="olga").check_password("a long sentence of ours")


@pytest.mark.parametrize(
    ("name", "value"), [("ADMIN_PASSWORD", "admin"), ("ADMIN_USERNAME", "not a name!")]
)
def test_a_weak_password_or_an_odd_name_is_refused(monkeypatch, name, value):
    monkeypatch.setenv(name, value)

    with pytest.raises(CommandError, match="cannot be used"):
        bootstrap("--no-demo")

    assert not User.objects.exists()


def test_a_missing_migration_is_noticed():
    assert not has_pending_migrations()

    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'sessions'")

    assert has_pending_migrations()


@pytest.fixture
def called(monkeypatch):
    names = []
    note = lambda name, *args, **options: names.append(name)  # noqa: E731
    monkeypatch.setattr("project.management.commands.bootstrap.call_command", note)
    return names


def test_demo_data_come_with_the_first_start_only(called):
    bootstrap()
    bootstrap()

    assert called == ["load_demo"]


def test_demo_data_stay_away_when_told_so(called):
    bootstrap("--no-demo")

    assert called == []


def test_demo_data_never_meet_real_members(called, settings):
    settings.SANDBOX = False

    bootstrap()

    assert called == []


def test_a_failure_of_the_demo_data_costs_no_password(monkeypatch):
    def fail(name: str, **options: object) -> None:
        raise CommandError(name)

    monkeypatch.setattr("project.management.commands.bootstrap.call_command", fail)
    with pytest.raises(CommandError):
        bootstrap()

    assert "password" in bootstrap("--no-demo")
