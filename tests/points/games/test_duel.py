from collections import Counter
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Member
from accounts.services import SYSTEM, ban, delete_member, freeze
from points.errors import (
    AccountTooNew,
    ChallengeOpen,
    GameNotFound,
    GamesPaused,
    InvalidAmount,
    NotAPlayer,
    NotEnoughPoints,
    OpponentUnavailable,
    SelfChallenge,
    StakeTooHigh,
    WalletFrozen,
)
from points.games import duel
from points.games.fairness import Draws, hash_of
from points.models import Game, PlayLimits, PointsSettings, Progress
from points.selectors import balance_of
from points.services import end_due_games
from tests.factories import make_member
from tests.points.conftest import NOW
from tests.points.games.matches import (
    GROUP,
    LATE,
    accept,
    ask,
    check_books,
    choose,
    decline,
    end_of,
    open_one,
    told,
    withdraw,
)
from tests.queries import at_most

pytestmark = pytest.mark.django_db


@pytest.fixture
def two():
    return make_member(points=100), make_member(points=100)


def test_each_wins_as_often_over_many_seeds():
    winners = Counter(duel.winner(Draws(f"{number:064x}")) for number in range(10_000))

    # Four standard deviations.
    assert abs(winners[0] - 5_000) < 200
    assert set(winners) == {0, 1}


def test_the_winner_takes_both_stakes_and_follows_from_the_seed(two):
    one, other = two
    game = ask(one, other)
    assert (balance_of(one.pk), balance_of(other.pk)) == (50, 100)

    table = accept(game, other)

    place = duel.winner(Draws(table.game.seed))
    assert table.game.result == {"place": place}
    assert table.winner.member_id == two[place].pk
    assert (balance_of(two[place].pk), balance_of(two[1 - place].pk)) == (150, 50)
    assert sorted(seat.xp for seat in table.seats) == [5, 15]
    check_books(200)


def test_the_seed_was_settled_with_the_challengers_card(two):
    from points.selectors import seed_of

    game = ask(*two, operation_id="card")

    assert hash_of(game.seed) == hash_of(seed_of(two[0].pk, "card"))


@pytest.mark.parametrize(
    ("act", "by", "end"), [(decline, 1, "declined"), (withdraw, 0, "withdrawn")]
)
def test_a_challenge_that_is_turned_down_gives_the_stake_back(two, act, by, end):
    game = ask(*two)

    act(game, two[by])

    assert end_of(game) == (Game.State.REFUNDED, end)
    assert [balance_of(member.pk) for member in two] == [100, 100]
    check_books(200)


def test_a_challenge_that_nobody_answers_is_ended_by_the_clock(two):
    game = ask(*two)

    assert end_due_games(now=NOW + timedelta(seconds=29), limit=9) == 0
    assert end_due_games(now=LATE, limit=9) == 1

    assert end_of(game) == (Game.State.REFUNDED, "unanswered")
    check_books(200)


def test_who_accepts_too_late_finds_it_over(two):
    game = ask(*two)

    table = accept(game, two[1], now=LATE)

    assert (table.game.state, table.game.result["end"]) == (Game.State.REFUNDED, "unanswered")
    assert balance_of(two[1].pk) == 100
    assert end_due_games(now=LATE, limit=9) == 0


def test_every_repeat_finds_the_same_game(two):
    one, other = two
    game = ask(one, other)
    assert ask(one, other) == game

    first = accept(game, other)
    again = accept(game, other)

    assert [seat.pk for seat in again.seats] == [seat.pk for seat in first.seats]
    assert decline(game, other).game.state == withdraw(game, one).game.state == "settled"
    assert ask(one, other).state == "settled"
    check_books(200)


def test_after_the_clock_was_set_back_the_challenger_still_withdraws(two):
    game = ask(*two)

    withdraw(game, two[0], now=NOW - timedelta(days=1))

    assert end_of(game) == ("refunded", "withdrawn")
    check_books(200)


@pytest.mark.parametrize("act", [accept, decline, withdraw])
def test_nobody_else_may_answer(two, act, state):
    game = ask(*two)
    stranger = make_member(points=100)
    before = state()

    with pytest.raises(NotAPlayer):
        act(game, stranger)
    with pytest.raises(NotAPlayer):
        (withdraw if act is not withdraw else accept)(game, two[1 if act is not withdraw else 0])

    assert state() == before


def test_a_game_of_another_kind_is_no_challenge(two):
    game = open_one(two[0])
    for act in (accept, decline, withdraw):
        with pytest.raises(GameNotFound):
            act(game, two[1])
    with pytest.raises(GameNotFound):
        choose(game, two[0], "rock")


def test_a_second_challenge_between_the_same_two_waits(two, state):
    one, other = two
    ask(one, other, stake=10)
    before = state()

    with pytest.raises(ChallengeOpen):
        ask(one, other, stake=10, operation_id="b")
    with pytest.raises(ChallengeOpen):
        ask(other, one, stake=10, kind="rps")

    assert state() == before
    ask(one, make_member(points=50), stake=10, operation_id="c")


