"""A member's page: how long he is VIP, and why."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from project.panels import Panel
from vip.models import Grant, Membership

if TYPE_CHECKING:
    from accounts.models import Member

ROWS = 10


def read_vip(member: "Member", now: datetime) -> dict[str, Any]:
    membership = Membership.objects.filter(pk=member.pk).first()
    # Index grant_history.
    grants = Grant.objects.filter(membership_id=member.pk).order_by("-id")
    return {
        "is_vip": membership is not None and membership.is_vip(now),
        "until": membership and membership.vip_until,
        "grants": list(grants[:ROWS]),
    }


PANELS = [
    Panel(
        title="VIP",
        icon="workspace_premium",
        template="admin/member/vip.html",
        permission="vip.view_grant",
        read=read_vip,
        view="admin:vip_grant_changelist",
        query="membership={}",
    )
]
