"""Staff end a game that is not over: everybody has his stake back, once, and is told."""

import pytest

from accounts.errors import ReasonRequired
from accounts.models import AuditEntry, OutboxMessage
from accounts.services import SYSTEM, web_actor
from botrunner.notices import NOTICES
from points.errors import GameNotFound, GameOver, OwnGame
from points.models import Entry, Game, Multiplier, Seat
from points.selectors import balance_of
from points.services import cancel_game, verify_ledger
from points.services.games.clock import end_due_games
from tests.concurrency import run_together
from tests.factories import make_member
from tests.factories.games import double, make_game, seat_in, settle, switch_on
from tests.factories.staff import make_staff_user
from tests.points.conftest import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def cancel(actor):
    def call(game, reason="stuck"):
        return cancel_game(game_id=game.pk, reason=reason, actor=actor, now=NOW)

    return call


@pytest.fixture
def duel():
    ann, boris = make_member(points=100, first_name="Ann"), make_member(points=100)
    game = make_game(ann, kind="duel", stake=40, state="open", opponent_id=boris.pk, now=NOW)
    seat_in(game, boris, stake=40, now=NOW)
    return game, ann, boris


def test_everybody_has_his_stake_back_and_is_told(cancel, duel):
    game, ann, boris = duel

    assert cancel(game) == 80

    game.refresh_from_db()
    assert (game.state, game.result) == ("refunded", {"end": "staff", "reason": "stuck"})
    assert [balance_of(member.pk) for member in (ann, boris)] == [100, 100]
    told = OutboxMessage.objects.order_by("member_id")
    assert [message.member_id for message in told] == [ann.pk, boris.pk]
    texts = [NOTICES[message.kind](message).text for message in told]
    assert all("<b>40 points</b> are back" in text and "stuck" in text for text in texts)
    assert verify_ledger(actor=SYSTEM, now=NOW).faults == []


def test_the_audit_says_who_did_it_and_why(cancel, duel):
    game, ann, boris = duel

    cancel(game, reason=" the\u202e bot \n hung ")

    audit = AuditEntry.objects.get()
    assert (audit.action, audit.target) == ("points.cancel_game", f"game {game.pk}")
    assert (audit.actor_label, audit.reason) == ("chief", "the bot hung")
    assert audit.details == {"kind": "duel", "players": [ann.pk, boris.pk], "returned": 80}


def test_a_doubled_stake_comes_back_whole_and_a_multiplier_stays(cancel):
    ann = make_member(points=100)
    switch_on(ann, 2, now=NOW)
    game = make_game(ann, kind="blackjack", stake=20, now=NOW)
    double(game, ann, now=NOW)

    cancel(game)

    assert balance_of(ann.pk) == 100
    assert Multiplier.objects.get().games_left == 2
    assert Seat.objects.get().xp == 0


def test_who_was_frozen_or_banned_meanwhile_has_his_stake_back(cancel, duel):
    game, ann, boris = duel
    type(ann).objects.filter(pk=ann.pk).update(frozen_at=NOW)
    type(ann).objects.filter(pk=boris.pk).update(banned_at=NOW)

    cancel(game)

    assert [balance_of(member.pk) for member in (ann, boris)] == [100, 100]


def test_what_is_over_stays_as_it_is(cancel, duel, state):
    cancelled, ann, boris = duel
    cancel(cancelled)
    won = make_game(ann, now=NOW)
    settle(won, {ann: ("win", 20)}, now=NOW)
    before = state()

    for game in (cancelled, won):
        with pytest.raises(GameOver):
            cancel(game)

    assert state() == before


def test_who_plays_in_a_game_does_not_end_it_himself(duel, state):
    """A hand that is lost would be a hand that is returned."""
    game, ann, _ = duel
    user = make_staff_user("Senior")
    type(ann).objects.filter(pk=ann.pk).update(staff_user=user)
    before = state()

    with pytest.raises(OwnGame):
        cancel_game(game_id=game.pk, reason="stuck", actor=web_actor(user), now=NOW)

    assert state() == before


@pytest.mark.parametrize("reason", ["", "  ", "\u200f"])
def test_a_reason_is_required(cancel, duel, state, reason):
    before = state()

    with pytest.raises(ReasonRequired):
        cancel(duel[0], reason=reason)

    assert state() == before


def test_no_such_game(actor):
    with pytest.raises(GameNotFound):
        cancel_game(game_id=10**15, reason="x", actor=actor, now=NOW)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_staff_and_clock_at_once_return_the_stakes_once(actor, duel):
    game, ann, boris = duel
    Game.objects.filter(pk=game.pk).update(due_at=NOW)

    def cancel():
        return cancel_game(game_id=game.pk, reason="x", actor=actor, now=NOW)

    results = run_together(cancel, cancel, lambda: end_due_games(now=NOW, limit=5))

    refused = [result for result in results if isinstance(result, Exception)]
    assert all(isinstance(refusal, GameOver) for refusal in refused)
    assert [balance_of(member.pk) for member in (ann, boris)] == [100, 100]
    assert Entry.objects.filter(kind=Entry.Kind.GAME_REFUND).count() == 2
