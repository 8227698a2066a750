"""Jobs of the frame itself."""

from django.core.management import call_command


def clear_sessions() -> None:
    call_command("clearsessions")
