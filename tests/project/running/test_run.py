"""./run from its Python side on: the whole of Tallyhouse, started, hurt and ended."""

import http.client
import os
import signal
import sqlite3
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.project.running.processes import (
    Program,
    kill,
    list_children,
    started,
    wait_for,
    wait_until_gone,
)
from tests.servers import free_port

pytestmark = [pytest.mark.slow, pytest.mark.sqlite, pytest.mark.xdist_group("run")]

COMMAND = [sys.executable, "-m", "project.running", "--no-demo"]
HIDDEN = ("DJANGO_SETTINGS_MODULE", "DATABASE_URL", "REDIS_URL", "TELEGRAM_TOKEN", "SECRET_KEY")
READY = "Dashboard +(http://\\S+)"


@pytest.fixture(scope="module")
def env(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if name not in HIDDEN}
    folder = tmp_path_factory.mktemp("run") / "var"
    ports = {"PORT": str(free_port()), "SANDBOX_PORT": str(free_port())}
    return {**inherited, **ports, "VAR_DIR": str(folder)}


@pytest.fixture(scope="module")
def first(env: dict[str, str]) -> Iterator[Program]:
    with started(COMMAND, env=env) as program:
        program.find(READY)
        yield program


def get(env: dict[str, str], path: str) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", int(env["PORT"]), timeout=20)
    connection.request("GET", path)
    response = connection.getresponse()
    return response.status, response.read().decode()


def test_a_fresh_start_serves_and_shows_the_password_once(first, env):
    (password,) = first.find(r"Password +(\S+)")

    assert len(password) >= 16
    assert get(env, "/healthz") == (200, "ok")
    assert is_private(Path(env["VAR_DIR"]) / "tallyhouse.sqlite3")
    assert wait_for(lambda: get(env, "/readyz")[0] == 200, lambda: get(env, "/readyz")[1])
    status, page = get(env, "/admin/login/")
    assert status == 200
    assert "csrfmiddlewaretoken" in page


def test_a_second_run_on_the_same_folder_is_one_sentence(first, env):
    with started(COMMAND, env={**env, "PORT": str(free_port())}) as second:
        assert second.wait() == 1

    assert len(second.lines) == 1
    assert "already running" in second.output


def test_a_port_in_use_is_one_sentence_before_anything_starts(first, env, tmp_path):
    with started(COMMAND, env={**env, "VAR_DIR": str(tmp_path)}) as other:
        assert other.wait() == 1

    assert len(other.lines) == 1
    assert f"Port {env['PORT']}" in other.output
    assert not (tmp_path / "tallyhouse.sqlite3").exists()


def test_a_wrong_setting_is_one_sentence(env):
    with started(COMMAND, env={**env, "DEBUG": "maybe"}) as program:
        assert program.wait() == 2

    assert program.lines == ["A setting is wrong: DEBUG must be 1 or 0, not 'maybe'"]


def test_every_part_comes_back_after_kill_9(first, env):
    before = set(list_children(first.process.pid))

    for pid in before:
        kill(pid)

    first.find("was ended by SIGKILL; starting again", count=len(before))
    after = wait_for(
        lambda: set(list_children(first.process.pid)) - before, lambda: "new processes"
    )
    assert wait_for(lambda: is_ready(env), lambda: first.output)
    assert len(before) >= 4
    assert after


def is_private(path: Path) -> bool:
    return path.stat().st_mode & 0o077 == 0


def is_ready(env: dict[str, str]) -> bool:
    try:
        return get(env, "/readyz")[0] == 200
    except OSError:
        return False


def test_a_password_is_shown_also_when_it_is_stopped_before_all_is_ready(env, tmp_path):
    ports = {"PORT": str(free_port()), "SANDBOX_PORT": str(free_port())}
    with started(COMMAND, env={**env, **ports, "VAR_DIR": str(tmp_path)}) as program:
        program.find("Starting (valkey)")
        program.signal(signal.SIGINT)

        assert program.wait(15) == 0

    assert len(program.find(r"Password +(\S+)")) == 1


def test_ctrl_c_ends_everything_and_the_second_start_is_quick(first, env):
    wait_for(lambda: is_ready(env), lambda: first.output)
    pids = list_children(first.process.pid)
    first.signal(signal.SIGINT)

    assert first.wait() == 0
    wait_until_gone(*pids)
    assert count_admins(env) == 1

    began = time.monotonic()
    with started(COMMAND, env=env) as second:
        second.find(READY)
        # Five seconds are promised for a machine that does nothing else; here tests run beside it.
        assert time.monotonic() - began < 15
        assert "Password" not in second.output
        assert is_ready(env)
        second.signal(signal.SIGTERM)
        assert second.wait() == 0


def count_admins(env: dict[str, str]) -> int:
    with sqlite3.connect(Path(env["VAR_DIR"]) / "tallyhouse.sqlite3") as connection:
        (count,) = connection.execute("SELECT count(*) FROM auth_user").fetchone()
    return int(count)
