from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.services import SYSTEM, delete_member
from botrunner import cards
from botrunner.jobs import purge
from botrunner.models import Card
from points.models import Game
from tests.factories import make_member
from tests.points.conftest import NOW
from tests.points.games.matches import accept, ask, check_books

pytestmark = pytest.mark.django_db


@pytest.fixture
def game():
    return ask(make_member(points=50), make_member(points=50))


def test_the_last_message_of_a_chat_bears_the_card(game):
    cards.keep(game.pk, 5, 70)
    cards.keep(game.pk, 5, 71)
    cards.keep(game.pk, 6, 72)

    assert [cards.find(game.pk, chat_id) for chat_id in (5, 6, 7)] == [71, 72, None]


def test_old_cards_are_forgotten(game):
    cards.keep(game.pk, 5, 70)
    cards.keep(game.pk, 6, 71)
    old = timezone.now() - cards.KEPT_FOR - timedelta(minutes=1)
    Card.objects.filter(chat_id=5).update(created_at=old)

    purge()

    assert (cards.find(game.pk, 5), cards.find(game.pk, 6)) == (None, 71)


def test_a_member_who_deletes_his_data_leaves_no_card_and_his_game_still_ends(game):
    starter = game.starter
    cards.keep(game.pk, starter.telegram_id, 70)
    cards.keep(game.pk, 6, 71)

    delete_member(member_id=starter.pk, actor=SYSTEM, now=NOW)
    accept(game, game.opponent)

    assert list(Card.objects.values_list("chat_id", flat=True)) == [6]
    assert Game.objects.get(pk=game.pk).is_finished
    check_books(100)
