import re

import pytest
from django.utils import timezone

from points.games.fairness import hash_of
from points.models import Game, Seat
from points.services import play_roulette, play_slots
from tests.factories import make_member
from tests.factories.staff import make_staff_member
from tests.phone import Phone
from tests.queries import at_most

pytestmark = pytest.mark.django_db

HOSTILE = "<b>\u202e{{ x }}&amp;%(name)s\u2069 \n"


@pytest.fixture
def phone():
    return Phone(make_member(points=500))


def spin(member, **where):
    return play_slots(
        member_id=member.pk, stake=10, operation_id="a", now=timezone.now(), **where
    ).game


def test_a_played_game_shows_its_seed_and_that_it_is_right(phone):
    phone.say("/roulette 50 17")
    shown = re.search(r"🔒 <code>([0-9a-f]+)", phone.text)[1]
    phone.press("🎡")
    game = Game.objects.get()

    text = phone.press(f"Game {game.pk}")

    assert game.seed in text and hash_of(game.seed) in text
    assert hash_of(game.seed).startswith(shown)
    assert "✅" in text and "50 points" in text and "⚫ 17" in text


@pytest.mark.parametrize("command", ["/roulette 50 17", "/slots 30", "/blackjack 30"])
def test_the_check_of_a_card_leads_back_to_that_very_card(phone, command):
    phone.say(command)
    phone.press(next(label for label in phone.buttons if " for " in label))
    while not any("Game " in label for label in phone.buttons):
        phone.press("Stand")
    game = Game.objects.get()
    play_again = phone.data_of(" for ")

    assert "the same result" in phone.press(f"Game {game.pk}")
    phone.press("Back")

    assert phone.data_of(" for ") == play_again


def test_the_seal_is_explained_where_a_game_is_asked_for(phone):
    phone.say("/verify")

    assert "settled before you stake" in phone.text


def test_the_hub_asks_which_game_and_a_bad_number_can_be_typed_again(phone):
    game = spin(phone.member)
    phone.say("/games")
    phone.press("Check a game")

    for wrong in ("abc", "-1", "1.5", "٥", "0", "999999", str(2**63), "9" * 99, "<b>"):
        assert "no such game" in phone.say(wrong)
    assert "✅" in phone.say(f"#{game.pk}")
    assert "Choose a game" in phone.press("Back")


def test_another_s_private_game_is_as_good_as_none(phone):
    game = spin(make_member(points=50))

    assert phone.say(f"/verify {game.pk}") == phone.say("/verify 987654")


def test_staff_with_the_right_see_it(phone):
    game = spin(phone.member)

    assert "✅" in Phone(make_staff_member("Junior")).say(f"/verify {game.pk}")


def test_staff_do_not_show_it_to_a_group(phone):
    game = spin(phone.member)
    staff = Phone(make_staff_member("Junior")).in_group()

    assert "no such game" in staff.say(f"/verify {game.pk}")


def test_what_was_played_in_a_group_may_be_checked_by_all(phone):
    game = spin(phone.member, chat_telegram_id=-1001)

    assert "✅" in Phone(make_member()).in_group().say(f"/verify {game.pk}")


def test_in_a_group_the_number_stands_after_the_command(phone):
    assert "/verify 12" in phone.in_group().say("/verify")


def test_a_game_without_chance_says_who_decided(phone):
    now = timezone.now()
    game = Game.objects.create(
        kind="rps",
        state="playing",
        key="k",
        starter=phone.member,
        stake=5,
        created_at=now,
        due_at=now,
    )
    Seat.objects.create(game=game, member=phone.member, stake=5, secret="rock", joined_at=now)

    text = phone.say(f"/verify {game.pk}")

    assert "No chance" in text and "rock" not in text


@pytest.mark.parametrize("language", ["en", "fr", "ru", "ar"])
def test_a_hostile_name_breaks_nothing(language):
    member = make_member(points=50, first_name=HOSTILE, language=language)
    game = spin(member)

    text = Phone(member).say(f"/verify {game.pk}")

    assert "<b>{{" not in text and "\u202e" not in text
    assert sum(map(text.count, "\u2066\u2067\u2068")) == text.count("\u2069")


def test_a_pot_of_many_fits_one_message(phone):
    now = timezone.now()
    game = Game.objects.create(
        kind="pot",
        state="settled",
        key="k",
        starter=phone.member,
        stake=5,
        seed="00" * 32,
        chat_telegram_id=-1001,
        choices={"stakes": [10**12] * 60},
        result={"place": 3},
        created_at=now,
        finished_at=now,
    )
    for _ in range(60):
        member = make_member(first_name="a" * 60)
        Seat.objects.create(
            game=game,
            member=member,
            stake=10**12,
            outcome="loss",
            joined_at=now,
            finished_at=now,
        )

    text = phone.say(f"/verify {game.pk}")

    assert len(text) < 4096 and "and 40 more players" in text


def test_a_game_that_was_called_off_says_so(phone):
    now = timezone.now()
    game = Game.objects.create(
        kind="duel",
        state="refunded",
        key="k",
        starter=phone.member,
        stake=5,
        seed="00" * 32,
        chat_telegram_id=-1001,
        created_at=now,
        finished_at=now,
    )

    text = phone.say(f"/verify {game.pk}")

    assert "called off" in text and "✅" not in text and "❌" not in text


def test_checking_needs_few_queries(phone):
    now = timezone.now()
    game = play_roulette(
        member_id=phone.member.pk, stake=1, bet="red", operation_id="a", now=now
    ).game
    phone.say("/verify")

    with at_most(6):
        phone.say(f"/verify {game.pk}")
