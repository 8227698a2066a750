"""A member's page: the numbers he holds and held. Codes and texts of SMS are not shown here."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from numbers.models import Lease
from project.panels import Panel

if TYPE_CHECKING:
    from accounts.models import Member

ROWS = 10


def read_leases(member: "Member", now: datetime) -> dict[str, Any]:
    # Index lease_of_member.
    leases = list(
        Lease.objects.filter(member_id=member.pk)
        .select_related("number__pool")
        .order_by("-started_at")[:ROWS]
    )
    for lease in leases:
        lease.is_held = lease.is_live(now)  # type: ignore[attr-defined]
    return {"leases": leases}


PANELS = [
    Panel(
        title="Numbers",
        icon="dialpad",
        template="admin/member/numbers.html",
        permission="numbers.view_lease",
        read=read_leases,
        view="admin:numbers_lease_changelist",
        query="member={}",
    )
]
