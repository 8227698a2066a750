"""Forks the processes of a trial from one that has everything loaded: up in no time.

Lines of JSON on its standard input, a line with the pid of each child on its standard output:
    {"words": ["manage.py", "runbot", …], "settings": {…}, "log": "path"}
What a child runs is what its own program would have run; only the loading is shared.
"""

import json
import os
import signal
import sys
from typing import Any

import project  # noqa: F401  joins the app `numbers`
from project.running.parent import die_with_parent


def main() -> None:
    import django

    django.setup()
    _load()
    # Ended children need nobody to ask for their end.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin:
        order = json.loads(line)
        pid = os.fork()
        if pid == 0:
            _run(order)
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()


def _load() -> None:
    from importlib import import_module

    for name in (
        "project.urls",
        "project.asgi",
        "uvicorn",
        "uvicorn.protocols.http.h11_impl",
        "uvicorn.lifespan.on",
        "botrunner.running",
        "botrunner.schedule",
        "botrunner.file_work",
        "project.running.worker",
        "django_rq.management.commands.rqworker",
        "project.management.commands.rqcron",
    ):
        import_module(name)


def _run(order: dict[str, Any]) -> None:
    die_with_parent()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.setsid()
    log = os.open(order["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    null = os.open(os.devnull, os.O_RDONLY)
    for number, copy in ((0, null), (1, log), (2, log)):
        os.dup2(copy, number)
    code = 1
    try:
        code = _call(order)
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    except BaseException:  # noqa: BLE001  a child of a fork must not go on with its parent's work
        import traceback

        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _call(order: dict[str, Any]) -> int:
    from django.conf import settings

    for name, value in order["settings"].items():
        setattr(settings, name, value)
    program, *words = order["words"]
    if program == "uvicorn":
        import uvicorn

        host, port = words
        uvicorn.run(
            "project.asgi:application",
            host=host,
            port=int(port),
            access_log=False,
            log_level="warning",
        )
        return 0
    from django.core.management import execute_from_command_line

    sys.argv = [program, *words]
    execute_from_command_line(sys.argv)
    return 0


if __name__ == "__main__":
    main()
