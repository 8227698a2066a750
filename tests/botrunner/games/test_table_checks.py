"""What /verify and the staff make of games that several play."""

import pytest
from django.utils import timezone

from accounts.services import SYSTEM
from botrunner.texts import game_name
from points.models import Game
from points.selectors import replay_game
from points.services import cancel_game, end_due_games
from tests.botrunner.games.groups import deliver, make_phones
from tests.points.games.matches import GROUP, LATE, accept, ask, choose, join, open_one

pytestmark = pytest.mark.django_db


@pytest.fixture
def two():
    return make_phones("Ann", "Boris")


def play(kind, one, other):
    if kind == "pot":
        game = open_one(one, stake=10)
        join(game, other, 70)
        end_due_games(now=LATE, limit=9)
        return game
    game = ask(one, other, kind=kind)
    accept(game, other)
    if kind == "rps":
        choose(game, one, "rock")
        choose(game, other, "paper")
    return game


@pytest.mark.parametrize(
    ("kind", "words"),
    [("duel", "hallenge"), ("pot", "Stakes of 10, 70: number"), ("rps", "✊ Rock · ✋ Paper")],
)
def test_a_player_checks_how_it_came_out(two, kind, words):
    game = play(kind, *[phone.member for phone in two])

    text = two[0].say(f"/verify {game.pk}")

    assert words in text and game_name(kind) in text
    assert ("the same result" in text) is (kind != "rps")


@pytest.mark.parametrize("kind", ["duel", "pot"])
def test_another_result_than_the_seeds_is_found(two, kind):
    game = Game.objects.get(pk=play(kind, *[phone.member for phone in two]).pk)
    assert replay_game(game).matches

    game.result["place"] = 1 - game.result["place"]

    assert not replay_game(game).matches


def test_a_game_called_off_says_nothing_of_a_winner(two):
    game = ask(*[phone.member for phone in two])
    end_due_games(now=LATE, limit=9)
    assert "called off" in two[0].say(f"/verify {game.pk}")


def test_the_groups_card_shows_that_staff_ended_the_game(two):
    ann = two[0].in_group()
    ann.say("/duel @boris 50")
    ann.press("Challenge")
    game = Game.objects.get()

    cancel_game(game_id=game.pk, reason="hangs", actor=SYSTEM, now=timezone.now())
    edited = [call for call in deliver() if call["params"]["chat_id"] == GROUP]

    assert "called off" in edited[0]["params"]["text"]
    assert edited[0]["params"]["message_id"] == ann.screen_id