def test_the_database_itself_holds_one_challenge_of_two(two):
    one, other = two
    game = ask(one, other)
    twin = Game.objects.get(pk=game.pk)
    twin.pk, twin.key, twin.starter_id, twin.opponent_id = None, "twin", other.pk, one.pk

    with pytest.raises(IntegrityError), transaction.atomic():
        twin.save(force_insert=True)


def test_who_cannot_challenge_is_told_why(two, state):
    one, other = two
    before = state()

    with pytest.raises(SelfChallenge):
        ask(one, one)
    with pytest.raises(NotEnoughPoints):
        ask(one, other, stake=101)
    with pytest.raises(StakeTooHigh):
        ask(one, other, stake=1001)
    with pytest.raises(InvalidAmount):
        ask(one, other, stake=0)

    assert state() == before
    assert not Game.objects.exists()


@pytest.mark.parametrize(
    "make",
    [
        lambda: make_member(points=49),
        lambda: make_member(points=50, banned_at=NOW),
        lambda: make_member(points=50, frozen_at=NOW),
        lambda: make_member(points=50, anonymised_at=NOW),
        lambda: make_member(points=50, reachability=Member.Reachability.BLOCKED),
    ],
)
def test_why_the_other_cannot_play_is_nobodys_business(make, state):
    one, other = make_member(points=100), make()
    before = state()

    with pytest.raises(OpponentUnavailable) as refusal:
        ask(one, other)

    assert refusal.value.params == {"name": other.display_name}
    assert state() == before
    assert not Game.objects.exists()


def test_the_others_own_limits_hold(two):
    PlayLimits.objects.create(member=two[1], daily_loss_max=49)
    with pytest.raises(OpponentUnavailable):
        ask(*two)
    ask(*two, stake=49)


@pytest.mark.parametrize(
    ("new", "refusal"), [(0, AccountTooNew), (1, OpponentUnavailable)], ids=["asks", "is asked"]
)
def test_who_is_too_new_to_send_points_does_not_lose_them_to_others(two, new, refusal, state):
    PointsSettings.objects.create(transfer_min_age_hours=24)
    for number, member in enumerate(two):
        joined_at = NOW - timedelta(hours=23 if number == new else 24)
        Member.objects.filter(pk=member.pk).update(joined_at=joined_at)
    before = state()

    with pytest.raises(refusal):
        ask(*two)

    assert state() == before


def test_in_a_group_the_other_need_not_take_private_messages():
    other = make_member(points=50, reachability=Member.Reachability.BLOCKED)
    assert ask(make_member(points=50), other, group=GROUP)


def test_what_the_opponent_lacks_when_he_accepts_leaves_the_challenge_open(two, state):
    one, other = two
    game = ask(one, other)
    ask(other, make_member(points=100), stake=60, operation_id="b")
    before = state()
    with pytest.raises(NotEnoughPoints):
        accept(game, other)

    PlayLimits.objects.create(member=other, paused_until=LATE)
    with pytest.raises(GamesPaused):
        accept(game, other)

    assert state() == before
    assert Game.objects.get(pk=game.pk).state == Game.State.OPEN


def test_a_frozen_opponent_cannot_accept(two):
    game = ask(*two)
    freeze(member_id=two[1].pk, actor=SYSTEM, reason="fraud", now=NOW)

    with pytest.raises(WalletFrozen):
        accept(game, two[1])


@pytest.mark.parametrize("judge", [freeze, ban])
def test_the_challenge_of_who_was_judged_meanwhile_is_called_off(two, judge):
    game = ask(*two)
    judge(member_id=two[0].pk, actor=SYSTEM, reason="fraud", now=NOW)

    accept(game, two[1])

    assert end_of(game) == (Game.State.REFUNDED, "frozen")
    assert [balance_of(member.pk) for member in two] == [100, 100]


def test_in_private_each_is_told_of_what_the_other_did(two):
    one, other = two
    game = ask(one, other)
    assert told(game) == [other.pk]

    accept(game, other)

    assert told(game) == [other.pk, one.pk]


def test_a_group_is_told_of_what_no_press_has_shown(two):
    game = ask(*two, group=GROUP)
    assert told(game) == []

    end_due_games(now=LATE, limit=9)

    assert told(game) == [GROUP]


def test_an_answer_asks_little_of_the_database(two):
    game = ask(*two)
    with at_most(24):
        accept(game, two[1])


def test_the_challenge_of_who_is_gone_with_his_data_is_called_off(two):
    one, other = two
    game = ask(one, other)
    delete_member(member_id=one.pk, actor=SYSTEM, now=NOW)

    accept(game, other)

    assert end_of(game) == (Game.State.REFUNDED, "frozen")
    assert not Progress.objects.exists()
    check_books(200)
