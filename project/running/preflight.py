"""What must hold before anything is started; each refusal is one sentence that says what to do."""

import fcntl
import socket
from pathlib import Path
from typing import TextIO

# A socket file's address holds 108 bytes on Linux and 104 elsewhere, one of them a zero.
SOCKET_PATH_MAX = 103


class CannotStart(Exception):
    """The sentence for the operator."""


def claim_folder(folder: Path) -> TextIO:
    """The claim holds until the returned file is closed or its process ends, however it ends."""
    folder.mkdir(parents=True, exist_ok=True)
    claim = (folder / "run.lock").open("w")
    try:
        fcntl.flock(claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        claim.close()
        raise CannotStart(
            f"Tallyhouse is already running on {folder}: stop it with Ctrl-C where it was"
            " started, or give this one a folder of its own with VAR_DIR=…"
        ) from None
    return claim


def check_port(name: str, port: int, purpose: str) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise CannotStart(
                f"Port {port} for {purpose} cannot be used ({error.strerror}): free it, or"
                f" choose another, as in {name}={port + 10 if port < 65_000 else 8000} ./run"
            ) from None


def check_socket_path(path: Path) -> None:
    if len(str(path).encode()) > SOCKET_PATH_MAX:
        raise CannotStart(
            f"The path {path} is too long for a socket: choose a shorter folder with VAR_DIR=…"
            " or give REDIS_URL=…"
        )
