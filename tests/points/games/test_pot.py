from collections import Counter
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.services import SYSTEM, ban, delete_member, freeze
from points.errors import (
    AccountTooNew,
    AlreadyInPot,
    GameNotFound,
    NotEnoughPoints,
    PotFull,
    PotOpen,
    StakeTooHigh,
    WalletFrozen,
)
from points.games import pot
from points.games.fairness import Draws
from points.models import Game, PointsSettings
from points.selectors import balance_of
from points.services import end_due_games
from points.services.games import pot as service
from tests.factories import make_member
from tests.points.conftest import NOW
from tests.points.games.matches import (
    GROUP,
    LATE,
    ask,
    check_books,
    end_of,
    join,
    open_one,
    outcomes,
    told,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def three():
    return [make_member(points=100) for _ in range(3)]


def end(now=LATE):
    return end_due_games(now=now, limit=9)


def test_a_stake_wins_as_often_as_it_is_large():
    winners = Counter(pot.winner(Draws(f"{number:064x}"), [10, 30, 60]) for number in range(10_000))

    # Four standard deviations.
    for place, expected in enumerate((1_000, 3_000, 6_000)):
        assert abs(winners[place] - expected) < 200


def test_one_takes_the_pot_and_follows_from_the_seed(three):
    game = open_one(three[0], stake=10)
    join(game, three[1], 30)
    join(game, three[2], 60)

    assert end() == 1

    game.refresh_from_db()
    place = pot.winner(Draws(game.seed), [10, 30, 60])
    assert game.choices == {"members": [member.pk for member in three], "stakes": [10, 30, 60]}
    assert game.result == {"place": place}
    assert [outcome == "win" for outcome in outcomes(game)] == [n == place for n in range(3)]
    assert balance_of(three[place].pk) == 200 - game.choices["stakes"][place]
    check_books(300)


def test_who_stays_alone_gets_his_stake_back(three):
    game = open_one(three[0])

    assert (end(NOW + timedelta(seconds=29)), end()) == (0, 1)

    assert end_of(game) == (Game.State.REFUNDED, "alone")
    assert balance_of(three[0].pk) == 100


def test_a_pot_does_not_wait_for_a_clock_that_was_set_back(three):
    game = open_one(three[0])
    join(game, three[1], now=NOW - timedelta(days=1))

    end(now=NOW - timedelta(minutes=1))
    assert end_of(game) == ("open", None)
    end(now=NOW - timedelta(days=1))

    assert end_of(game) == ("settled", None)
    check_books(300)


def test_the_time_to_join_is_the_owners_to_choose(three):
    PointsSettings.objects.update_or_create(defaults={"pot_seconds": 120})
    assert open_one(three[0]).due_at == NOW + timedelta(seconds=120)


@pytest.mark.parametrize("judge", [freeze, ban, delete_member])
def test_who_was_judged_or_left_meanwhile_is_left_out_of_the_draw(three, judge):
    game = open_one(three[0])
    join(game, three[1])
    join(game, three[2])
    judge(member_id=three[1].pk, actor=SYSTEM, reason="fraud", now=NOW)

    end()

    game.refresh_from_db()
    assert game.choices["members"] == [three[0].pk, three[2].pk]
    assert outcomes(game)[1] == "refund"
    assert balance_of(three[1].pk) == 100
    check_books(300)


def test_with_one_left_after_that_all_stakes_go_back(three):
    game = open_one(three[0])
    join(game, three[1])
    freeze(member_id=three[0].pk, actor=SYSTEM, reason="fraud", now=NOW)

    end()

    assert end_of(game) == (Game.State.REFUNDED, "frozen")
    check_books(300)


def test_a_repeat_joins_once_and_a_stake_is_never_raised(three, state):
    game = open_one(three[0])
    assert open_one(three[0]) == game
    join(game, three[1], 20)
    before = state()

    assert len(join(game, three[1], 20).seats) == 2
    with pytest.raises(AlreadyInPot) as refusal:
        join(game, three[1], 30)
    with pytest.raises(AlreadyInPot):
        join(game, three[0], 20)

    assert refusal.value.params == {"stake": 20}
    assert state() == before


def test_a_group_has_one_open_pot(three, state):
    game = open_one(three[0])
    before = state()

    with pytest.raises(PotOpen):
        open_one(three[1], operation_id="b")

    assert state() == before
    assert open_one(three[1], operation_id="c", group=GROUP - 1) != game
    end()
    assert open_one(three[2], operation_id="d", now=LATE) != game


def test_the_database_itself_holds_one_pot_per_group(three):
    twin = Game.objects.get(pk=open_one(three[0]).pk)
    twin.pk, twin.key = None, "twin"

    with pytest.raises(IntegrityError), transaction.atomic():
        twin.save(force_insert=True)


def test_who_comes_when_the_time_is_up_draws_the_pot(three):
    game = open_one(three[0])
    join(game, three[1])

    table = join(game, three[2], now=LATE)

    assert (table.game.state, len(table.seats)) == (Game.State.SETTLED, 2)
    assert balance_of(three[2].pk) == 100
    assert len(join(game, three[2], now=LATE).seats) == 2
    check_books(300)


def test_who_cannot_pay_or_play_stays_out(three, state):
    game = open_one(three[0])
    other_kind = ask(three[1], three[2], stake=1)
    poor, cold = make_member(points=5), make_member(points=100, frozen_at=NOW)
    before = state()

    with pytest.raises(NotEnoughPoints):
        join(game, poor)
    with pytest.raises(WalletFrozen):
        join(game, cold)
    with pytest.raises(StakeTooHigh):
        join(game, three[1], 1001)
    with pytest.raises(NotEnoughPoints):
        open_one(poor, operation_id="b", group=GROUP - 1)
    with pytest.raises(GameNotFound):
        join(other_kind, three[0])

    assert state() == before


def test_who_is_too_new_to_send_points_stays_out(three, state):
    game = open_one(three[0])
    PointsSettings.objects.create(transfer_min_age_hours=24)
    before = state()

    with pytest.raises(AccountTooNew):
        join(game, three[1])
    with pytest.raises(AccountTooNew):
        open_one(three[1], group=-1002)

    assert state() == before


def test_a_pot_is_full_at_some_time(three, monkeypatch):
    monkeypatch.setattr(service, "PLAYERS_MAX", 2)
    game = open_one(three[0])
    join(game, three[1])
    with pytest.raises(PotFull):
        join(game, three[2])


def test_the_group_is_told_of_what_its_card_does_not_show_yet(three):
    game = open_one(three[0])
    join(game, three[1])
    assert told(game) == []

    join(game, three[2], is_on_card=False)
    end()

    assert told(game) == [GROUP, GROUP]
