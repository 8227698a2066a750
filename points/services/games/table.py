"""What all games share: a stake is taken when a game starts and leaves it when it ends, once.

start_game, join_game and raise_stake take points from the players; settle_game or
refund_game gives back what is theirs, and after that a move is refused (GameOver).

All functions need an open transaction. Wallets are locked first, all in one
call, then the game's row; a game that nobody else can know of yet needs no lock.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from points.errors import GameNotFound
from points.games.fairness import seed_of
from points.models import Entry, Game, Seat
from points.selectors import active_multiplier, get_settings
from points.services.ledger import Cause, HeldWallet, credit, debit, lock_wallets
from points.services.xp import LevelUp, earn_by_game

from .limits import check_raise, check_stake
from .plays import game_key

Outcome = Seat.Outcome

HOLD_ATTEMPTS_MAX = 10


@dataclass(frozen=True, slots=True)
class End:
    """How a game ends for one of its players: `payout` is the total return."""

    outcome: Outcome
    payout: int


def winner_takes_all(players: Sequence[Seat], place: int) -> dict[int, End]:
    """How it ends for players of whom the one at `place` takes all their stakes."""
    ends = {seat.member_id: End(Outcome.LOSS, 0) for seat in players}
    stakes = sum(seat.stake for seat in players)
    return ends | {players[place].member_id: End(Outcome.WIN, stakes)}


@dataclass(slots=True)
class HeldGame:
    """A game, its seats and all their wallets, locked by this transaction."""

    game: Game
    seats: list[Seat]
    wallets: dict[int, HeldWallet]

    def seat_of(self, member_id: int) -> Seat:
        """Raises GameNotFound for who has no part in it."""
        for seat in self.seats:
            if seat.member_id == member_id:
                return seat
        raise GameNotFound()

    def is_out(self, seat: Seat) -> bool:
        """Frozen or banned meanwhile, or gone with all his data: he neither wins nor loses."""
        return self.wallets[seat.member_id].is_frozen or seat.member.anonymised_at is not None


def start_game(
    wallet: HeldWallet,
    *,
    kind: str,
    stake: int,
    operation_id: str,
    now: datetime,
    due_at: datetime,
    state: str = Game.State.PLAYING,
    choices: Mapping[str, Any] | None = None,
    has_chance: bool = True,
    opponent_id: int | None = None,
    chat_telegram_id: int | None = None,
) -> HeldGame:
    """Takes the starter's stake. `due_at`: when it ends by itself, if nobody ends it before.

    Raises StakeTooHigh, GamesPaused, LossLimitReached, NotEnoughPoints, WalletFrozen,
    AccountTooNew, InvalidAmount.
    """
    game = Game(
        kind=kind,
        state=state,
        key=game_key(wallet.member_id, operation_id),
        starter_id=wallet.member_id,
        opponent_id=opponent_id,
        chat_telegram_id=chat_telegram_id,
        stake=stake,
        seed=seed_of(wallet.member_id, operation_id) if has_chance else "",
        choices=dict(choices or {}),
        due_at=due_at,
        created_at=now,
    )
    check_stake(wallet, stake, now, kind=kind)
    game.save(force_insert=True)
    held = HeldGame(game, [], {wallet.member_id: wallet})
    held.seats.append(_take_seat(game, wallet, stake, now))
    return held


def join_game(held: HeldGame, wallet: HeldWallet, stake: int, now: datetime) -> Seat:
    """Takes another player's stake; his wallet must be locked. Raises as start_game does."""
    check_stake(wallet, stake, now, kind=held.game.kind)
    seat = _take_seat(held.game, wallet, stake, now)
    held.seats.append(seat)
    held.wallets[wallet.member_id] = wallet
    return seat


def raise_stake(held: HeldGame, seat: Seat, more: int, now: datetime) -> None:
    """Takes more from a player who has a seat, once a game. Raises as start_game does."""
    wallet = held.wallets[seat.member_id]
    check_raise(wallet.member_id, more, total=seat.stake + more, now=now)
    debit(wallet, more, entry_cause(Entry.Kind.GAME_STAKE, "raise", held.game, seat.member_id, now))
    seat.stake += more
    seat.save(update_fields=["stake"])


def hold_game(game_id: int, *, also: int | None = None) -> HeldGame:
    """Locks a game with the wallets of its players, and of `also` who may become one.

    Who plays is read before the locks and again under them. When somebody came in
    between, the locks taken here are given back before the next try: to lock one more
    wallet while holding others would break their order. Raises GameNotFound.
    """
    members = set(Seat.objects.filter(game=game_id).values_list("member_id", flat=True))
    if not members:
        raise GameNotFound()
    if also is not None:
        members.add(also)
    for _attempt in range(HOLD_ATTEMPTS_MAX):
        savepoint = transaction.savepoint()
        held = _hold(game_id, members)
        unheld = {seat.member_id for seat in held.seats} - members
        if not unheld:
            transaction.savepoint_commit(savepoint)
            return held
        transaction.savepoint_rollback(savepoint)
        members |= unheld
    raise RuntimeError(f"players keep coming to game {game_id}")


