"""The staff writes to a member."""

from datetime import datetime

from django.db import transaction

from accounts.errors import InvalidMessage
from accounts.models import STAFF_MESSAGE_LENGTH_MAX, StaffMessage

from .audit import Actor, record
from .outbox import queue_message
from .people import lock_member


@transaction.atomic
def message_member(*, member_id: int, text: str, actor: Actor, now: datetime) -> StaffMessage:
    """Kept beside the member and sent through the outbox. Raises InvalidMessage, MemberGone."""
    text = text.replace("\x00", "").replace("\r\n", "\n").strip()
    if not 1 <= len(text) <= STAFF_MESSAGE_LENGTH_MAX:
        raise InvalidMessage(length_max=STAFF_MESSAGE_LENGTH_MAX)
    member = lock_member(member_id)
    message = StaffMessage.objects.create(
        member=member,
        text=text,
        actor_user_id=actor.user_id,
        actor_label=actor.label[:150],
        created_at=now,
    )
    queue_message(
        kind="accounts.staff_message",
        key=f"accounts.staff_message:{message.pk}",
        member_id=member.pk,
        due_at=now,
        message_id=message.pk,
    )
    record("member.message", actor=actor, member=member, target=f"message {message.pk}")
    return message
