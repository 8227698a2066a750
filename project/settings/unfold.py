"""The dashboard's look and its navigation by task."""

from typing import Any

UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "Tallyhouse",
    "SITE_HEADER": "Tallyhouse",
    "SITE_SYMBOL": "toll",
    "SHOW_HISTORY": True,
}
