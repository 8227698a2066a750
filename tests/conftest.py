"""What every test stands on: no network, own folders, and servers for those that ask."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.utils import timezone

from tests import servers
from tests.flushing import keep_migrated_rows, step_triggers_aside
from tests.network import refuse_network
from tests.sessions import end_other_sessions

DATABASE_FIXTURES = {"db", "transactional_db", "django_db_setup", "live_server"}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database-only",
        action="store_true",
        help="leave out what no other database can change, as ./test does on PostgreSQL",
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    _skip_where_it_cannot_run(items)
    keep_migrated_rows(items)
    if config.getoption("--database-only"):
        others = [item for item in items if not _needs_database(item)]
        config.hook.pytest_deselected(items=others)
        items[:] = [item for item in items if _needs_database(item)]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Iterator[None]:
    """What a thread forgot would fail another test, sooner or later, that is not to blame."""
    yield
    # After the last test the database itself is gone.
    if nextitem and connection.vendor == "postgresql" and _needs_database(item):
        assert not end_other_sessions()


def _needs_database(item: pytest.Item) -> bool:
    fixtures = DATABASE_FIXTURES.intersection(getattr(item, "fixturenames", ()))
    marked = any(item.get_closest_marker(name) for name in ("django_db", "postgres"))
    return bool(fixtures or marked)


def _skip_where_it_cannot_run(items: list[pytest.Item]) -> None:
    elsewhere = {
        "postgres": ("sqlite", "runs on PostgreSQL only: ./test postgres"),
        "sqlite": ("postgresql", "runs on SQLite only: ./test sqlite"),
    }
    for item in items:
        for marker, (other_vendor, reason) in elsewhere.items():
            if item.get_closest_marker(marker) and connection.vendor == other_vendor:
                item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(autouse=True, scope="session")
def _loopback_only() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        refuse_network(patch)
        yield


@pytest.fixture(autouse=True, scope="session")
def _flush_of_append_only_tables() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        step_triggers_aside(patch)
        yield


@pytest.fixture(autouse=True)
def _own_media_folder(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.LEGACY_UPLOADS = tmp_path / "legacy-uploads"


@pytest.fixture(autouse=True)
def _no_kept_figures() -> None:
    """What the dashboard keeps for a while belongs to another test's database."""
    cache.clear()


@pytest.fixture
def stopped_clock(monkeypatch: pytest.MonkeyPatch) -> datetime:
    """The moment at which the clock stands: a page of days is of the day the test means.

    The database's own clock goes on: what it dates by itself is given its time.
    """
    moment = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: moment)
    return moment


@pytest.fixture(autouse=True)
def _count_no_query_for_sessions_made_by_tests() -> Iterator[None]:
    """A page's first request after `force_login` costs what any later one does.

    Only that has no address: a login through the form is noted as in production.
    """
    from django.contrib.auth.signals import user_logged_in

    from accounts.session_notes import NOTE_SECONDS

    def remember(sender: Any, request: Any, **kwargs: Any) -> None:
        if "REMOTE_ADDR" not in request.META:
            cache.set(f"session.noted:{request.session.session_key}", True, NOTE_SECONDS)

    user_logged_in.connect(remember)
    yield
    user_logged_in.disconnect(remember)


@pytest.fixture(scope="session")
def valkey_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with servers.valkey(tmp_path_factory.mktemp("valkey")) as url:
        yield url


@pytest.fixture
def valkey(valkey_url: str, settings: Any) -> str:
    """An empty Valkey that the queues use; what is marked `valkey` has it without asking."""
    from redis import Redis

    settings.REDIS_URL = valkey_url
    settings.RQ_QUEUES = {
        name: {**queue, "URL": valkey_url} for name, queue in settings.RQ_QUEUES.items()
    }
    with Redis.from_url(valkey_url) as client:
        client.flushall()
    return valkey_url


@pytest.fixture(autouse=True)
def _valkey_when_marked(request: pytest.FixtureRequest) -> None:
    if request.node.get_closest_marker("valkey"):
        request.getfixturevalue("valkey")


@pytest.fixture
def staff(client: Any) -> Any:
    """Logs in a person of the given group."""

    def login(group: str) -> Any:
        # Not at import: the settings are not read yet.
        from django.contrib.auth.models import Group, User

        user = User.objects.create_user("vera", is_staff=True)
        user.groups.add(Group.objects.get(name=group))
        client.force_login(user)
        return client

    return login
