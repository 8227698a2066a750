"""Settings of the test suite: no network, no file outside a temporary folder.

Not a module of project.settings: importing that package reads the environment, which has to
be set before.
"""

import atexit
import os
import shutil
import tempfile

# The first process makes the folder and removes it; each one it starts has a part of its own
# in it, so that no two share a database, a key or an uploaded file.
if "TALLYHOUSE_TEST_FOLDER" not in os.environ:
    os.environ["TALLYHOUSE_TEST_FOLDER"] = tempfile.mkdtemp(prefix="tallyhouse-test-")
    atexit.register(shutil.rmtree, os.environ["TALLYHOUSE_TEST_FOLDER"], ignore_errors=True)
os.environ["VAR_DIR"] = os.path.join(
    os.environ["TALLYHOUSE_TEST_FOLDER"], os.environ.get("PYTEST_XDIST_WORKER", "main")
)
os.environ.setdefault("SECRET_KEY", "test-only-key-that-signs-nothing-outside-the-tests")

from project.settings import *  # noqa: E402, F403
from project.settings import DATABASES, STATIC_ROOT, VAR_DIR  # noqa: E402

STATIC_ROOT.mkdir(parents=True, exist_ok=True)

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # A file and not memory: locks, WAL and several connections as they are in production.
    DATABASES["default"]["TEST"] = {"NAME": str(VAR_DIR / "test.sqlite3")}
    DATABASES["default"]["OPTIONS"]["init_command"] += ";PRAGMA synchronous=OFF"
