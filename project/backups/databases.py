"""Copies of the database, each proven by re-summing its ledger."""

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connection, transaction

DUMP_SECONDS_MAX = 3_000
FAULTS = """
    SELECT COUNT(*) FROM points_wallet w LEFT JOIN (
        SELECT wallet_id, SUM(amount) AS total FROM points_entry GROUP BY wallet_id
    ) s ON s.wallet_id = w.member_id WHERE w.balance <> COALESCE(s.total, 0)
"""
FIGURES = """
    SELECT (SELECT COUNT(*) FROM accounts_member),
        (SELECT COALESCE(SUM(balance), 0) FROM points_wallet)
"""


class BackupFailed(Exception):
    """Says in one sentence why there is no new backup."""


@dataclass(frozen=True, slots=True)
class Copy:
    """A checked copy: the file's name and what it holds."""

    file: str
    members: int
    points: int


def copy_database(draft: Path) -> Copy:
    """Raises BackupFailed."""
    is_sqlite = connection.vendor == "sqlite"
    return _copy_sqlite(draft) if is_sqlite else _dump_postgresql(draft)


def check_sqlite(path: Path) -> tuple[int, int]:
    """The members and points in a copy. Raises BackupFailed unless it is whole and adds up."""
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as copy:
            verdict = copy.execute("PRAGMA integrity_check(1)").fetchone()[0]
            if verdict != "ok":
                raise BackupFailed(f"The copy is damaged: {verdict}")
            _check_ledger(copy.execute(FAULTS).fetchone()[0])
            members, points = copy.execute(FIGURES).fetchone()
    except sqlite3.Error as error:
        raise BackupFailed(f"The copy cannot be read: {error}") from error
    return int(members), int(points)


def _copy_sqlite(draft: Path) -> Copy:
    """By SQLite's online backup: consistent, and nobody has to stop writing."""
    file = draft / "database.sqlite3"
    live = Path(connection.settings_dict["NAME"]).resolve()
    try:
        with (
            closing(sqlite3.connect(f"{live.as_uri()}?mode=ro", uri=True, timeout=60)) as source,
            closing(sqlite3.connect(file)) as target,
        ):
            source.backup(target)
            # The copy is one file from now on, without a log beside it.
            target.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.Error as error:
        raise BackupFailed(f"The database could not be copied: {error}") from error
    return Copy(file.name, *check_sqlite(file))


def _dump_postgresql(draft: Path) -> Copy:
    """The sums are taken in the very snapshot that is dumped."""
    program = shutil.which("pg_dump")
    if program is None:
        raise BackupFailed("pg_dump is not installed: apt install postgresql-client")
    file = draft / "database.dump"
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        snapshot = cursor.fetchone()[0]
        cursor.execute(FAULTS)
        _check_ledger(cursor.fetchone()[0])
        cursor.execute(FIGURES)
        members, points = cursor.fetchone()
        command = [program, "-Fc", "--no-owner", f"--snapshot={snapshot}", f"--file={file}"]
        _call([*command, str(connection.settings_dict["NAME"])])
    _call([shutil.which("pg_restore") or "pg_restore", "--list", str(file)])
    return Copy(file.name, int(members), int(points))


def _call(command: list[str]) -> None:
    try:
        done = subprocess.run(  # noqa: S603  our own words and PostgreSQL's programs
            command,
            env={**os.environ, **_postgresql_environment()},
            capture_output=True,
            text=True,
            timeout=DUMP_SECONDS_MAX,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise BackupFailed(f"{Path(command[0]).name} did not finish: {error}") from error
    if done.returncode:
        lines = done.stderr.strip().splitlines() or ["no reason given"]
        raise BackupFailed(f"{Path(command[0]).name} failed: {lines[-1]}")


def _postgresql_environment() -> dict[str, str]:
    """The password by environment: a process list shows arguments to everybody."""
    config: dict[str, Any] = connection.settings_dict
    options = {"PGHOST": "host", "PGSSLMODE": "sslmode", "PGSSLROOTCERT": "sslrootcert"}
    names = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD"}
    return {
        name: str(source[key])
        for source, keys in ((config.get("OPTIONS", {}), options), (config, names))
        for name, key in keys.items()
        if source.get(key)
    }


def _check_ledger(faults: int) -> None:
    if faults:
        raise BackupFailed(f"The ledger of the copy does not add up in {faults} wallets.")
