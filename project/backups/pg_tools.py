"""PostgreSQL's own programs: found, not older than the server, and called."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.db import connection

from .errors import BackupFailed

CALL_SECONDS_MAX = 3_000
VERSION = re.compile(r"\(PostgreSQL\) (\d+)")
FOLDERS = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql*/bin",
    "/usr/local/opt/postgresql*/bin",
    "/usr/local/pgsql/bin",
)


def find_tools() -> Path:
    """The folder of a pg_dump that is not older than the server, as near to it as there is.

    Raises BackupFailed.
    """
    server = server_version()
    versions = {folder: version for folder in _folders() if (version := _version_in(folder))}
    fitting = {folder: version for folder, version in versions.items() if version >= server}
    if fitting:
        return min(fitting, key=lambda folder: fitting[folder])
    how = f"apt install postgresql-client-{server}"
    if not versions:
        raise BackupFailed(f"pg_dump is not installed: {how}")
    raise BackupFailed(
        f"pg_dump is of version {max(versions.values())} and the server of version {server}: {how}"
    )


def server_version() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        return int(cursor.fetchone()[0]) // 10_000


def call(command: list[str], database: str = "") -> None:
    """Raises BackupFailed with what the program said last."""
    try:
        done = subprocess.run(  # noqa: S603  our own words and PostgreSQL's programs
            command,
            env=environment(database),
            capture_output=True,
            text=True,
            errors="replace",
            timeout=CALL_SECONDS_MAX,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise BackupFailed(f"{Path(command[0]).name} did not finish: {error}") from error
    if done.returncode:
        raise BackupFailed(f"{Path(command[0]).name} failed: {last_line(done.stderr)}")


def environment(database: str = "") -> dict[str, str]:
    """How the programs reach the server that Django reaches.

    By environment: a process list shows arguments, and so a password, to everybody.
    """
    config: dict[str, Any] = connection.settings_dict
    names = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD"}
    options = {
        f"PG{name.upper()}": name
        for name in ("host", "port", "sslmode", "sslrootcert", "sslcert", "sslkey", "passfile")
    }
    found = {
        name: str(source[key])
        for source, keys in ((config.get("OPTIONS", {}), options), (config, names))
        for name, key in keys.items()
        if source.get(key)
    }
    return {**os.environ, **found, "PGDATABASE": database or str(config["NAME"])}


def last_line(text: str) -> str:
    return (text.strip().splitlines() or ["no reason given"])[-1]


def _folders() -> Iterator[Path]:
    # Debian's pg_dump of the path is a script that picks one of these by itself.
    for pattern in FOLDERS:
        yield from Path("/").glob(pattern.removeprefix("/"))
    if tool := shutil.which("pg_dump"):
        yield Path(tool).parent


def _version_in(folder: Path) -> int | None:
    try:
        said = subprocess.run(  # noqa: S603  PostgreSQL's own program
            [folder / "pg_dump", "--version"], capture_output=True, text=True, timeout=30
        ).stdout
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = VERSION.search(said)
    return int(found[1]) if found else None
