import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from project.env import env_bool, env_database, env_int, env_list, env_str, env_url, load_env_file


@pytest.mark.parametrize("value", ["maybe", "2", "y", "truthy"])
def test_an_odd_truth_is_refused(monkeypatch, value):
    monkeypatch.setenv("SWITCH", value)

    with pytest.raises(ImproperlyConfigured, match="SWITCH must be 1 or 0"):
        env_bool("SWITCH", False)


@pytest.mark.parametrize(("value", "expected"), [("on", True), ("TRUE", True), ("0", False)])
def test_the_usual_words_for_truth_are_read(monkeypatch, value, expected):
    monkeypatch.setenv("SWITCH", value)

    assert env_bool("SWITCH", not expected) is expected


@pytest.mark.parametrize("value", ["-1", "1.5", "1e3", "٥", "70000", "eight"])
def test_an_odd_number_is_refused(monkeypatch, value):
    monkeypatch.setenv("PORT", value)

    with pytest.raises(ImproperlyConfigured, match="whole number from 1 to 65535"):
        env_int("PORT", 8000, low=1, high=65_535)


def test_an_address_without_a_scheme_is_refused_and_not_shown(monkeypatch):
    monkeypatch.setenv("TELEGRAM_API_URL", "user:hunter2@host")

    with pytest.raises(ImproperlyConfigured) as caught:
        env_url("TELEGRAM_API_URL")

    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("value", ["mysql://a:hunter2@b/c", "nonsense-hunter2"])
def test_another_kind_of_database_is_refused_and_not_shown(monkeypatch, value):
    monkeypatch.setenv("DATABASE_URL", value)

    with pytest.raises(ImproperlyConfigured) as caught:
        env_database("DATABASE_URL", "sqlite:///x")

    assert "hunter2" not in str(caught.value)


def test_a_secret_is_read_from_a_file(monkeypatch, tmp_path):
    (tmp_path / "secret").write_text("s3cret\n")
    monkeypatch.setenv("SECRET_FILE", str(tmp_path / "secret"))

    assert env_str("SECRET") == "s3cret"


def test_a_secret_file_that_is_missing_is_refused(monkeypatch, tmp_path):
    monkeypatch.setenv("SECRET_FILE", str(tmp_path / "nowhere"))

    with pytest.raises(ImproperlyConfigured, match="SECRET_FILE"):
        env_str("SECRET")


def test_a_list_ignores_blanks(monkeypatch):
    monkeypatch.setenv("ALLOWED_HOSTS", "a.example, ,b.example,")

    assert env_list("ALLOWED_HOSTS", []) == ["a.example", "b.example"]


def test_an_env_file_gives_what_the_environment_does_not_hold(monkeypatch, tmp_path):
    monkeypatch.setattr(os, "environ", {"GIVEN": "outside"})
    path = tmp_path / ".env"
    path.write_text("# ours\nGIVEN=inside\n\nexport QUOTED='a b'\nPLAIN = $HOME # not a comment\n")

    load_env_file(path)

    expected = {"GIVEN": "outside", "QUOTED": "a b", "PLAIN": "$HOME # not a comment"}
    assert os.environ == expected


def test_an_odd_line_of_an_env_file_is_named_and_not_shown(tmp_path):
    path = tmp_path / ".env"
    path.write_text("A=1\nhunter2\n")

    with pytest.raises(ImproperlyConfigured, match="line 2") as caught:
        load_env_file(path)

    assert "hunter2" not in str(caught.value)


@pytest.mark.slow
def test_the_secret_key_is_made_once_and_kept_private(tmp_path):
    first, second = (_secret_key(tmp_path) for _ in range(2))

    assert first == second
    assert len(first) >= 50
    assert (tmp_path / "secret_key").stat().st_mode & 0o077 == 0


def test_a_bad_setting_is_one_sentence_and_exit_code_2(tmp_path):
    done = _manage(tmp_path, "check", DEBUG="maybe")

    assert done.returncode == 2
    assert done.stderr == "A setting is wrong: DEBUG must be 1 or 0, not 'maybe'\n"


@pytest.mark.slow
@pytest.mark.parametrize(("query", "threshold"), [("", "2"), ("?prepare_threshold=None", "None")])
def test_a_pooler_that_loses_prepared_statements_can_be_told_of(tmp_path, query, threshold):
    code = (
        "from django.conf import settings;"
        "print(repr(settings.DATABASES['default']['OPTIONS']['prepare_threshold']))"
    )
    url = f"postgres://tally@127.0.0.1/tally{query}"

    done = _manage(tmp_path, "shell", "--no-imports", "-c", code, DATABASE_URL=url)

    assert done.stdout.strip() == threshold


def _secret_key(folder: Path) -> str:
    code = "from django.conf import settings; print(settings.SECRET_KEY)"
    return _manage(folder, "shell", "--no-imports", "-c", code).stdout.strip()


def _manage(folder: Path, *words: str, **extra: str) -> subprocess.CompletedProcess[str]:
    env = {"PATH": os.environ["PATH"], "VAR_DIR": str(folder), **extra}
    return subprocess.run(
        [sys.executable, "manage.py", *words], env=env, capture_output=True, text=True
    )
