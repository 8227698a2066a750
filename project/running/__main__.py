"""The Python side of ./run."""

import argparse
import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent

INTERRUPTED = 130  # as shells say it

HELP = """\
Starts Tallyhouse on this machine: the queue, the web pages, the worker, the clock and the bot.
The first start installs what it needs into .venv, prepares the database under var/, and
prints the first administrator's password once. Ctrl-C ends everything; nothing is lost.
"""
SETTINGS = """\
settings, from the environment or from lines NAME=value in a file .env beside this script:
  PORT=8000              where the web pages answer on 127.0.0.1
  SANDBOX_PORT=8081      where the sandbox's Bot API answers (only without TELEGRAM_TOKEN)
  TELEGRAM_TOKEN=…       the bot's token; without it the bot talks to the sandbox
  DATABASE_URL=…         postgres://user:password@host/name; without it SQLite under var/
  REDIS_URL=…            redis://host:6379/0; without it an embedded Valkey under var/
  ADMIN_USERNAME=admin   the first administrator, and with ADMIN_PASSWORD his password
  VAR_DIR=var            where the database and everything else that changes is kept
The README lists the others. Every one may be given as NAME_FILE=path to a file instead.
"""


def main() -> int:
    options = _parse(sys.argv[1:])
    os.chdir(ROOT)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")
    # Here and not above: --help answers before anything is installed.
    from django.core.exceptions import ImproperlyConfigured

    from project.running.preflight import CannotStart

    try:
        return _production_check() if options.production_check else _start(demo=options.demo)
    except KeyboardInterrupt:
        return INTERRUPTED
    except ImproperlyConfigured as error:
        print(f"A setting is wrong: {error}", file=sys.stderr)
        return 2
    except CannotStart as error:
        print(error, file=sys.stderr)
        return 1


def _parse(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="./run",
        description=HELP,
        epilog=SETTINGS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--no-demo", dest="demo", action="store_false", help="start empty, without demo data"
    )
    parser.add_argument(
        "--production-check",
        action="store_true",
        help="say what is missing for production, and exit 1 if something is",
    )
    return parser.parse_args(words)


def _production_check() -> int:
    from project.env import load_env_file
    from project.running.production import list_findings

    load_env_file(ROOT / ".env")
    findings = list_findings()
    for finding in findings:
        print(f"✗ {finding.msg}\n    {finding.hint}" if finding.hint else f"✗ {finding.msg}")
    print(f"{len(findings)} to do before production." if findings else "✓ Ready for production.")
    return 1 if findings else 0


def _start(*, demo: bool) -> int:
    from django.conf import settings

    from project.env import env_int, load_env_file
    from project.running import preflight
    from project.running.console import Console
    from project.running.parts import list_parts
    from project.running.runner import Runner

    load_env_file(ROOT / ".env")
    port = env_int("PORT", 8000, low=1, high=65_535)
    # Database, uploads and keys are nobody else's on this machine to read.
    os.umask(0o077)
    with preflight.claim_folder(settings.VAR_DIR):
        preflight.check_port("PORT", port, "the web pages")
        if settings.SANDBOX:
            preflight.check_port("SANDBOX_PORT", settings.SANDBOX_PORT, "the sandbox")
        if settings.EMBEDDED_QUEUE:
            preflight.check_socket_path(settings.REDIS_SOCKET)
            settings.REDIS_SOCKET.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        first = _bootstrap(demo=demo)
        if first is None:
            return 1
        parts = list_parts(port=port)
        console = Console([part.name for part in parts])
        welcome = _Once(lambda: console.frame(_welcome(port, first)))
        asyncio.run(Runner(parts, console, ROOT, os.environ).run(welcome))
        if "password" in first:
            welcome()
    return 0


class _Once:
    """A new password is shown in any case, also when all is stopped before all is ready."""

    def __init__(self, show: Callable[[], None]) -> None:
        self._show: Callable[[], None] | None = show

    def __call__(self) -> None:
        show, self._show = self._show, None
        if show is not None:
            show()


def _bootstrap(*, demo: bool) -> dict[str, str] | None:
    """In a process of its own, so that this one, which stays, holds no Django."""
    command = [sys.executable, "manage.py", "bootstrap"] + ([] if demo else ["--no-demo"])
    done = subprocess.run(command, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL)
    if done.returncode:
        return None
    answer: dict[str, str] = json.loads(done.stdout)
    return answer


def _welcome(port: int, first: dict[str, str]) -> list[str]:
    from django.conf import settings

    lines = [f"Dashboard     http://127.0.0.1:{port}/admin/"]
    if settings.SANDBOX:
        lines += [f"Sandbox chat  http://127.0.0.1:{port}/sandbox/"]
    lines += ["", "Ctrl-C stops everything; nothing is lost."]
    if "username" in first:
        lines += ["", f"Username      {first['username']}"]
        lines += [f"Password      {first.get('password', 'the one you gave')}"]
    if "password" in first:
        lines += ["", "This password is shown once: keep it, or change it under your name."]
    return lines


if __name__ == "__main__":
    sys.exit(main())
