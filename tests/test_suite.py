"""./test itself: what it adds up, and when it says no."""

import subprocess
import sys

import pytest

from tests import browsers, servers
from tests.__main__ import BROWSER, SQLITE, Tally, _clean_environment, _judge, _parse
from tests.concurrency import run_together

REPORT = """<?xml version="1.0"?><testsuites><testsuite>
<testcase name="a"/><testcase name="b"/>
<testcase name="c"><failure message="no">no</failure></testcase>
<testcase name="d"><error message="no">no</error></testcase>
<testcase name="e"><skipped message="runs elsewhere"/></testcase>
</testsuite></testsuites>"""


def test_a_report_is_added_up(tmp_path):
    (tmp_path / "report.xml").write_text(REPORT)
    tally = Tally()

    tally.add_report(tmp_path / "report.xml")
    tally.add_report(tmp_path / "report.xml")

    assert (tally.passed, tally.failed, tally.skipped) == (4, 4, 2)
    assert tally.reasons == {"runs elsewhere": 2}


@pytest.mark.parametrize(
    ("code", "count", "is_selection", "is_fault"),
    [
        (0, 5, False, False),
        (1, 5, False, False),  # the tally holds the failures
        (5, 0, False, True),
        (5, 0, True, False),
        (2, 3, False, True),
        (-9, 3, True, True),
    ],
)
def test_a_part_that_ran_nothing_or_broke_is_a_fault(code, count, is_selection, is_fault):
    tally = Tally()

    _judge(SQLITE, code, count, is_selection, tally)

    assert bool(tally.problems) is is_fault


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ([], ("all", [])),
        (["fast"], ("fast", [])),
        (["postgres", "tests/points", "-k", "fast"], ("postgres", ["tests/points", "-k", "fast"])),
        (["-x"], ("all", ["-x"])),
    ],
)
def test_what_follows_the_part_is_pytests(words, expected):
    assert _parse(words) == expected


@pytest.mark.slow
def test_the_closing_line_is_the_tally_and_a_failure_is_an_exit_code(tmp_path):
    (tmp_path / "test_sample.py").write_text(
        "import pytest\ndef test_good(): pass\ndef test_bad(): assert False\n"
        "@pytest.mark.skip(reason='not today')\ndef test_later(): pass\n"
    )

    command = [sys.executable, "-m", "tests", "sqlite", str(tmp_path), "-n0", "--rootdir=."]
    done = subprocess.run(command, capture_output=True, text=True)

    *_, reason, closing = done.stdout.splitlines()
    assert reason == "skipped 1: not today"
    assert closing == "1 passed, 1 failed, 1 skipped"
    assert done.returncode == 1


def test_the_settings_of_an_installation_do_not_reach_the_tests(monkeypatch):
    for name in ("DATABASE_URL", "TELEGRAM_TOKEN_FILE", "SANDBOX_PORT", "VAR_DIR"):
        monkeypatch.setenv(name, "theirs")
    monkeypatch.setenv("CHROMIUM", "ours")

    kept = _clean_environment()

    assert "theirs" not in kept.values()
    assert kept["CHROMIUM"] == "ours"


def test_without_chromium_one_sentence_says_how_to_get_it(monkeypatch):
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setattr(browsers, "NAMES", ("no-such-browser",))

    with pytest.raises(browsers.NoBrowser, match="apt install chromium"):
        browsers.find_chromium()


@pytest.mark.slow
def test_without_postgresql_the_embedded_one_serves(monkeypatch, tmp_path):
    monkeypatch.setattr(servers, "_postgres_candidates", lambda: iter(()))

    binaries = servers.find_postgres_binaries(tmp_path)

    assert (binaries / "initdb").exists()
    assert (binaries / "pg_dump").exists()


def test_the_browser_has_a_process_of_its_own():
    assert "no:xdist" in BROWSER.words
    assert SQLITE.markers.endswith("not browser")


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_calls_together_really_overlap():
    from django.db import connection

    def lock() -> object:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(7), pg_sleep(0.3)")
            return cursor.fetchone()[0]

    assert sorted(run_together(lock, lock)) == [False, True]


def test_a_call_that_fails_is_handed_back():
    def fail() -> None:
        raise ValueError("no")

    (answer,) = run_together(fail)

    assert isinstance(answer, ValueError)
