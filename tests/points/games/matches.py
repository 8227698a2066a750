"""What the tests of games between members share."""

from datetime import timedelta

from accounts.models import OutboxMessage
from accounts.services import SYSTEM
from points.models import Game, Seat, Wallet
from points.services import (
    accept_challenge,
    challenge,
    choose_move,
    decline_challenge,
    join_pot,
    open_pot,
    verify_ledger,
    withdraw_challenge,
)
from tests.points.conftest import NOW

GROUP = -1001
# Two quick taps lie behind.
SOON = NOW + timedelta(seconds=2)
LATE = NOW + timedelta(seconds=31)


def ask(one, other, *, kind="duel", stake=50, operation_id="a", group=None, now=NOW):
    turn = challenge(
        kind=kind,
        member_id=one.pk,
        opponent_id=other.pk,
        stake=stake,
        operation_id=operation_id,
        chat_telegram_id=group,
        now=now,
    )
    return turn.table.game


def accept(game, member, now=NOW):
    return accept_challenge(game_id=game.pk, member_id=member.pk, now=now).table


def decline(game, member, now=NOW):
    return decline_challenge(game_id=game.pk, member_id=member.pk, now=now).table


def withdraw(game, member, now=SOON):
    return withdraw_challenge(game_id=game.pk, member_id=member.pk, now=now).table


def choose(game, member, move, now=SOON):
    return choose_move(game_id=game.pk, member_id=member.pk, move=move, now=now).table


def open_one(member, *, stake=50, operation_id="a", group=GROUP, now=NOW):
    turn = open_pot(
        member_id=member.pk,
        chat_telegram_id=group,
        stake=stake,
        operation_id=operation_id,
        now=now,
    )
    return turn.table.game


def join(game, member, stake=50, now=NOW, **more):
    return join_pot(game_id=game.pk, member_id=member.pk, stake=stake, now=now, **more).table


def outcomes(game):
    return list(Seat.objects.filter(game=game).order_by("id").values_list("outcome", flat=True))


def check_books(total: int) -> None:
    """No point was made or lost: what is not in a wallet is at stake."""
    staked = sum(Seat.objects.filter(finished_at=None).values_list("stake", flat=True))
    assert sum(Wallet.objects.values_list("balance", flat=True)) + staked == total
    assert verify_ledger(actor=SYSTEM, now=NOW).faults == []


def end_of(game):
    game = Game.objects.get(pk=game.pk)
    return game.state, game.result.get("end")


def told(game):
    """Who has been told of the game, or the group, in the order in which they were."""
    messages = OutboxMessage.objects.filter(kind="games.table", params__game_id=game.pk)
    return [
        message.params.get("chat_id") or message.member_id for message in messages.order_by("id")
    ]