def settle_game(
    held: HeldGame, ends: Mapping[int, End], result: Mapping[str, Any], now: datetime
) -> tuple[LevelUp, ...]:
    """Pays every player his part, with his multiplier, and gives XP. `ends` by member id.

    A player who was frozen meanwhile receives what the rules give him and nothing beyond it.
    """
    level_ups, xp_max = [], get_settings().game_xp_daily_max
    for seat in held.seats:
        wallet, end = held.wallets[seat.member_id], ends[seat.member_id]
        seat.outcome, seat.payout, seat.finished_at = end.outcome, end.payout, now
        if end.outcome == Outcome.REFUND:
            _pay(held.game, wallet, Entry.Kind.GAME_REFUND, end.payout, now)
        else:
            _pay(held.game, wallet, Entry.Kind.GAME_PAYOUT, end.payout, now)
            if not wallet.is_frozen:
                _multiply(held.game, wallet, seat, now)
                seat.xp, level_up = earn_by_game(wallet, seat.outcome, now, daily_max=xp_max)
                level_ups += [level_up] if level_up else []
        seat.save()
    _finish(held.game, Game.State.SETTLED, result, now)
    return tuple(level_ups)


def refund_game(held: HeldGame, result: Mapping[str, Any], now: datetime) -> None:
    """Everybody gets his stake back, frozen or not: it was his all the time."""
    for seat in held.seats:
        _pay(held.game, held.wallets[seat.member_id], Entry.Kind.GAME_REFUND, seat.stake, now)
        seat.outcome, seat.payout, seat.finished_at = Outcome.REFUND, seat.stake, now
        seat.save()
    _finish(held.game, Game.State.REFUNDED, result, now)


def _hold(game_id: int, members: set[int]) -> HeldGame:
    wallets = lock_wallets(members)
    game = Game.objects.select_for_update(no_key=True).get(pk=game_id)
    return HeldGame(game, list(game.seats.select_related("member").order_by("id")), wallets)


def _take_seat(game: Game, wallet: HeldWallet, stake: int, now: datetime) -> Seat:
    debit(wallet, stake, entry_cause(Entry.Kind.GAME_STAKE, "stake", game, wallet.member_id, now))
    return Seat.objects.create(game=game, member_id=wallet.member_id, stake=stake, joined_at=now)


def _pay(game: Game, wallet: HeldWallet, kind: str, amount: int, now: datetime) -> None:
    """The escrow leaves the game: also to a frozen wallet, which cannot spend it."""
    if amount:
        credit(
            wallet, amount, entry_cause(kind, "end", game, wallet.member_id, now, is_escrow=True)
        )


def _multiply(game: Game, wallet: HeldWallet, seat: Seat, now: datetime) -> None:
    """Counts the active multiplier down and adds what it makes of the net winnings."""
    active = active_multiplier(wallet.member_id)
    if active is None:
        return
    active.games_left -= 1
    active.save(update_fields=["games_left"])
    seat.multiplier = active.factor
    credit_bonus(game, wallet, seat, now)


def outcome_of(stake: int, payout: int) -> Outcome:
    """Against the house, where what was paid tells it."""
    if payout == stake:
        return Outcome.DRAW
    return Outcome.WIN if payout > stake else Outcome.LOSS


def credit_bonus(game: Game, wallet: HeldWallet, seat: Seat, now: datetime) -> None:
    """What a seat's multiplier adds to what its member won beyond his stake."""
    seat.bonus = max(seat.payout - seat.stake, 0) * (seat.multiplier - 1)
    if seat.bonus:
        cause = entry_cause(Entry.Kind.GAME_BONUS, "bonus", game, wallet.member_id, now)
        credit(wallet, seat.bonus, cause)


def _finish(game: Game, state: str, result: Mapping[str, Any], now: datetime) -> None:
    game.state, game.result, game.due_at, game.finished_at = state, dict(result), None, now
    game.save(update_fields=["state", "choices", "result", "due_at", "finished_at"])


def entry_cause(
    kind: str, name: str, game: Game, member_id: int, now: datetime, *, is_escrow: bool = False
) -> Cause:
    """`name`, of Game.ENTRY_NAMES, has one effect for a member in a game."""
    return Cause(
        kind=kind,
        key=game.entry_key(member_id, name),
        now=now,
        note=f"{game.kind} {game.pk}",
        despite_freeze=is_escrow,
    )
