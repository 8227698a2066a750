"""What stands around Django in the web process, seen from a process of its own."""

import os
import subprocess
import sys

import pytest

ASK = "from django.db import connection; print(connection.settings_dict['CONN_MAX_AGE'])"
START = {
    "web": "import project.asgi",
    "bot or worker": "import project, django; django.setup()",
}


def run(tmp_path, program):
    env = {
        "PATH": os.environ["PATH"],
        "VAR_DIR": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "project.settings",
    }
    done = subprocess.run([sys.executable, "-c", program], env=env, capture_output=True, text=True)
    return done.stdout.strip() or done.stderr


@pytest.mark.parametrize(("process", "seconds"), [("web", 0), ("bot or worker", 600)])
def test_only_threads_that_last_keep_their_connections(tmp_path, process, seconds):
    assert run(tmp_path, f"{START[process]}; {ASK}") == str(seconds)


def test_the_web_process_bounds_what_it_is_sent(tmp_path):
    assert run(tmp_path, "import project.asgi as web; print(web.application)").startswith(
        "<project.bodies.BodyBound"
    )
