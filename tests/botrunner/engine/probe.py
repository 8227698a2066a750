"""A bot process with one more command: /probe leaves an audit entry for each time it ran.

Run as a program it is `manage.py runbot` with that command.
"""

import os
import sys

PROBED = "probe.ran"
BROKEN_TEXT = "/broken"


def add_commands() -> None:
    from accounts.services import SYSTEM, record
    from botrunner import router
    from botrunner.replies import Reply
    from botrunner.routes.command import Command

    def probe(request):
        # Nothing unique stands in the way of a second entry: only handling once does.
        record(PROBED, actor=SYSTEM, member=request.member, target=request.key)
        return Reply(text=f"probed {request.key} {request.text}")

    def broken(request):
        record(PROBED, actor=SYSTEM, member=request.member, target=request.key)
        raise ValueError(f"the text was {request.text}")

    for name, screen in (("probe", probe), ("broken", broken)):
        router._BY_NAME[name] = Command(name=name, screen=screen, summary=name)


def main() -> None:
    import project  # noqa: F401  joins the app `numbers`

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")
    import django
    from django.core.management import execute_from_command_line

    django.setup()
    add_commands()
    execute_from_command_line(["manage.py", "runbot", *sys.argv[1:]])


if __name__ == "__main__":
    main()
