from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.models import OutboxMessage
from accounts.services import SYSTEM, ban, delete_member, freeze
from points.errors import (
    GameNotFound,
    GamesPaused,
    LossLimitReached,
    NotEnoughPoints,
    StakeTooHigh,
    WalletFrozen,
)
from points.games import blackjack
from points.games.blackjack import DOUBLE, HIT, STAND
from points.models import Entry, Game, Multiplier, PlayLimits, PointsSettings, Progress, Seat
from points.selectors import Replay, balance_of, replay_game
from points.services import (
    BLACKJACK_IDLE,
    double,
    end_due_games,
    hit,
    may_double,
    stand,
    start_blackjack,
    verify_ledger,
)
from points.services.games import blackjack as service
from tests.factories import make_member
from tests.points.conftest import NOW
from tests.points.games.blackjack_tables import (
    find_operation,
    is_long,
    is_natural,
    loses,
    sit_down,
    stored_table,
    wins,
)
from tests.queries import at_most

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(minutes=1)


@pytest.fixture
def member():
    return make_member(points=100)


def act(move, play, moves_made=None, now=LATER, member_id=None):
    made = len(play.game.choices["moves"]) if moves_made is None else moves_made
    return move(
        member_id=member_id or play.seat.member_id,
        game_id=play.game.pk,
        moves_made=made,
        now=now,
    )


def check_books():
    assert verify_ledger(actor=SYSTEM, now=NOW).faults == []


def test_the_stake_lies_with_the_table_until_it_is_over(member):
    play = sit_down(member)

    assert (play.game.state, play.balance) == (Game.State.PLAYING, 90)
    assert play.game.due_at == NOW + BLACKJACK_IDLE
    assert balance_of(member.pk) == 90
    check_books()


def test_a_win_pays_twice_the_stake_and_brings_xp(member):
    play = sit_down(member, wins, STAND)
    done = act(stand, play)

    assert (done.game.state, done.seat.outcome, done.seat.payout) == ("settled", "win", 20)
    assert balance_of(member.pk) == done.balance == 110
    assert done.seat.xp == Progress.objects.get(pk=member.pk).xp == 15
    check_books()


def test_a_loss_pays_nothing(member):
    done = act(stand, sit_down(member, loses, STAND))

    assert (done.seat.outcome, done.balance) == ("loss", 90)
    check_books()


def test_a_natural_ends_the_game_as_it_is_dealt(member):
    done = sit_down(member, is_natural, stake=3)

    assert (done.game.is_finished, done.seat.payout, done.balance) == (True, 7, 104)
    assert not OutboxMessage.objects.exists()
    check_books()


def test_a_double_stakes_as_much_again_and_ends_with_one_card(member):
    play = sit_down(member, wins, DOUBLE)
    done = act(double, play)

    assert (done.game.stake, done.seat.stake, done.seat.payout) == (10, 20, 40)
    assert len(stored_table(done.game).player) == 3
    assert balance_of(member.pk) == 120
    check_books()


def test_a_multiplier_doubles_what_a_double_wins(member):
    Multiplier.objects.create(member=member, factor=2, games_left=2, activated_at=NOW)
    done = act(double, sit_down(member, wins, DOUBLE))

    assert (done.seat.bonus, done.balance) == (20, 140)
    check_books()


def test_each_move_gives_the_member_his_time_again(member):
    play = act(hit, sit_down(member))

    assert play.game.choices == {"moves": [HIT]}
    assert Game.objects.get().due_at == LATER + BLACKJACK_IDLE


@pytest.mark.parametrize("move", [hit, stand, double])
def test_a_button_pressed_twice_is_one_move(member, move):
    play = sit_down(member)
    first = act(move, play, 0)
    again = act(move, play, 0)

    assert again.game.choices == first.game.choices
    assert again.seat == first.seat
    assert balance_of(member.pk) == first.balance
    assert Entry.objects.filter(key__contains=":raise").count() == (move is double)


def test_a_stale_button_shows_the_table_as_it_is(member):
    play = sit_down(member)
    act(hit, play)
    shown = act(stand, play, 0)

    assert not shown.game.is_finished
    assert shown.game.choices == {"moves": [HIT]}
    over = act(stand, play, 1)
    assert act(hit, play, 1).seat.payout == over.seat.payout
    assert Game.objects.get().choices == {"moves": [HIT, STAND]}


def test_a_member_sits_at_one_table(member):
    play = sit_down(member)
    again = start_blackjack(member_id=member.pk, stake=50, operation_id="another", now=NOW)

    assert (again.game, again.balance) == (play.game, 90)
    assert Game.objects.count() == 1


def test_the_database_keeps_a_member_at_one_table(member):
    game = sit_down(member).game
    game.pk, game.key = None, "another"

    with pytest.raises(IntegrityError), transaction.atomic():
        game.save(force_insert=True)


def test_after_one_table_there_is_another(member):
    act(stand, sit_down(member))
    start_blackjack(member_id=member.pk, stake=10, operation_id="zz", now=NOW)

    assert Game.objects.count() == 2


def test_the_table_of_another_is_nobodys_business(member, state):
    play = sit_down(member)
    stranger = make_member(points=100)
    before = state()

    with pytest.raises(GameNotFound):
        act(stand, play, member_id=stranger.pk)

    assert state() == before
    assert Game.objects.get().choices == {"moves": []}


