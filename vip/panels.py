"""A member's page: how long he is VIP and why, and whether the bot searches for him."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from project.panels import Act, ListAct, Panel
from vip.admin.boost_page import PERMISSION, boost_chosen
from vip.admin.grant_page import give_to_chosen, revoke_from_chosen
from vip.models import Boost, Grant, Membership
from vip.selectors import auto_search_standing, is_vip

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


def read_auto_search(member: "Member", now: datetime) -> dict[str, Any]:
    return {
        "standing": auto_search_standing(member.pk, now),
        "is_vip": is_vip(member.pk, now),
        # Index boost_history.
        "boosts": list(Boost.objects.filter(member=member).order_by("-id")[:ROWS]),
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
    ),
    Panel(
        title="Auto-search",
        icon="smart_toy",
        template="admin/member/auto_search.html",
        permission="vip.view_boost",
        read=read_auto_search,
        view="admin:vip_boost_changelist",
        query="member={}",
        acts=(
            Act(
                label="Boost auto-search",
                icon="bolt",
                view="admin:vip_boost",
                permission=PERMISSION,
                query="members={}",
                is_offered=lambda member: not member.anonymised_at,
            ),
        ),
    ),
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
    ListAct(
        name="boost_auto_search",
        label="Boost auto-search of the chosen…",
        permission=PERMISSION,
        run=boost_chosen,
    ),
]
