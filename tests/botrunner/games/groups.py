"""Members of one group, who see the same messages, and what the outbox brings them."""

from contextlib import contextmanager
from datetime import timedelta

from django.utils import timezone

from accounts.models import OutboxMessage
from botrunner.outbox import make_call
from tests.factories import make_member
from tests.phone import Phone


def make_phones(*names: str, points: int = 100, **fields) -> list[Phone]:
    return [
        Phone(make_member(points=points, first_name=name, username=name.lower(), **fields))
        for name in names
    ]


def look(phone: Phone, other: Phone) -> Phone:
    """`phone` sees the message that `other` saw last."""
    phone.screen, phone.screen_id = other.screen, other.screen_id
    return phone


def deliver() -> list[dict]:
    """The calls of all messages that wait, as the sender would make them."""
    calls = []
    for message in OutboxMessage.objects.filter(state="waiting").order_by("id"):
        call = make_call(message)
        OutboxMessage.objects.filter(pk=message.pk, state="waiting").update(state="sent")
        calls += [call] if call else []
    return calls


def open_message(phone: Phone, call: dict, message_id: int = 900) -> Phone:
    """The member opens what the outbox brought to his private chat."""
    phone.screen = call["params"]
    phone.screen_id = call["params"].get("message_id", message_id)
    return phone


@contextmanager
def some_time_ago(*phones: Phone, seconds: int = 5):
    """What is done meanwhile lies behind by now: the next press is no second tap."""
    for phone in phones:
        phone.now = timezone.now() - timedelta(seconds=seconds)
    yield
    for phone in phones:
        phone.now = None
