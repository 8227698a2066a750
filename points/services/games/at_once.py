"""Games that are over as soon as they begin: stake, draw and payout in one act.

Plain SQL, because they are pressed again and again: the game and its seat are
written once, as they end, and what the house and the member allow is one read.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from points.games.fairness import Draws, seed_of
from points.models import Entry, Game, PlayLimits, PointsSettings, Seat
from points.services.ledger import HeldWallet, credit, debit, lock_wallet
from points.services.xp import earn_by_game
from project.sql import adapt_time, hot_cursor, read_time

from .limits import check_bounds
from .plays import Play, find_play, game_key
from .table import credit_bonus, entry_cause, outcome_of

# Index game_key; all others by their primary keys.
_READ = """
    SELECT g.id, s.game_stake_max, s.game_xp_daily_max, l.member_id, l.daily_loss_max,
        l.next_daily_loss_max, l.changes_at, l.paused_until, x.factor
    FROM points_wallet w
    LEFT JOIN points_pointssettings s ON s.id = 1
    LEFT JOIN points_playlimits l ON l.member_id = w.member_id
    LEFT JOIN points_multiplier x ON x.member_id = w.member_id AND x.games_left > 0
    LEFT JOIN points_game g ON g.key = %s
    WHERE w.member_id = %s
"""
_GAME = """
    INSERT INTO points_game (kind, state, key, starter_id, chat_telegram_id, stake, seed, choices,
        result, created_at, finished_at)
    VALUES (%s, 'settled', %s, %s, %s, %s, %s, %s, %s, %s, %s) RETURNING id
"""
_SEAT = """
    INSERT INTO points_seat (game_id, member_id, stake, secret, outcome, payout, multiplier, bonus,
        xp, joined_at, finished_at)
    VALUES (%s, %s, %s, '', %s, %s, %s, %s, %s, %s, %s) RETURNING id
"""
_COUNT_DOWN = "UPDATE points_multiplier SET games_left = games_left - 1 WHERE member_id = %s"


@dataclass(frozen=True, slots=True)
class _Facts:
    is_played: bool
    stake_max: int
    xp_max: int
    limits: PlayLimits | None
    factor: int


# From the draws to the total return and what the rules answered.
Rules = Callable[[Draws], tuple[int, Mapping[str, Any]]]


def play_at_once(
    rules: Rules,
    *,
    kind: str,
    member_id: int,
    stake: int,
    operation_id: str,
    now: datetime,
    choices: Mapping[str, Any] | None = None,
    chat_telegram_id: int | None = None,
) -> Play:
    """Takes the stake, draws, pays. The same operation id returns the first game.

    Needs an open transaction. Raises StakeTooHigh, GamesPaused, LossLimitReached,
    NotEnoughPoints, WalletFrozen, InvalidAmount, KeyReused.
    """
    wallet = lock_wallet(member_id)
    key = game_key(member_id, operation_id)
    facts = _read(member_id, key)
    if facts.is_played and (play := find_play(member_id, operation_id, kind, wallet)):
        return play
    check_bounds(member_id, stake, facts.stake_max, facts.limits, now)
    seed = seed_of(member_id, operation_id)
    payout, result = rules(Draws(seed))
    game = Game(
        kind=kind,
        state=Game.State.SETTLED,
        key=key,
        starter_id=member_id,
        chat_telegram_id=chat_telegram_id,
        stake=stake,
        seed=seed,
        choices=dict(choices or {}),
        result=dict(result),
        created_at=now,
        finished_at=now,
    )
    return _settle(wallet, game, payout, facts, now)


def _settle(wallet: HeldWallet, game: Game, payout: int, facts: _Facts, now: datetime) -> Play:
    _insert_game(game)
    cause = entry_cause(Entry.Kind.GAME_STAKE, "stake", game, wallet.member_id, now)
    debit(wallet, game.stake, cause)
    seat = Seat(
        game=game,
        member_id=wallet.member_id,
        stake=game.stake,
        outcome=outcome_of(game.stake, payout),
        payout=payout,
        multiplier=facts.factor,
        joined_at=now,
        finished_at=now,
    )
    _pay(wallet, game, seat, now)
    seat.xp, level_up = earn_by_game(wallet, seat.outcome, now, daily_max=facts.xp_max)
    _insert_seat(seat)
    return Play(game, seat, wallet.balance, (level_up,) if level_up else ())


def _read(member_id: int, key: str) -> _Facts:
    with hot_cursor() as cursor:
        cursor.execute(_READ, [key, member_id])
        game_id, stake_max, xp_max, limited_id, *limits, factor = cursor.fetchone()
    if stake_max is None:
        defaults = PointsSettings()
        stake_max, xp_max = defaults.game_stake_max, defaults.game_xp_daily_max
    own = _read_limits(limited_id, *limits) if limited_id is not None else None
    return _Facts(game_id is not None, stake_max, xp_max, own, factor or 1)


def _read_limits(
    member_id: int, most: int | None, next_most: int | None, changes_at: Any, paused_until: Any
) -> PlayLimits:
    return PlayLimits(
        member_id=member_id,
        daily_loss_max=most,
        next_daily_loss_max=next_most,
        changes_at=changes_at and read_time(changes_at),
        paused_until=paused_until and read_time(paused_until),
    )


def _insert_game(game: Game) -> None:
    now = adapt_time(game.created_at)
    values: list[Any] = [game.kind, game.key, game.starter_id, game.chat_telegram_id, game.stake]
    values += [game.seed, json.dumps(game.choices), json.dumps(game.result), now, now]
    with hot_cursor() as cursor:
        cursor.execute(_GAME, values)
        game.pk = cursor.fetchone()[0]


def _pay(wallet: HeldWallet, game: Game, seat: Seat, now: datetime) -> None:
    """The payout, and with an active multiplier what it adds; counts that down."""
    if seat.payout:
        cause = entry_cause(Entry.Kind.GAME_PAYOUT, "end", game, seat.member_id, now)
        credit(wallet, seat.payout, cause)
    if seat.multiplier == 1:
        return
    with hot_cursor() as cursor:
        cursor.execute(_COUNT_DOWN, [seat.member_id])
    credit_bonus(game, wallet, seat, now)


def _insert_seat(seat: Seat) -> None:
    now = adapt_time(seat.joined_at)
    values: list[Any] = [seat.game_id, seat.member_id, seat.stake, seat.outcome, seat.payout]
    values += [seat.multiplier, seat.bonus, seat.xp, now, now]
    with hot_cursor() as cursor:
        cursor.execute(_SEAT, values)
        seat.pk = cursor.fetchone()[0]
