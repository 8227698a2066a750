"""A member asks another to play: duel, or rock, paper, scissors.

The challenger's stake is taken when the challenge stands, the other's when he
accepts. Who acts on a challenge that moved on meanwhile is shown how it stands.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from accounts.selectors import get_member
from points.errors import (
    ChallengeOpen,
    GameNotFound,
    NotAPlayer,
    OpponentUnavailable,
    SelfChallenge,
)
from points.models import Game
from points.selectors.tables import unfinished_games
from points.services.ledger import HeldWallet, lock_wallets
from project.errors import Refusal

from .duel import draw_duel
from .limits import check_stake
from .plays import find_play, is_second_tap
from .rps import await_moves
from .table import HeldGame, hold_game, join_game, refund_game, start_game
from .telling import Turn, tell_table, turn_again, turn_of

ANSWER_TIME = timedelta(seconds=30)

# What follows once both stakes are in, by kind.
STARTS: dict[str, Callable[[HeldGame, datetime], Turn]] = {
    Game.Kind.DUEL: draw_duel,
    Game.Kind.RPS: await_moves,
}


@transaction.atomic
def challenge(
    *,
    kind: str,
    member_id: int,
    opponent_id: int,
    stake: int,
    operation_id: str,
    now: datetime,
    chat_telegram_id: int | None = None,
) -> Turn:
    """Takes the challenger's stake and asks the other. The same operation id: the same challenge.

    Raises SelfChallenge, ChallengeOpen, OpponentUnavailable, and as start_game does.
    """
    if member_id == opponent_id:
        raise SelfChallenge()
    wallets = lock_wallets([member_id, opponent_id])
    if play := find_play(member_id, operation_id, kind, wallets[member_id]):
        return turn_again(play.game.pk)
    if _are_playing(member_id, opponent_id):
        raise ChallengeOpen(name=get_member(opponent_id).display_name)
    held = start_game(
        wallets[member_id],
        kind=kind,
        state=Game.State.OPEN,
        stake=stake,
        operation_id=operation_id,
        now=now,
        due_at=now + ANSWER_TIME,
        has_chance=kind == Game.Kind.DUEL,
        opponent_id=opponent_id,
        chat_telegram_id=chat_telegram_id,
    )
    _check_opponent(held.game, wallets[opponent_id], now)
    tell_table(held, now, but_for=member_id)
    return turn_of(held)


@transaction.atomic
def accept_challenge(*, game_id: int, member_id: int, now: datetime) -> Turn:
    """Takes the other's stake and goes on. Raises GameNotFound, NotAPlayer, and as start_game."""
    held = _hold(game_id, member_id)
    game = held.game
    if member_id != game.opponent_id:
        raise NotAPlayer()
    if game.state != Game.State.OPEN:
        return turn_of(held)
    if game.due_at is not None and now >= game.due_at:
        return _call_off(held, "unanswered", member_id, now)
    if held.is_out(held.seat_of(game.starter_id)):
        return _call_off(held, "frozen", member_id, now)
    join_game(held, held.wallets[member_id], game.stake, now)
    turn = STARTS[game.kind](held, now)
    tell_table(held, now, but_for=member_id, level_ups=turn.level_ups)
    return turn


@transaction.atomic
def decline_challenge(*, game_id: int, member_id: int, now: datetime) -> Turn:
    """By the one who was asked. Raises GameNotFound, NotAPlayer."""
    held = _hold(game_id, member_id)
    if member_id != held.game.opponent_id:
        raise NotAPlayer()
    return _call_off(held, "declined", member_id, now)


@transaction.atomic
def withdraw_challenge(*, game_id: int, member_id: int, now: datetime) -> Turn:
    """By the one who asked, before it is accepted. Raises GameNotFound, NotAPlayer."""
    held = _hold(game_id, member_id)
    if member_id != held.game.starter_id:
        raise NotAPlayer()
    # The button stands where he has just challenged: it is not for the second of two quick taps.
    if is_second_tap(held.game.created_at, now):
        return turn_of(held)
    return _call_off(held, "withdrawn", member_id, now)


def end_challenge(held: HeldGame, now: datetime) -> None:
    """The time is up: whoever did not answer or did not choose, all stakes go back."""
    is_open = held.game.state == Game.State.OPEN
    refund_game(held, {"end": "unanswered" if is_open else "idle"}, now)
    tell_table(held, now)


def _hold(game_id: int, member_id: int) -> HeldGame:
    held = hold_game(game_id, also=member_id)
    if held.game.kind not in STARTS:
        raise GameNotFound()
    return held


def _call_off(held: HeldGame, end: str, member_id: int, now: datetime) -> Turn:
    if held.game.state == Game.State.OPEN:
        refund_game(held, {"end": end}, now)
        tell_table(held, now, but_for=member_id)
    return turn_of(held)


def _are_playing(one: int, other: int) -> bool:
    """Both wallets are locked, so nobody else can say otherwise meanwhile."""
    pair = Q(starter=one, opponent=other) | Q(starter=other, opponent=one)
    return unfinished_games().filter(pair).exists()


def _check_opponent(game: Game, wallet: HeldWallet, now: datetime) -> None:
    """One refusal for all reasons: nobody learns another's balance, limits or standing by it."""
    member = get_member(wallet.member_id)
    # In a group he sees the challenge there, whether or not he takes private messages.
    is_there = game.chat_telegram_id is not None or member.reachability == "reachable"
    is_able = not wallet.is_frozen and wallet.balance >= game.stake
    if is_there and is_able and member.anonymised_at is None:
        try:
            check_stake(wallet, game.stake, now, kind=game.kind)
        except Refusal:
            pass
        else:
            return
    raise OpponentUnavailable(name=member.display_name)
