"""Pictures that Telegram has: their content's hash leads to the id it gave them.

The same picture is then sent by that id, neither drawn nor uploaded again.
"""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from botrunner.models import SentPicture
from botrunner.pictures import DESIGN

# Members' figures change: few pictures are asked for again after this time.
KEPT_FOR = timedelta(days=30)


def hash_of(kind: str, params: Mapping[str, Any]) -> str:
    """What a picture shows and how it is drawn, which together are its content."""
    content = json.dumps([DESIGN, kind, params], sort_keys=True)
    return sha256(content.encode()).hexdigest()


def find(content_hash: str) -> str | None:
    """Telegram's id of the picture."""
    found = SentPicture.objects.filter(content_hash=content_hash)
    return found.values_list("file_id", flat=True).first()


def note(content_hash: str, file_id: str, now: datetime) -> None:
    SentPicture.objects.bulk_create(
        [SentPicture(content_hash=content_hash, file_id=file_id, sent_at=now)],
        update_conflicts=True,
        unique_fields=["content_hash"],
        update_fields=["file_id", "sent_at"],
    )


def forget(content_hash: str, file_id: str) -> None:
    """Unless another process has noted a new id meanwhile."""
    SentPicture.objects.filter(content_hash=content_hash, file_id=file_id).delete()


def purge(now: datetime) -> None:
    SentPicture.objects.filter(sent_at__lt=now - KEPT_FOR).delete()
