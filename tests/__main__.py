"""The Python side of ./test: runs the parts of the suite and adds up what they say."""

import argparse
import os
import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parent.parent
NO_TESTS_COLLECTED = 5
SETTINGS = re.compile(
    r"(DATABASE_URL|REDIS_URL|SECRET_KEY|DEBUG|ALLOWED_HOSTS|SERVED_OVER_TLS|MEDIA_ROOT|VAR_DIR"
    r"|(SANDBOX_)?PORT|(TELEGRAM|ADMIN|DJANGO|BACKUP|METRICS|LOG|SENTRY)_\w+)(_FILE)?"
)

HELP = """\
Runs the suite on SQLite, again what touches the database on a real PostgreSQL, and the
browser's part in headless Chromium; PostgreSQL and Valkey are brought up for it.
Everything after the part's name goes to pytest: ./test postgres tests/points -k transfer
"""


@dataclass(frozen=True)
class Part:
    title: str
    markers: str
    words: tuple[str, ...] = ("-n", "auto", "--dist", "loadgroup")
    needs_postgres: bool = False
    needs_browser: bool = False
    default_paths: tuple[str, ...] = ("tests",)


SQLITE = Part("SQLite", "not postgres and not browser")
FAST = Part("SQLite, fast", "not postgres and not browser and not slow")
POSTGRES = Part(
    "PostgreSQL",
    "not sqlite and not browser",
    words=(*SQLITE.words, "--database-only"),
    needs_postgres=True,
)
BROWSER = Part(
    "Browser", "browser", ("-p", "no:xdist"), needs_browser=True, default_paths=("tests/browser",)
)
CHOICES = {
    "all": (SQLITE, POSTGRES, BROWSER),
    "fast": (FAST,),
    "sqlite": (SQLITE,),
    "postgres": (POSTGRES,),
    "browser": (BROWSER,),
}


@dataclass
class Tally:
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)

    def add_report(self, path: Path) -> int:
        cases = list(ElementTree.parse(path).iter("testcase"))
        for case in cases:
            self._add_case(case)
        return len(cases)

    def _add_case(self, case: ElementTree.Element) -> None:
        skip = case.find("skipped")
        if case.find("failure") is not None or case.find("error") is not None:
            self.failed += 1
        elif skip is not None:
            self.skipped += 1
            self.reasons[skip.get("message") or "no reason given"] += 1
        else:
            self.passed += 1


def main() -> int:
    choice, words = _parse(sys.argv[1:])
    os.chdir(ROOT)
    tally = Tally()
    for part in CHOICES[choice]:
        print(f"── {part.title} {'─' * (70 - len(part.title))}", flush=True)
        _run(part, words, tally)
    if tally.passed + tally.failed == 0:
        tally.problems.append("No test ran.")
    for reason, count in sorted(tally.reasons.items()):
        print(f"skipped {count}: {reason}")
    for problem in tally.problems:
        print(f"✗ {problem}")
    print(f"{tally.passed} passed, {tally.failed} failed, {tally.skipped} skipped")
    return 1 if tally.failed or tally.problems else 0


def _parse(words: list[str]) -> tuple[str, list[str]]:
    parser = argparse.ArgumentParser(
        prog="./test",
        usage="./test [fast|sqlite|postgres|browser] [pytest's arguments]",
        description=HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument(
        "--install-only", action="store_true", help="make .venv and run nothing (for CI)"
    )
    known, rest = parser.parse_known_args(words)
    if known.install_only:
        sys.exit(0)
    if rest and rest[0] in CHOICES:
        return rest[0], rest[1:]
    return "all", rest


def _run(part: Part, words: list[str], tally: Tally) -> None:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="tallyhouse-")))
        report = folder / "report.xml"
        try:
            env = {**_clean_environment(), **dict(_servers(part, stack, folder))}
        except RuntimeError as error:
            tally.problems.append(f"{part.title}: {error}")
            return
        done = subprocess.run(_command(part, words, report), env=env)
        count = tally.add_report(report) if report.exists() else 0
        _judge(part, done.returncode, count, bool(words), tally)


def _clean_environment() -> dict[str, str]:
    """Without the settings of an installation, which would steer the tests elsewhere."""
    return {name: value for name, value in os.environ.items() if not SETTINGS.fullmatch(name)}


def _servers(part: Part, stack: ExitStack, folder: Path) -> Iterator[tuple[str, str]]:
    from tests import browsers, servers

    if part.needs_postgres:
        yield "DATABASE_URL", stack.enter_context(servers.postgres(folder))
    if part.needs_browser:
        yield "CHROMIUM", str(browsers.find_chromium())


def _command(part: Part, words: list[str], report: Path) -> list[str]:
    command = [sys.executable, "-m", "pytest", "-q", "-m", part.markers, *part.words]
    names_paths = any(Path(word.partition("::")[0]).exists() for word in words)
    return [*command, f"--junitxml={report}", *([] if names_paths else part.default_paths), *words]


def _judge(part: Part, code: int, count: int, is_selection: bool, tally: Tally) -> None:
    """A selection may leave one part empty; the whole suite may not."""
    if count == 0 and not is_selection:
        tally.problems.append(f"{part.title}: no test ran.")
    if code not in (0, 1, NO_TESTS_COLLECTED):
        tally.problems.append(f"{part.title}: pytest ended with exit code {code}.")


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
