"""Anything in any order: whatever members, staff and the clock do, nothing is made or lost."""

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from accounts.services import SYSTEM
from points import services
from points.games.rps import MOVES
from points.models import Game
from tests.points.community import PEOPLE, Community

pytestmark = pytest.mark.django_db


def test_nothing_is_made_or_lost_whatever_happens():
    run_state_machine_as_test(
        Community,
        settings=settings(
            max_examples=10,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate],
        ),
    )


@pytest.mark.slow
def test_nothing_is_made_or_lost_in_long_lives():
    run_state_machine_as_test(
        Community,
        settings=settings(
            max_examples=15,
            stateful_step_count=150,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate],
        ),
    )


def test_the_ledger_check_agrees_after_a_busy_day():
    """One life, played out by a die, and looked over by the check that runs in production."""
    from random import Random

    community, die = Community(), Random(7)
    try:
        for _ in range(200):
            who, whom = die.randrange(PEOPLE), die.randrange(PEOPLE)
            amount = die.choice([1, 7, 20])
            act = die.randrange(9)
            if act < 3:
                community.play(who, amount, "slots")
            elif act == 3:
                community.challenge(who, whom, amount, die.choice(["duel", "rps"]))
            elif act == 4:
                community.answer(who, "accept_challenge")
            elif act == 5:
                community.choose(die.choices(MOVES, k=PEOPLE))
            elif act == 6:
                community.pot(who, amount)
            elif act == 7:
                community.sit_down(who, amount, ["hit"])
            else:
                community.wait(31)
        kinds = set(Game.objects.filter(state="settled").values_list("kind", flat=True))
        assert kinds == {"slots", "duel", "rps", "pot", "blackjack"}
        check = services.verify_ledger(actor=SYSTEM, now=community.now)
        assert check.faults == []
    finally:
        community.teardown()
