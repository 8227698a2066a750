"""Restores a dump into a database of its own, and puts that in the place of the present one.

The present database is renamed in the same transaction: there is one under the name at any
moment, whole, the old or the new one.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
from django.db import DatabaseError, connection, connections
from psycopg import sql

from .errors import BackupFailed, RestoreBusy
from .facts import Facts, read_facts
from .ledger import Holdings, read_holdings
from .pg_tools import call, find_tools, last_line
from .postgresql import check_same

# Of all machines on this server one restores a database of that name.
LOCK_KEY = 0x7A11_4E57
NAME_BYTES_MAX = 63
SWAPS_MAX = 20
SWAP_PAUSE_SECONDS = 0.2
# So long a connection that was just closed, ours among them, may still be listed.
LEAVING_SECONDS = 1.0
# One of them is there on every server.
MAINTENANCE = ("postgres", "template1")


def put_in_place(dump: Path, stated: Holdings, *, is_forced: bool) -> str:
    """Returns the name the present database is kept under. Raises BackupFailed."""
    live = str(connection.settings_dict["NAME"])
    connections.close_all()
    aside = _name(live, f"_before_{datetime.now(UTC):%Y%m%d%H%M%S}")
    with _server() as server:
        _lock_out_others(server, live)
        if not is_forced:
            _refuse_if_used(server, live)
        with scratch(dump, stated, "_restoring", server) as draft:
            connections.close_all()
            _swap(server, live, draft, aside, is_forced=is_forced)
    return aside


def _lock_out_others(server: Any, live: str) -> None:
    """Until the connection ends; what happens to other databases here is no concern."""
    locked = server.execute("SELECT pg_try_advisory_lock(%s, hashtext(%s))", [LOCK_KEY, live])
    if not locked.fetchone()[0]:
        raise RestoreBusy()


@contextmanager
def scratch(dump: Path, stated: Holdings, suffix: str, server: Any = None) -> Iterator[str]:
    """A database that holds the dump, proven; dropped afterwards where it still has its name."""
    if server is None:
        with _server() as own, scratch(dump, stated, suffix, own) as name:
            yield name
        return
    live = str(connection.settings_dict["NAME"])
    name = _name(live, suffix)
    _drop(server, name)
    try:
        _create(server, name, live)
        command = [str(find_tools() / "pg_restore"), "--exit-on-error", "--no-owner"]
        command += ["--no-privileges", "--no-password", f"--dbname={name}", str(dump)]
        call(command, name)
        with _connect(name) as database:
            check_same(read_holdings(lambda words: database.execute(words).fetchone()), stated)
        yield name
    finally:
        _drop(server, name)


def read_live_facts() -> Facts | None:
    """None where there is nothing to be read."""
    try:
        with connection.cursor() as cursor:

            def ask(words: str) -> Any:
                cursor.execute(words)
                return cursor.fetchone()

            return read_facts(ask)
    except DatabaseError:
        return None


def _swap(server: Any, live: str, draft: str, aside: str, *, is_forced: bool) -> None:
    rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
    for attempt in range(SWAPS_MAX):
        if is_forced:
            server.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [live]
            )
        try:
            with server.transaction():
                if _exists(server, live):
                    server.execute(rename.format(sql.Identifier(live), sql.Identifier(aside)))
                server.execute(rename.format(sql.Identifier(draft), sql.Identifier(live)))
            return
        except psycopg.errors.ObjectInUse:
            if attempt == SWAPS_MAX - 1:
                _refuse_if_used(server, live)
                raise BackupFailed("Others use the database again and again.") from None
            time.sleep(SWAP_PAUSE_SECONDS)
        except psycopg.Error as error:
            raise BackupFailed(
                f"The databases change no places: {last_line(str(error))}"
            ) from error


def _refuse_if_used(server: Any, live: str) -> None:
    end = time.monotonic() + LEAVING_SECONDS
    while (rows := _list_users(server, live)) and time.monotonic() < end:
        time.sleep(LEAVING_SECONDS / 10)
    if rows:
        users = ", ".join(f"connection {pid} ({name}, {address or 'local'})"
                          for pid, name, address in rows[:5])  # fmt: skip
        raise BackupFailed(
            f"The database is in use: {users}. Stop Tallyhouse on every machine first;"
            " --force cuts them off."
        )


def _list_users(server: Any, live: str) -> list[Any]:
    found = server.execute(
        "SELECT pid, COALESCE(NULLIF(application_name, ''), 'unnamed'), client_addr"
        " FROM pg_stat_activity WHERE datname = %s AND backend_type = 'client backend'",
        [live],
    )
    return list(found.fetchall())


def _create(server: Any, name: str, model: str) -> None:
    row = server.execute(
        "SELECT pg_encoding_to_char(encoding), datcollate, datctype FROM pg_database"
        " WHERE datname = %s",
        [model],
    ).fetchone()
    words = sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name))
    if row:
        like = sql.SQL(" ENCODING {} LC_COLLATE {} LC_CTYPE {}").format(*map(sql.Literal, row))
        words = words + like
    try:
        server.execute(words)
    except psycopg.errors.InsufficientPrivilege as error:
        user = connection.settings_dict["USER"] or "the user"
        raise BackupFailed(
            f"{user} may not make databases: as PostgreSQL's superuser, ALTER ROLE {user} CREATEDB"
        ) from error
    except psycopg.Error as error:
        raise BackupFailed(f"No database to restore into: {last_line(str(error))}") from error


def _drop(server: Any, name: str) -> None:
    server.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))


def _exists(server: Any, name: str) -> bool:
    found = server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
    return found.fetchone() is not None


@contextmanager
def _server() -> Iterator[Any]:
    """A connection to the server that is none to our database."""
    live, reason = connection.settings_dict["NAME"], None
    for name in MAINTENANCE:
        if name == live:
            continue
        try:
            server = _connect(name)
        except psycopg.OperationalError as error:
            reason = error
            continue
        with server:
            yield server
        return
    raise BackupFailed(f"The server does not let us in: {last_line(str(reason))}") from reason


def _connect(name: str) -> Any:
    return psycopg.connect(
        **{**connection.get_connection_params(), "dbname": name}, autocommit=True
    )


def _name(live: str, suffix: str) -> str:
    return live.encode()[: NAME_BYTES_MAX - len(suffix)].decode(errors="ignore") + suffix
