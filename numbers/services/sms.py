"""An SMS came to one of our numbers: stored once, for the one who held the number then."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import DateTimeField, F, Q, Value
from django.db.models.functions import Coalesce

from accounts.services import Priority, queue_message
from numbers.arrivals import SmsArrival
from numbers.codes import TEXT_MAX, extract_code
from numbers.models import InboundSms, Lease, Number, Provider

from .blocking import is_blocked
from .health import note_success

# How far a provider's clock may run ahead of ours.
SKEW_MAX = timedelta(minutes=2)
# A code is dead long before that: an older message is kept, but nobody is called for it.
DELIVERED_WITHIN = timedelta(hours=24)


@transaction.atomic
def receive_sms(
    provider: Provider, arrival: SmsArrival, *, now: datetime, came_at: datetime | None = None
) -> InboundSms | None:
    """Stores the message and queues it for its holder; None when it was stored before.

    The holder is whose lease covered the number when the message was received,
    however late we hear of it. A time that lies in the future proves nothing:
    such a message is kept for the staff, under the time of its arrival. It came at
    `came_at`, now by default, and may be handled later.
    """
    came_at = came_at or now
    is_credible = arrival.received_at <= came_at + SKEW_MAX
    received_at = min(arrival.received_at, came_at)
    lease = _lock_holder(arrival, received_at) if is_credible else None
    blocked = is_blocked(arrival.sender)
    sms = _store(provider, arrival, lease, received_at, blocked, now)
    if sms is None:
        return None
    if lease is not None:
        # What is withheld is no use to him: he is told so, and the lease counts as without SMS.
        if not blocked:
            _count(lease, received_at)
        if now - received_at <= DELIVERED_WITHIN and not sms.purged_at:
            _tell(sms, lease, now)
    note_success(provider, now)
    return sms


@transaction.atomic
def resend_sms(*, member_id: int, lease_id: int, key: str, now: datetime) -> int:
    """Sends the messages of his lease again; returns how many. Nothing for another's lease."""
    found = InboundSms.objects.filter(
        lease_id=lease_id,
        lease__member_id=member_id,
        is_blocked=False,
        purged_at__isnull=True,
    )
    messages = list(found.order_by("-received_at")[:5])
    for sms in reversed(messages):
        queue_message(
            kind="sms.received",
            key=f"sms:{sms.pk}:{key}",
            member_id=member_id,
            due_at=now,
            priority=Priority.CODE,
            sms_id=sms.pk,
        )
    return len(messages)


def _lock_holder(arrival: SmsArrival, received_at: datetime) -> Lease | None:
    """The lease that covered the number at that time, locked; None when in doubt.

    Many providers tell whole seconds, some minutes: then the message came at some time
    within it, and a lease that began in it counts, unless two share it. It may
    have begun later than now, by as much as our clock was set back meanwhile.
    """
    told_at = arrival.received_at
    latest = told_at if told_at.microsecond else told_at + arrival.within
    began = Q(started_at__lte=told_at) | Q(started_at__lt=latest)
    still_on = Q(ended_at__isnull=True) | Q(ended_at__gt=received_at)
    covering = Lease.objects.filter(
        began, still_on, number__e164=arrival.to_e164, expires_at__gt=received_at
    ).select_for_update(of=("self",))
    leases = list(covering.order_by("started_at")[:2])
    return leases[0] if len(leases) == 1 else None


def _store(
    provider: Provider,
    arrival: SmsArrival,
    lease: Lease | None,
    received_at: datetime,
    blocked: bool,
    now: datetime,
) -> InboundSms | None:
    words: dict[str, str | datetime] = {
        "sender": arrival.sender,
        "text": arrival.text[:TEXT_MAX],
        "code": extract_code(arrival.text),
    }
    # Read under the lease's lock, which erase_member waits for, or has held before.
    if lease is not None and lease.member.anonymised_at:
        words = {"sender": "", "text": "", "code": "", "purged_at": now}
    try:
        with transaction.atomic():
            return InboundSms.objects.create(
                provider=provider,
                provider_message_id=arrival.message_id,
                to_e164=arrival.to_e164,
                lease=lease,
                is_blocked=blocked,
                received_at=received_at,
                **words,
            )
    except IntegrityError:
        # Ours only if it is there: any other fault of the row is an error.
        if not InboundSms.objects.filter(
            provider=provider, provider_message_id=arrival.message_id
        ).exists():
            raise
        return None


def _count(lease: Lease, received_at: datetime) -> None:
    Lease.objects.filter(pk=lease.pk).update(
        sms_count=F("sms_count") + 1,
        first_sms_at=Coalesce("first_sms_at", Value(received_at, DateTimeField())),
    )
    # It came late: the number was given back as if unused. A later holder keeps it to his end.
    given_back = (Number.State.FREE, Number.State.RESTING)
    Number.objects.filter(pk=lease.number_id, state__in=given_back).update(
        state=Number.State.USED, rests_until=None
    )


def _tell(sms: InboundSms, lease: Lease, now: datetime) -> None:
    queue_message(
        kind="sms.withheld" if sms.is_blocked else "sms.received",
        key=f"sms:{sms.pk}",
        member_id=lease.member_id,
        due_at=now,
        priority=Priority.CODE,
        sms_id=sms.pk,
    )