@pytest.mark.parametrize(
    ("prepare", "refusal"),
    [
        (lambda m: PointsSettings.objects.create(game_stake_max=100), StakeTooHigh),
        (lambda m: PlayLimits.objects.create(member=m, daily_loss_max=119), LossLimitReached),
        (
            lambda m: PlayLimits.objects.create(member=m, paused_until=NOW + timedelta(days=1)),
            GamesPaused,
        ),
        (lambda m: None, NotEnoughPoints),
    ],
)
def test_what_cannot_be_staked_cannot_be_doubled(prepare, refusal, state):
    member = make_member(points=200 if refusal is not NotEnoughPoints else 119)
    play = sit_down(member, stake=60)
    prepare(member)
    before = state()

    asked = {"member_id": member.pk, "stake": 60, "balance": play.balance, "now": LATER}
    assert may_double(**asked) is False
    with pytest.raises(refusal):
        act(double, play)

    assert state() == before
    assert Game.objects.get().choices == {"moves": []}
    assert Seat.objects.get().stake == 60
    # What is at stake already may be played to its end.
    assert act(hit, play).game.choices == {"moves": [HIT]}


def test_what_can_be_staked_can_be_doubled(member):
    play = sit_down(member, stake=50)

    assert may_double(member_id=member.pk, stake=50, balance=play.balance, now=NOW)
    assert act(double, play).game.is_finished


def test_who_makes_no_move_stands(member):
    play = sit_down(member, wins, STAND)
    due = NOW + BLACKJACK_IDLE

    assert end_due_games(now=due - timedelta(seconds=1), limit=9) == 0
    assert end_due_games(now=due, limit=9) == 1

    seat = Seat.objects.select_related("game").get()
    assert (seat.outcome, seat.payout, balance_of(member.pk)) == ("win", 20, 110)
    assert seat.game.choices == {"moves": [STAND]}
    message = OutboxMessage.objects.get()
    assert (message.kind, message.member_id) == ("games.blackjack_ended", member.pk)
    assert act(hit, play, 0).seat.payout == 20
    check_books()


@pytest.mark.parametrize("judge", [freeze, ban])
def test_who_is_frozen_meanwhile_neither_plays_nor_loses(member, judge, state):
    play = sit_down(member, loses, STAND)
    judge(member_id=member.pk, actor=SYSTEM, reason="fraud", now=NOW)
    before = state()
    for move in (hit, stand, double):
        with pytest.raises(WalletFrozen):
            act(move, play)
    assert state() == before

    assert end_due_games(now=NOW + BLACKJACK_IDLE, limit=9) == 1

    assert Game.objects.get().state == Game.State.REFUNDED
    assert balance_of(member.pk) == 100
    assert not Progress.objects.filter(xp__gt=0).exists()
    check_books()


def test_who_had_his_data_deleted_meanwhile_earns_nothing_more(member):
    sit_down(member, wins, STAND)
    delete_member(member_id=member.pk, actor=SYSTEM, now=NOW)

    assert end_due_games(now=NOW + BLACKJACK_IDLE, limit=9) == 1

    assert Game.objects.get().state == Game.State.REFUNDED
    assert balance_of(member.pk) == 100
    assert not Progress.objects.filter(pk=member.pk).exists()
    check_books()


def test_frozen_and_poor_members_are_dealt_nothing(member, state):
    poor = make_member(points=5)
    freeze(member_id=member.pk, actor=SYSTEM, reason="fraud", now=NOW)
    before = state()

    for who, refusal in ((member, WalletFrozen), (poor, NotEnoughPoints)):
        with pytest.raises(refusal):
            start_blackjack(member_id=who.pk, stake=10, operation_id="a", now=NOW)

    assert state() == before
    assert not Game.objects.exists()


def test_a_process_killed_while_it_settles_leaves_the_table_as_it_was(member, monkeypatch, state):
    """The transaction is all there is: what is cut off has not happened."""
    play = sit_down(member, wins, DOUBLE)
    before = state()

    def cut_off(*args):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(service, "settle_game", cut_off)
        with pytest.raises(KeyboardInterrupt):
            act(double, play)
    assert state() == before
    assert Seat.objects.get().stake == 10

    assert act(double, play).balance == 120
    check_books()


def test_a_process_killed_while_it_deals_has_taken_nothing(member, monkeypatch, state):
    operation_id = find_operation(member, is_natural)
    before = state()

    def cut_off(*args):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(service, "settle_game", cut_off)
        with pytest.raises(KeyboardInterrupt):
            start_blackjack(member_id=member.pk, stake=10, operation_id=operation_id, now=NOW)

    assert state() == before
    assert not Game.objects.exists()


def test_the_result_follows_from_seed_and_moves(member):
    done = act(stand, act(hit, sit_down(member)))

    game = Game.objects.get(pk=done.game.pk)
    table = blackjack.play(blackjack.deck_of(game.seed), game.choices["moves"])
    assert game.result == {"player": list(table.player), "dealer": list(table.dealer)}
    assert is_long(blackjack.play(blackjack.deck_of(game.seed), []))
    assert replay_game(game) == Replay(game.result, matches=True)
    game.choices = {"moves": [STAND]}
    assert replay_game(game).matches is False


def test_a_table_that_is_not_over_is_worked_out_for_nobody(member):
    assert replay_game(sit_down(member).game) is None


def test_a_clock_that_jumps_back_ends_nothing_and_breaks_nothing(member):
    play = sit_down(member, wins, STAND)
    past = NOW - timedelta(days=2)

    assert end_due_games(now=past, limit=9) == 0
    assert act(stand, play, now=past).balance == 110
    check_books()


def test_moves_need_few_queries(member):
    play = sit_down(member)

    with at_most(8):
        play = act(hit, play)
    with at_most(20):
        act(stand, play)
