"""Words typed before a confirm card that are too long for its button: a note, a reason."""

from datetime import datetime, timedelta

from botrunner.models import Draft
from botrunner.requests import Request

KEPT_FOR = timedelta(days=30)


def keep(request: Request, operation_id: str, text: str) -> None:
    if text:
        Draft.objects.create(
            operation_id=operation_id,
            member=request.member,
            text=text.replace("\x00", ""),
            created_at=request.now,
        )


def read(request: Request, operation_id: str) -> str:
    """What this member typed for this card; nothing when he typed nothing."""
    drafts = Draft.objects.filter(operation_id=operation_id, member=request.member)
    return drafts.values_list("text", flat=True).first() or ""


def purge(now: datetime) -> None:
    Draft.objects.filter(created_at__lt=now - KEPT_FOR).delete()
