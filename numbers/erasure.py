"""Forgets what came for a member who has his data deleted."""

from django.utils import timezone

from numbers.models import InboundSms, Lease, PoolWait, RawEvent, RulesAcceptance
from numbers.services.ending import give_back
from numbers.services.queue import forget_wait


def erase_member(member_id: int, telegram_id: int) -> None:
    """The rows stay for the statistics and against a second storing, their words go.

    A number he holds is given back, so that nothing more comes for him; what he paid
    comes back to his wallet when the lease would have ended (settle_expired).
    """
    now = timezone.now()
    held = Lease.objects.filter(member=member_id, ended_at__isnull=True, settled_at__isnull=True)
    for lease in held.select_for_update(of=("self",)):
        give_back(lease, Lease.End.RELEASED, ended_at=min(now, lease.expires_at))
    for wait in PoolWait.objects.select_for_update(of=("self",)).filter(member=member_id):
        forget_wait(wait)
    # A message that is being stored for one of his leases holds its lock: this waits for it.
    list(Lease.objects.select_for_update(of=("self",)).filter(member=member_id).values_list("pk"))
    RulesAcceptance.objects.filter(member=member_id).delete()
    InboundSms.objects.filter(lease__member=member_id).update(
        sender="", text="", code="", purged_at=now
    )
    RawEvent.objects.filter(sms__lease__member=member_id).update(body=b"", purged_at=now)
