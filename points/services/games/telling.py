"""Tells of a game that several play: what its card shows has changed."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from accounts.services import queue_message
from points.selectors import Table, read_table
from points.services.xp import LevelUp, level_up_of

from .table import HeldGame


@dataclass(frozen=True, slots=True)
class Turn:
    """Where a game of several stands after an act, and the levels that its end brought."""

    table: Table
    level_ups: tuple[LevelUp, ...] = ()


def turn_of(held: HeldGame, level_ups: tuple[LevelUp, ...] | None = None) -> Turn:
    """`level_ups` as the end has just told them; None: as they were, for a repeated press."""
    table = Table(held.game, held.seats)
    return _turn_again(table) if level_ups is None else Turn(table, level_ups)


def turn_again(game_id: int) -> Turn:
    """For a repeated press, whose answer is as the first."""
    return _turn_again(read_table(game_id))


def _turn_again(table: Table) -> Turn:
    seats = [(seat.member_id, seat.finished_at) for seat in table.seats if seat.xp]
    found = [level_up_of(member_id, moment) for member_id, moment in seats if moment]
    return Turn(table, tuple(level_up for level_up in found if level_up))


def tell_table(
    held: HeldGame,
    now: datetime,
    *,
    but_for: int | None = None,
    level_ups: Sequence[LevelUp] = (),
) -> None:
    """Once for each state of the game: its group or, where it has none, both players.

    `but_for` acted himself: the answer to his press shows the game, in a group to everybody.
    """
    game = held.game
    params: dict[str, Any] = {"game_id": game.pk, "level_ups": [asdict(up) for up in level_ups]}
    listeners = [game.starter_id, game.opponent_id]
    if game.chat_telegram_id is not None:
        params["chat_id"] = game.chat_telegram_id
        listeners = [game.starter_id] if but_for is None else []
    for member_id in listeners:
        if member_id is None or member_id == but_for:
            continue
        queue_message(
            kind="games.table",
            key=f"games.table:{game.pk}:{game.state}:{len(held.seats)}:{member_id}",
            member_id=member_id,
            due_at=now,
            **params,
        )
