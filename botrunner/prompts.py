"""Asks a member a question whose answer is his next text."""

from datetime import timedelta
from typing import TYPE_CHECKING

from botrunner.models import Prompt
from botrunner.requests import Request

if TYPE_CHECKING:
    from accounts.models import Member

OPEN_FOR = timedelta(minutes=15)


def ask(request: Request, route: str, *args: str | int) -> None:
    """The next text goes to router.PROMPTS[route] with these args, as words, in request.args."""
    Prompt.objects.update_or_create(
        member=request.member,
        defaults={
            "route": route,
            "args": [str(arg) for arg in args],
            "expires_at": request.now + OPEN_FOR,
        },
    )


def close(member: "Member") -> Prompt | None:
    """The question that was open, if any; it is open no longer."""
    prompt: Prompt | None = getattr(member, "prompt", None)
    if prompt is not None:
        Prompt.objects.filter(pk=member.pk).delete()
    return prompt
