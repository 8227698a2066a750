"""Is this process alive, and is it ready to serve? For load balancers and for ./run."""

import logging
from collections.abc import Callable

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from redis import Redis
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

QUEUE_TIMEOUT_SECONDS = 1.0
NO_STORE = {"Cache-Control": "no-store"}


def healthz(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok", content_type="text/plain", headers=NO_STORE)


def readyz(request: HttpRequest) -> JsonResponse:
    """Names what is not ready and no more: the reasons are in the log, never on the page."""
    checks = {name: _outcome(name, is_ready) for name, is_ready in CHECKS.items()}
    ready = all(outcome == "ok" for outcome in checks.values())
    body = {"ready": ready, "checks": checks}
    return JsonResponse(body, status=200 if ready else 503, headers=NO_STORE)


def _outcome(name: str, is_ready: Callable[[], bool]) -> str:
    try:
        return "ok" if is_ready() else "pending"
    except (DatabaseError, RedisError, OSError) as error:
        logger.warning("Not ready: %s (%s)", name, type(error).__name__)
        return "unreachable"


def is_database_ready() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return bool(cursor.fetchone() == (1,))


def is_queue_ready() -> bool:
    with Redis.from_url(
        settings.REDIS_URL,
        socket_timeout=QUEUE_TIMEOUT_SECONDS,
        socket_connect_timeout=QUEUE_TIMEOUT_SECONDS,
    ) as queue:
        return bool(queue.ping())


class _Migrations:
    """Remembers that all are applied: reading the plan costs too much for every question."""

    def __init__(self) -> None:
        self._applied = False

    def __call__(self) -> bool:
        if not self._applied:
            executor = MigrationExecutor(connection)
            self._applied = not executor.migration_plan(executor.loader.graph.leaf_nodes())
        return self._applied


are_migrations_applied = _Migrations()

CHECKS: dict[str, Callable[[], bool]] = {
    "database": is_database_ready,
    "queue": is_queue_ready,
    "migrations": are_migrations_applied,
}
