"""Each process of the suite has a folder of its own, and each test one for uploads."""

import os
from pathlib import Path

from django.conf import settings

from numbers.models import Batch


def test_nothing_is_written_outside_own_folders(tmp_path):
    own = Path(os.environ["TALLYHOUSE_TEST_FOLDER"]) / os.environ.get("PYTEST_XDIST_WORKER", "main")

    assert own == settings.VAR_DIR
    assert Path(Batch._meta.get_field("file").storage.location).is_relative_to(tmp_path)
