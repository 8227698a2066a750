"""A member's page: his balance and what moved it."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from points.admin.entry_words import say_note
from points.admin.gift_page import ACTION, give_to_chosen
from points.levels import xp_of_level
from points.models import Entry, Item, ItemEntry, Wallet
from points.selectors import (
    active_multiplier,
    bag_of,
    list_seats,
    play_totals,
    progress_of,
)
from points.services import own_limits_of
from project.panels import Act, ListAct, Panel

if TYPE_CHECKING:
    from accounts.models import Member

ROWS = 20


def read_points(member: "Member", now: datetime) -> dict[str, Any]:
    wallet = Wallet.objects.filter(pk=member.pk).first()
    # Index entry_history.
    entries = Entry.objects.filter(wallet_id=member.pk).order_by("-id")
    shown = entries.select_related("counterparty__member")[:ROWS]
    return {
        "balance": wallet.balance if wallet else 0,
        "entries": [(entry, say_note(entry)) for entry in shown],
    }


def read_progress(member: "Member", now: datetime) -> dict[str, Any]:
    progress = progress_of(member.pk)
    return {"progress": progress, "next_xp": xp_of_level(progress.level + 1)}


def read_games(member: "Member", now: datetime) -> dict[str, Any]:
    return {
        "totals": play_totals(member.pk),
        "seats": list_seats(member.pk, limit=ROWS),
        "multiplier": active_multiplier(member.pk),
    }


def read_limits(member: "Member", now: datetime) -> dict[str, Any]:
    return {"limits": own_limits_of(member.pk, now)}


def read_items(member: "Member", now: datetime) -> dict[str, Any]:
    moves = ItemEntry.objects.filter(item__member=member).select_related("item").order_by("-id")
    return {
        "bag": [(Item.Kind(kind).label, count) for kind, count in bag_of(member.pk).items()],
        "moves": list(moves[:ROWS]),
    }


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
        title="Games",
        icon="casino",
        template="admin/member/games.html",
        permission="points.view_game",
        read=read_games,
        view="admin:points_game_changelist",
        query="member={}",
    ),
    # To be looked at: nobody but the member lifts what he has set for himself.
    Panel(
        title="Limits of play",
        icon="self_improvement",
        template="admin/member/limits.html",
        permission="points.view_playlimits",
        read=read_limits,
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
                label="Give items",
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
        name=ACTION,
        label="Give items to the chosen…",
        permission="points.give_item",
        run=give_to_chosen,
    )
]
