import pytest
from django.utils import timezone

from botrunner.router import BUTTONS
from botrunner.screens.games.hub import GAMES
from points.models import Multiplier
from tests.factories import make_member
from tests.phone import Phone
from tests.queries import at_most

pytestmark = pytest.mark.django_db


def test_the_menu_leads_to_the_games_and_back():
    phone = Phone(make_member(points=1_234))
    phone.say("/start")

    assert "1,234 points" in phone.press("🎲 Games")
    assert "Spin" in phone.press("Slots") or "Spin" in phone.buttons[0]
    assert "1,234 points" in phone.press("Back")


def test_every_game_of_the_hub_has_its_screen():
    assert {route for route, _label in GAMES} <= set(BUTTONS)


def test_an_active_multiplier_is_shown():
    member = make_member()
    Multiplier.objects.create(member=member, factor=3, games_left=2, activated_at=timezone.now())

    assert "×3" in Phone(member).say("/games")


def test_in_a_group_the_buttons_belong_to_who_asked():
    asker, other = (Phone(make_member(points=50)).in_group() for _ in range(2))
    asker.say("/games")

    assert "somebody else" in other.press_data(asker.data_of("Slots"))
    assert "🏠 Menu" not in asker.buttons
    assert "Stake" in asker.press("Slots")


@pytest.mark.parametrize("command", ["slots", "blackjack", "pot", "duel @other", "roulette"])
@pytest.mark.parametrize("thousand", ["1 000", "1\u202f000"])
def test_a_thousand_in_two_words_is_no_stake_of_one(command, thousand):
    make_member(username="other")
    phone = Phone(make_member(points=2_000)).in_group()

    assert "1 point" not in phone.say(f"/{command} {thousand}")
    assert phone.buttons == []


def test_the_hub_needs_few_queries():
    phone = Phone(make_member())
    phone.say("/games")

    with at_most(6):
        phone.say("/games")
