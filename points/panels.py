"""A member's page: his balance and what moved it."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from points.admin.gift_page import give_to_chosen
from points.levels import xp_of_level
from points.models import Entry, ItemEntry, Wallet
from points.selectors import count_jackpots, progress_of
from project.panels import Act, ListAct, Panel

if TYPE_CHECKING:
    from accounts.models import Member

ROWS = 20


def read_points(member: "Member", now: datetime) -> dict[str, Any]:
    wallet = Wallet.objects.filter(pk=member.pk).first()
    # Index entry_history.
    entries = Entry.objects.filter(wallet_id=member.pk).order_by("-id")
    return {
        "balance": wallet.balance if wallet else 0,
        "entries": list(entries.select_related("counterparty__member")[:ROWS]),
    }


def read_progress(member: "Member", now: datetime) -> dict[str, Any]:
    progress = progress_of(member.pk)
    return {"progress": progress, "next_xp": xp_of_level(progress.level + 1)}


def read_items(member: "Member", now: datetime) -> dict[str, Any]:
    moves = ItemEntry.objects.filter(item__member=member).select_related("item").order_by("-id")
    return {"jackpots": count_jackpots(member.pk), "moves": list(moves[:ROWS])}


PANELS = [
    Panel(
        title="Points",
        icon="toll",
        template="admin/member/points.html",
        permission="points.view_entry",
        read=read_points,
        view="admin:points_entry_changelist",
        query="wallet={}",
        acts=(
            Act(
                label="Give or take points",
                icon="toll",
                view="admin:points_wallet_adjust",
                permission="points.adjust_points",
            ),
        ),
    ),
    Panel(
        title="Level",
        icon="military_tech",
        template="admin/member/level.html",
        permission="points.view_progress",
        read=read_progress,
    ),
    Panel(
        title="Items",
        icon="backpack",
        template="admin/member/items.html",
        permission="points.view_item",
        read=read_items,
        view="admin:points_itementry_changelist",
        query="item__member={}",
        acts=(
            Act(
                label="Give jackpots",
                icon="backpack",
                view="admin:points_item_give",
                permission="points.give_item",
                query="members={}",
                is_offered=lambda member: not (member.anonymised_at or member.is_frozen),
            ),
        ),
    ),
]

LIST_ACTS = [
    ListAct(
        name="give_jackpots",
        label="Give jackpots to the chosen…",
        permission="points.give_item",
        run=give_to_chosen,
    )
]
