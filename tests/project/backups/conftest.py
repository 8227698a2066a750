"""Places of each test's own."""

import pytest
from django.db import connection

from project.backups import places


@pytest.fixture(autouse=True)
def _own_folders(settings, tmp_path):
    settings.VAR_DIR = tmp_path / "var"
    settings.VAR_DIR.mkdir()
    settings.BACKUP_DIR = tmp_path / "backups"
    settings.BACKUP_SECOND_DIR = ""
    settings.BACKUP_EMERGENCY_DIR = tmp_path / "emergency"
    settings.BACKUP_WORK_DIR = tmp_path / "work"


@pytest.fixture
def second(settings, tmp_path):
    """The second place."""
    settings.BACKUP_SECOND_DIR = str(tmp_path / "second")
    return places.regular_places()[1]


@pytest.fixture
def live(tmp_path, transactional_db):
    """Called, it moves the database to a path where nothing is yet."""
    path, tests_own = tmp_path / "live.sqlite3", connection.settings_dict["NAME"]

    def move():
        connection.settings_dict["NAME"] = str(path)
        connection.close()
        return path

    yield move
    connection.settings_dict["NAME"] = tests_own
    connection.close()
