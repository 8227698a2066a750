import socket

import pytest
from django.core.management import CommandError, call_command


def test_there_is_no_sandbox_beside_a_telegram_token(settings):
    settings.SANDBOX = False

    with pytest.raises(CommandError, match="the sandbox is off"):
        call_command("runsandbox")


def test_a_port_in_use_is_said(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    with socket.create_server(("127.0.0.1", 0)) as taken:
        settings.SANDBOX_PORT = taken.getsockname()[1]

        with pytest.raises(CommandError, match=rf"Port {settings.SANDBOX_PORT} cannot be used"):
            call_command("runsandbox")
