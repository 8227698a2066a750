"""What tests leave connected to their PostgreSQL database."""

import time
from functools import cache
from typing import Any

import psycopg
from django.db import connection

LEAVING_SECONDS = 10.0

_OTHERS = """
    FROM pg_stat_activity
    WHERE datname = %s AND pid <> %s AND backend_type = 'client backend'
"""


def end_other_sessions() -> list[tuple[Any, ...]]:
    """Ends the sessions on the test database that are not our own, and tells what they did last.

    Those that were just closed are given a moment to be gone.
    """
    own = connection.connection
    values = [connection.settings_dict["NAME"], own.info.backend_pid if own else 0]
    end = time.monotonic() + LEAVING_SECONDS
    while sessions := _ask("SELECT application_name, state, query", values):
        if time.monotonic() > end:
            _ask("SELECT pg_terminate_backend(pid)", values)
            return sessions
        time.sleep(0.05)
    return []


def _ask(what: str, values: list[Any]) -> list[tuple[Any, ...]]:
    return _watcher().execute(what + _OTHERS, values).fetchall()


@cache
def _watcher() -> psycopg.Connection[tuple[Any, ...]]:
    """Connected beside the tests' database, in no test's transaction."""
    where = connection.get_connection_params()
    return psycopg.connect(
        host=where.get("host"),
        port=where.get("port"),
        user=where.get("user"),
        password=where.get("password"),
        dbname="postgres",
        autocommit=True,
    )
