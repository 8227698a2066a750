import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from project.running import install

ROOT = Path(__file__).resolve().parent.parent.parent.parent


@pytest.fixture
def calls(monkeypatch, tmp_path):
    """Runs in an empty folder with an empty lock; commands are noted, not run."""
    noted = []
    monkeypatch.chdir(tmp_path)
    (tmp_path / "lock.txt").touch()
    monkeypatch.setattr(install, "call", lambda command, **_: noted.append(command) or True)
    monkeypatch.setattr(shutil, "which", lambda name: None)
    return noted


@pytest.fixture
def own_venv(monkeypatch):
    monkeypatch.setattr(install, "is_usable", lambda: True)
    install.VENV.mkdir()


@pytest.mark.usefixtures("own_venv_after_calls")
def test_a_second_start_installs_nothing(calls):
    install.main(Path("lock.txt"))
    del calls[:]

    install.main(Path("lock.txt"))

    assert calls == []


@pytest.mark.usefixtures("own_venv_after_calls")
def test_a_changed_lock_is_installed_again(calls):
    install.main(Path("lock.txt"))
    del calls[:]
    Path("lock.txt").write_text("other\n")

    install.main(Path("lock.txt"))

    assert [command[2:4] for command in calls] == [["pip", "install"]]


@pytest.fixture
def own_venv_after_calls(calls, own_venv):
    """`calls` changes the folder first."""


def test_hashes_are_required(calls):
    install.install(Path("lock.txt"))

    assert "--require-hashes" in calls[0]


def test_pip_takes_over_when_uv_fails(calls, monkeypatch, capsys):
    (install.VENV / "bin").mkdir(parents=True)
    (install.VENV / "bin" / "pip").touch()
    monkeypatch.setattr(shutil, "which", lambda name: "/opt/uv")
    monkeypatch.setattr(
        install, "call", lambda command, **_: calls.append(command) or command[0] != "/opt/uv"
    )

    install.install(Path("lock.txt"))

    assert [Path(command[0]).name for command in calls] == ["uv", "python"]
    assert "trying pip" in capsys.readouterr().out


def test_without_venv_support_one_sentence_names_the_package(calls, monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)

    with pytest.raises(SystemExit, match="sudo apt install python3-venv"):
        install.make_venv()

    assert calls == []


def test_uv_makes_the_environment_where_python_cannot(calls, monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(shutil, "which", lambda name: "/opt/uv")

    install.make_venv()

    assert calls[0][:2] == ["/opt/uv", "venv"]


def test_an_environment_copied_from_elsewhere_is_not_usable(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    install.PYTHON.parent.mkdir(parents=True)
    install.PYTHON.symlink_to(sys.executable)

    assert not install.is_usable()


def test_a_python_too_old_is_one_sentence(tmp_path):
    for name in ("python3", *(f"python3.{minor}" for minor in range(11, 15))):
        (tmp_path / name).write_text("#!/bin/sh\nexit 1\n")
        (tmp_path / name).chmod(0o755)

    done = subprocess.run(
        ["/bin/bash", str(ROOT / "run")],
        env={"PATH": f"{tmp_path}:/usr/bin:/bin"},
        capture_output=True,
        text=True,
    )

    assert done.returncode == 1
    assert done.stderr.startswith("Tallyhouse needs Python 3.11 or newer")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("script", ["run", "test"])
def test_help_answers_before_anything_is_installed(tmp_path, script):
    for name in ("run", "test", "project", "tests"):
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, tmp_path / name)

    done = subprocess.run(
        ["/bin/bash", str(tmp_path / script), "--help"],
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
    )

    assert done.returncode == 0
    assert f"usage: ./{script}" in done.stdout
    assert not (tmp_path / ".venv").exists()
