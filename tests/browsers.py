"""Where headless Chromium is."""

import os
import shutil
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


class NoBrowser(RuntimeError):
    pass


def find_chromium() -> Path:
    """CHROMIUM names one; else the system's."""
    candidates = [os.environ.get("CHROMIUM"), *map(shutil.which, NAMES)]
    for candidate in filter(None, candidates):
        if Path(candidate).exists():
            return Path(candidate)
    raise NoBrowser(
        "There is no Chromium: sudo apt install chromium, or name one with CHROMIUM=/path/to/it"
    )
