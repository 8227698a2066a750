import socket

import pytest

from tests.network import NetworkRefused


@pytest.mark.parametrize("address", [("192.0.2.1", 80), ("example.org", 80)])
def test_a_test_cannot_leave_this_machine(address):
    with socket.socket() as client, pytest.raises(NetworkRefused):
        client.connect(address)


def test_a_test_cannot_look_up_a_name():
    with pytest.raises(NetworkRefused):
        socket.getaddrinfo("example.org", 443)


def test_loopback_is_open():
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname()).close()
