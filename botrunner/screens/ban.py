"""What a banned member sees: one polite refusal, then silence."""

from botrunner.replies import NOTHING, Reply, render
from botrunner.requests import Request


def refuse(request: Request) -> Reply:
    member = request.member
    if member.ban_told_at is not None or not request.is_private:
        return NOTHING
    member.ban_told_at = request.now
    member.save(update_fields=["ban_told_at"])
    return Reply(text=render("ban/refusal"), fresh=True)
