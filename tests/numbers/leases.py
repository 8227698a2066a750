"""What the tests of leases look at, and an SMS to a number that is held."""

from datetime import UTC, datetime

from accounts.models import Member
from numbers.models import Lease, Number
from numbers.services import SmsArrival, receive_sms
from points.models import Wallet
from tests.factories.numbers import make_provider

# With a fraction of a second, as moments have.
NOW = datetime(2026, 5, 1, 12, 0, 0, 250_000, tzinfo=UTC)


def balance(member: Member) -> int:
    return Wallet.objects.get(pk=member.pk).balance


def state(lease: Lease) -> str:
    return Number.objects.get(pk=lease.number_id).state


def sms_came(lease: Lease, at: datetime) -> None:
    arrival = SmsArrival(
        message_id=f"m{lease.pk}",
        to_e164=lease.number.e164,
        sender="Example",
        text="482913",
        received_at=at,
    )
    receive_sms(make_provider(f"p{lease.pk}"), arrival, now=at)
