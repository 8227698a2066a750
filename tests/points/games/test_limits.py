"""What a member allows himself, and how far a stake is held in it."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from points.errors import GamesPaused, InvalidAmount, LossLimitReached, StakeTooHigh
from points.exports import export_member
from points.models import Game, PlayLimits, PointsSettings, Seat
from points.services import (
    limit_losses,
    own_limits_of,
    parse_amount,
    pause_games,
    play_roulette,
    play_slots,
)
from points.services.games.limits import check_stake
from points.services.ledger import lock_wallet
from tests.concurrency import run_together
from tests.factories import make_member
from tests.points.conftest import NOW

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
MOMENT = timedelta(microseconds=1)


@pytest.fixture
def member():
    return make_member(points=5_000)


def limit(member, most, now=NOW):
    limit_losses(member_id=member.pk, most=most, now=now)
    return own_limits_of(member.pk, now)


def loss_max_at(member, now):
    return own_limits_of(member.pk, now).loss_max


def check(member, stake, now=NOW):
    with transaction.atomic():
        check_stake(lock_wallet(member.pk), stake, now, kind="slots")


def add_seat(member, stake, payout=0, *, at=NOW, bonus=0, is_over=True, outcome="loss"):
    """A game as it stands in the books, without its points."""
    end = {"finished_at": at} if is_over else {"due_at": at}
    game = Game.objects.create(
        kind="slots",
        state="settled" if is_over else "playing",
        key=f"k{Game.objects.count()}",
        starter=member,
        stake=stake,
        created_at=at,
        **end,
    )
    Seat.objects.create(
        game=game,
        member=member,
        stake=stake,
        payout=payout,
        bonus=bonus,
        outcome=outcome if is_over else "",
        joined_at=at,
        finished_at=at if is_over else None,
    )


# The house's maximum


def test_a_stake_may_be_as_high_as_the_maximum(member):
    PointsSettings.objects.create(game_stake_max=70)

    check(member, 70)
    with pytest.raises(StakeTooHigh) as refused:
        check(member, 71)
    assert refused.value.params == {"stake": 71, "max": 70}


@pytest.mark.parametrize(
    "text",
    ["1e3", "-5", "+5", "٥", "1.5", "1,5", str(2**63), str(10**12 + 1), "0", "", " ", "½", "²"],
)
def test_what_is_no_amount_is_no_stake(text):
    with pytest.raises(InvalidAmount):
        parse_amount(text)


@pytest.mark.parametrize("stake", [0, -5, 2**63])
def test_no_service_takes_what_is_no_stake(member, state, stake):
    before = state()

    for play in (play_slots, lambda **values: play_roulette(bet="red", **values)):
        with pytest.raises((InvalidAmount, StakeTooHigh)), transaction.atomic():
            play(member_id=member.pk, stake=stake, operation_id="a", now=NOW)

    assert state() == before and not Game.objects.exists()


# What was lost


def test_who_sets_no_limit_has_none(member):
    add_seat(member, 4_000)

    check(member, 1_000)
    assert own_limits_of(member.pk, NOW).left is None


def test_what_was_lost_and_is_at_stake_counts_against_the_limit(member):
    limit(member, 100)
    add_seat(member, 50, 20)
    add_seat(member, 10, is_over=False)

    assert own_limits_of(member.pk, NOW).lost == 40
    check(member, 60)
    with pytest.raises(LossLimitReached) as refused:
        check(member, 61)
    assert refused.value.params == {"max": 100, "left": 60}


def test_what_was_won_counts_with_its_bonus_and_what_was_returned_not_at_all(member):
    limit(member, 100)
    add_seat(member, 90)
    add_seat(member, 10, 20, bonus=20, outcome="win")
    add_seat(member, 50, 50, outcome="refund")

    assert own_limits_of(member.pk, NOW).left == 40


def test_winning_never_allows_more_than_the_limit(member):
    limit(member, 100)
    add_seat(member, 10, 5_000, outcome="win")

    assert own_limits_of(member.pk, NOW).left == 100


def test_a_loss_is_forgotten_after_a_day_to_the_moment(member):
    limit(member, 100)
    add_seat(member, 100)

    with pytest.raises(LossLimitReached):
        check(member, 1, NOW + DAY - MOMENT)
    check(member, 100, NOW + DAY)


def test_a_clock_that_was_set_back_forgets_no_loss(member):
    limit(member, 100, NOW - 2 * DAY)
    add_seat(member, 100)

    with pytest.raises(LossLimitReached):
        check(member, 1, NOW - DAY)


def test_losses_of_others_do_not_count(member):
    limit(member, 100)
    add_seat(make_member(), 100)

    check(member, 100)


# Setting a limit


def test_the_first_limit_and_a_lower_one_hold_at_once(member):
    assert limit(member, 1_000).loss_max == 1_000
    assert limit(member, 100).loss_max == 100
    assert own_limits_of(member.pk, NOW).changes_at is None


@pytest.mark.parametrize("most", [500, None])
def test_a_higher_limit_or_none_waits_a_day(member, most):
    limit(member, 100)
    found = limit(member, most)

    assert (found.loss_max, found.next_loss_max, found.changes_at) == (100, most, NOW + DAY)
    assert loss_max_at(member, NOW + DAY - MOMENT) == 100
    assert loss_max_at(member, NOW + DAY) == most
    assert own_limits_of(member.pk, NOW + DAY).changes_at is None


def test_asking_again_for_the_same_does_not_begin_the_wait_anew(member):
    limit(member, 100)
    limit(member, 500)

    assert limit(member, 500, NOW + DAY / 2).changes_at == NOW + DAY


def test_asking_for_something_else_begins_the_wait_anew(member):
    limit(member, 100)
    limit(member, 500)

    assert limit(member, None, NOW + DAY / 2).changes_at == NOW + DAY * 1.5
    assert limit(member, 200, NOW + DAY / 2).next_loss_max == 200


@pytest.mark.parametrize("most", [100, 50])
def test_keeping_or_lowering_the_limit_calls_off_what_is_waited_for(member, most):
    limit(member, 100)
    limit(member, None)
    limit(member, most)

    assert loss_max_at(member, NOW + 9 * DAY) == most


def test_what_was_waited_for_is_the_limit_that_is_changed_next(member):
    limit(member, 100)
    limit(member, 500)
    later = NOW + 2 * DAY

    assert limit(member, 400, later).loss_max == 400
    assert limit(member, 450, later).loss_max == 400


def test_a_limit_that_was_lifted_can_be_set_again_at_once(member):
    limit(member, 100)
    limit(member, None)

    assert limit(member, 300, NOW + 2 * DAY).loss_max == 300


def test_a_clock_that_was_set_back_only_makes_the_wait_longer(member):
    limit(member, 100)
    limit(member, None)

    assert loss_max_at(member, NOW - DAY) == 100
    assert limit(member, None, NOW - DAY).changes_at == NOW + DAY


def test_a_limit_holds_in_every_game(member, state):
    limit(member, 5)
    before = state()

    for play in (play_slots, lambda **values: play_roulette(bet="0", **values)):
        with pytest.raises(LossLimitReached), transaction.atomic():
            play(member_id=member.pk, stake=6, operation_id="a", now=NOW)

    assert state() == before


# A pause


def test_nobody_plays_before_the_pause_is_over(member, state):
    pause_games(member_id=member.pk, until=NOW + DAY)
    before = state()

    for now in (NOW - DAY, NOW, NOW + DAY - MOMENT):
        with pytest.raises(GamesPaused), transaction.atomic():
            play_slots(member_id=member.pk, stake=1, operation_id="a", now=now)
    assert state() == before
    play_slots(member_id=member.pk, stake=1, operation_id="a", now=NOW + DAY)


def test_a_pause_is_lengthened_and_never_shortened(member):
    for days, held in ((7, 7), (1, 7), (30, 30), (7, 30)):
        pause_games(member_id=member.pk, until=NOW + days * DAY)
        assert own_limits_of(member.pk, NOW).paused_until == NOW + held * DAY


@pytest.mark.parametrize("until", [NOW, None])
def test_the_database_itself_keeps_a_pause(member, until):
    pause_games(member_id=member.pk, until=NOW + DAY)

    with pytest.raises(IntegrityError), transaction.atomic():
        PlayLimits.objects.update(paused_until=until)


@pytest.mark.parametrize(
    "values",
    [
        {"daily_loss_max": 0},
        {"daily_loss_max": 10, "next_daily_loss_max": 20},
        {"daily_loss_max": 10, "next_daily_loss_max": 10, "changes_at": NOW},
        {"daily_loss_max": 10, "next_daily_loss_max": 5, "changes_at": NOW},
        {"next_daily_loss_max": 5, "changes_at": NOW},
    ],
)
def test_the_database_refuses_limits_that_no_rule_makes(member, values):
    with pytest.raises(IntegrityError), transaction.atomic():
        PlayLimits.objects.create(member=member, **values)


def test_games_and_limits_are_exported(member):
    limit(member, 50)
    pause_games(member_id=member.pk, until=NOW + DAY)
    play_slots(member_id=member.pk, stake=1, operation_id="a", now=NOW + DAY)

    data = export_member(member.pk)

    assert data["play_limits"] == {"daily_loss_max": 50, "paused_until": NOW + DAY}
    assert [game["game__kind"] for game in data["games"]] == ["slots"]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_stakes_made_at_once_stay_within_the_limit():
    member = make_member(points=1_000)
    limit(member, 10)

    found = run_together(
        *[
            lambda n=n: play_roulette(
                member_id=member.pk, stake=10, bet="0", operation_id=f"n{n}", now=NOW
            )
            for n in range(6)
        ]
    )

    assert own_limits_of(member.pk, NOW).lost <= 10
    assert all(isinstance(one, LossLimitReached) or hasattr(one, "seat") for one in found)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_pauses_set_at_once_leave_the_longest():
    member = make_member()

    run_together(
        *[lambda d=d: pause_games(member_id=member.pk, until=NOW + d * DAY) for d in (1, 30, 7)]
    )

    assert own_limits_of(member.pk, NOW).paused_until == NOW + 30 * DAY
