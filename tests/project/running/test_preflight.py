import socket
from pathlib import Path

import pytest

from project.running.preflight import (
    CannotStart,
    check_port,
    check_socket_path,
    claim_folder,
)
from tests.servers import free_port


def test_a_port_in_use_is_named_with_the_way_to_choose_another():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

        with pytest.raises(CannotStart, match=f"Port {port} for the web pages.*PORT=.*./run"):
            check_port("PORT", port, "the web pages")


def test_a_free_port_passes():
    check_port("PORT", free_port(), "the web pages")


def test_one_folder_is_for_one_run_at_a_time(tmp_path):
    with claim_folder(tmp_path / "var"), pytest.raises(CannotStart, match="already running"):
        claim_folder(tmp_path / "var")

    claim_folder(tmp_path / "var").close()


def test_a_path_too_long_for_a_socket_is_refused():
    with pytest.raises(CannotStart, match="VAR_DIR"):
        check_socket_path(Path("/" + "x" * 103))

    check_socket_path(Path("/" + "x" * 102))
