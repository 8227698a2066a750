"""A connection lives as long as whoever can meet it again: a request here, a thread there."""

import os
import subprocess
import sys

import pytest

ASK = "from django.db import connection; print(connection.settings_dict['CONN_MAX_AGE'])"
START = {
    "web": "import project.asgi",
    "bot or worker": "import project, django; django.setup()",
}


@pytest.mark.parametrize(("process", "seconds"), [("web", 0), ("bot or worker", 600)])
def test_only_threads_that_last_keep_their_connections(tmp_path, process, seconds):
    env = {
        "PATH": os.environ["PATH"],
        "VAR_DIR": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "project.settings",
    }

    done = subprocess.run(
        [sys.executable, "-c", f"{START[process]}; {ASK}"], env=env, capture_output=True, text=True
    )

    assert done.stdout.strip() == str(seconds), done.stderr
