"""SMS that have arrived."""

from datetime import UTC, datetime

from numbers.services import SmsArrival, receive_sms
from tests.factories.numbers import make_lease, make_provider

NOW = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)


def make_sms(text="Your code is 482913"):
    lease = make_lease(now=NOW)
    arrival = SmsArrival(
        message_id="m", to_e164=lease.number.e164, sender="Example", text=text, received_at=NOW
    )
    return receive_sms(make_provider(), arrival, now=NOW)
