"""A member's page: how long he is VIP, and why."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from project.panels import Act, ListAct, Panel
from vip.admin.grant_page import give_to_chosen, revoke_from_chosen
from vip.models import Grant, Membership
from vip.selectors import is_vip

if TYPE_CHECKING:
    from accounts.models import Member

ROWS = 10


def read_vip(member: "Member", now: datetime) -> dict[str, Any]:
    membership = Membership.objects.filter(pk=member.pk).first()
    # Index grant_history.
    grants = Grant.objects.filter(membership_id=member.pk).order_by("-id")
    grants = grants.select_related("entry__wallet__member")
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
        acts=(
            Act(
                label="Give VIP",
                icon="redeem",
                view="admin:vip_grant",
                permission="vip.add_grant",
                query="members={}",
                is_offered=lambda member: not (member.anonymised_at or member.banned_at),
            ),
            Act(
                label="Revoke VIP",
                icon="block",
                view="admin:vip_revoke",
                permission="vip.add_grant",
                style="bad",
                is_offered=lambda member: is_vip(member.pk, timezone.now()),
            ),
        ),
    )
]

LIST_ACTS = [
    ListAct(
        name="give_vip",
        label="Give VIP to the chosen…",
        permission="vip.add_grant",
        run=give_to_chosen,
    ),
    ListAct(
        name="revoke_vip",
        label="Revoke VIP from the chosen…",
        permission="vip.add_grant",
        run=revoke_from_chosen,
    ),
]
