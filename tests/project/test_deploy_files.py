"""What the files under deploy/ start exists, and takes the words that they give it."""

import re
import subprocess
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import get_commands, load_command_class

from botrunner.webhook import BODY_BYTES_MAX

ROOT = Path(__file__).resolve().parents[2]
PART = ROOT / "deploy" / "part"
COMPOSE = ROOT / "deploy" / "compose" / "compose.yaml"
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
FILES = [*PAGES, PART, COMPOSE]
# The one file that docs/deploy.md leaves to whoever installs it.
ENV = ROOT / "deploy" / "compose" / "env.example"


def parse(words):
    """Fails as the command itself would on words that it does not know."""
    name, *rest = words
    parser = load_command_class(get_commands()[name], name).create_parser("manage.py", name)
    return parser.parse_args(rest)


@pytest.fixture
def part(tmp_path):
    """The script in an installation whose Python says what it was asked."""
    python = tmp_path / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text('#!/bin/sh\necho "$@"\n')
    python.chmod(0o755)
    (tmp_path / "deploy").mkdir()
    script = tmp_path / "deploy" / "part"
    script.write_bytes(PART.read_bytes())
    script.chmod(0o755)

    def run(name):
        return subprocess.run([script, name], capture_output=True, text=True, cwd="/")

    return run


@pytest.mark.parametrize("name", ["bot", "bot-8444", "worker", "worker-2", "cron", "cron-2"])
def test_each_part_starts_a_command_that_takes_its_words(part, name):
    manage, *words = part(name).stdout.split()

    assert manage == "manage.py"
    parse(words)


def test_the_number_behind_a_part_is_its_port(part):
    assert parse(part("bot-8444").stdout.split()[1:]).port == 8444
    assert part("web-8001").stdout.split()[-2:-1] == ["8001"]


def test_an_unknown_part_is_refused(part):
    done = part("webb")

    assert (done.returncode, done.stdout) == (2, "")


def test_each_command_of_the_compose_file_takes_its_words():
    commands = re.findall(r"python manage\.py ([^\n\"&]+)", COMPOSE.read_text())
    assert len(commands) >= 6

    for command in commands:
        parse(command.split())


def test_each_command_that_the_files_name_exists():
    named = {
        name
        for file in FILES
        for name in re.findall(r"manage\.py ([a-z][a-z_]+)", file.read_text())
    }

    assert {"runbot", "set_webhook", "rqcron", "rqworker"} <= named
    assert named <= set(get_commands())


@pytest.mark.parametrize("path", ["deploy/nginx.conf", "deploy/compose/nginx.conf"])
def test_the_proxy_takes_bodies_as_large_as_the_pages_behind_it(path):
    """Larger ones it would keep on its disk, only for the page to hang up on it."""
    text = (ROOT / path).read_text()
    places = re.findall(r"location (\S+) \{[^}]*client_max_body_size (\d+)m", text)
    [general] = re.findall(r"^    client_max_body_size (\d+)m;", text, re.MULTILINE)
    larger = {place: int(most) * 2**20 for place, most in places}

    assert larger.pop("/telegram/") == BODY_BYTES_MAX
    assert larger == settings.REQUEST_BYTES_MAX_BY_PATH
    # Without the sandbox's files.
    assert int(general) == 8


def test_the_environment_of_the_compose_file_is_one_that_is_read():
    names = re.findall(r"^([A-Z_]+)=", ENV.read_text(), re.MULTILINE)
    code = "".join(path.read_text() for path in (ROOT / "project").rglob("*.py"))

    assert {"SECRET_KEY", "TELEGRAM_TOKEN"} <= set(names)
    assert [name for name in names if f'"{name}"' not in code] == [
        "POSTGRES_PASSWORD",
        "EXTRAS",
    ]


def test_what_the_image_may_be_given_besides_is_there():
    extras = re.search(r'# .*EXTRAS="([^"]+)"', (COMPOSE.parent / "Dockerfile").read_text())
    assert extras

    assert all((ROOT / name).is_file() for name in extras[1].split())


def test_no_secret_of_this_machine_gets_into_the_image():
    left_out = (COMPOSE.parent / "Dockerfile.dockerignore").read_text().splitlines()

    assert {".env", "var", "deploy", ".git"} <= set(left_out)


def test_no_line_of_an_environment_file_ends_in_a_remark():
    """systemd and docker would take it as part of the value."""
    pages = [page.read_text() for page in PAGES]
    blocks = [block for page in pages for block in re.findall(r"```\w*\n(.*?)```", page, re.DOTALL)]
    lines = [line.strip() for block in blocks for line in block.splitlines()]
    settings_lines = [line for line in lines if re.match(r"[A-Z][A-Z0-9_]+=", line)]

    assert len(settings_lines) >= 10
    assert [line for line in settings_lines if "#" in line] == []
