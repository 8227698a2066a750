"""Settings of the test suite: no network, no file outside a temporary folder."""

import os
import tempfile

_folder = tempfile.mkdtemp(prefix="tallyhouse-test-")
os.environ.setdefault("VAR_DIR", _folder)
os.environ.setdefault("SECRET_KEY", "test-only-key-that-signs-nothing-outside-the-tests")

from project.settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
