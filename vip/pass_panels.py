"""A member's page: his premium, and the ads it came by."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from project.panels import Panel
from vip.models import Membership, Pass
from vip.premium import count_passes_used
from vip.selectors import get_settings

if TYPE_CHECKING:
    from accounts.models import Member

ROWS = 10


def read_premium(member: "Member", now: datetime) -> dict[str, Any]:
    membership = Membership.objects.filter(pk=member.pk).first()
    # Index pass_of_member.
    passes = Pass.objects.filter(member=member.pk).order_by("-id")[:ROWS]
    return {
        "is_premium": membership is not None and membership.is_premium(now),
        "until": membership and membership.premium_until,
        "used": count_passes_used(member.pk, now),
        "limit": get_settings().passes_daily_max,
        "passes": [(held, held.state(now)) for held in passes],
    }


PANELS = [
    Panel(
        title="Premium",
        icon="local_activity",
        template="admin/member/premium.html",
        permission="vip.view_pass",
        read=read_premium,
        view="admin:vip_pass_changelist",
        query="member={}",
    )
]
