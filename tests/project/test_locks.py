"""The locks of what is optional fit the common one: installed over it they change nothing."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
PINNED = re.compile(r"^([a-z0-9._-]+)==([^ ]+)", re.MULTILINE)


def read_versions(name: str) -> dict[str, str]:
    return dict(PINNED.findall((ROOT / name).read_text()))


@pytest.mark.parametrize("name", ["requirements-s3.txt", "requirements-sentry.txt"])
def test_no_version_of_the_common_lock_is_changed(name):
    common, dev, own = map(read_versions, ("requirements.txt", "requirements-dev.txt", name))

    assert own
    assert {package: common.get(package, version) for package, version in own.items()} == own
    assert {package: dev.get(package, version) for package, version in own.items()} == own
