"""What a member is told about his account and his invitations."""

from typing import TYPE_CHECKING

from accounts.selectors import find_staff_message, get_member
from botrunner.keyboards import home_row
from botrunner.replies import Reply, render

if TYPE_CHECKING:
    from accounts.models import OutboxMessage


def tell_unbanned(message: "OutboxMessage") -> Reply | None:
    if message.member.is_banned:
        return None
    return Reply(text=render("notices/unbanned"), keyboard=[home_row()])


def tell_frozen(message: "OutboxMessage") -> Reply | None:
    return Reply(text=render("notices/frozen")) if message.member.is_frozen else None


def tell_unfrozen(message: "OutboxMessage") -> Reply | None:
    if message.member.is_frozen:
        return None
    return Reply(text=render("notices/unfrozen"), keyboard=[home_row()])


def tell_staff_message(message: "OutboxMessage") -> Reply | None:
    found = find_staff_message(message.params["message_id"])
    return Reply(text=render("notices/staff_message", text=found.text)) if found else None


def tell_referral(message: "OutboxMessage") -> Reply | None:
    if not message.member.notify_points:
        return None
    invited = get_member(message.params["invited_id"])
    text = render("notices/referral", invited=invited, amount=message.params["amount"])
    return Reply(text=text, keyboard=[home_row()])
