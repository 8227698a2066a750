import re

import pytest
from django.utils import timezone

from points.models import Game
from tests.factories import make_member
from tests.phone import Phone
from tests.queries import at_most

pytestmark = pytest.mark.django_db


@pytest.fixture
def phone():
    return Phone(make_member(points=500))


def hash_in(text):
    return re.search(r"🔒 <code>([0-9a-f]+)</code>", text)[1]


def test_a_bet_is_chosen_then_spun_then_ready_again(phone):
    phone.say("/roue")
    phone.press("Even")
    result = phone.press("🎡 Even for 10")

    game = Game.objects.get()
    assert (game.stake, game.choices) == (10, {"bet": "even"})
    assert f" {game.result['ball']}</b>" in result and f"Game {game.pk}" in result
    assert "🎡 Even for 10" in phone.buttons


def test_nothing_is_spun_without_a_bet(phone):
    phone.say("/roulette 50")

    assert not any("🎡" in label for label in phone.buttons)
    assert "•50•" in phone.buttons


@pytest.mark.parametrize(
    ("words", "bet"),
    [
        *(("50 red", "red"), ("50 RED", "red"), ("50 17", "17"), ("50 07", "7"), ("50 0", "0")),
        *(("50 1-18", "low"), ("50 dozen2", "dozen2"), ("50 13–24", "dozen2")),
    ],
)
def test_a_typed_bet_draws_the_card_ready_to_press(phone, words, bet):
    phone.say(f"/roulette {words}")
    assert not Game.objects.exists()

    phone.press("for 50")
    assert Game.objects.get().choices == {"bet": bet}


def test_a_bet_is_read_in_the_member_s_language():
    phone = Phone(make_member(points=50, language="fr"))
    phone.say("/roulette 20 rouge")

    assert "• 🔴 Rouge •" in phone.buttons


@pytest.mark.parametrize(
    "bet", ["37", "-1", "1e1", "٧", "blue", "<b>", "\u202e17", "000", "9" * 99]
)
def test_what_is_no_bet_is_refused_kindly(phone, bet):
    assert "is no bet" in phone.say(f"/roulette 50 {bet}")
    assert not Game.objects.exists()


@pytest.mark.parametrize("stake", ["1e3", "-5", "٥", "1.5", str(2**63), "0", "1001"])
def test_what_is_no_stake_is_refused(phone, stake):
    phone.say(f"/roulette {stake} red")

    assert not any("🎡" in label for label in phone.buttons)


def test_the_hash_stays_while_stake_and_bet_are_chosen(phone):
    shown = hash_in(phone.say("/roulette"))

    assert hash_in(phone.press("Red")) == shown
    assert hash_in(phone.press("100")) == shown
    phone.press("✏️")
    assert hash_in(phone.say("77")) == shown
    phone.press("One number")
    assert hash_in(phone.say("17")) == shown
    assert "⚫ 17" in phone.text and "Stake: <b>77" in phone.text


def test_a_number_is_pressed_or_typed_and_a_bad_one_can_be_typed_again(phone):
    phone.say("/roulette 50")
    phone.press("One number")
    assert {"🟢 0", "🔴 36", "⚫ 35"} <= set(phone.buttons)
    phone.press("🔴 36")
    assert "🎡 🔴 36 for 50" in phone.buttons

    phone.press("One number")
    phone.say("37")
    phone.say("26")
    assert "🎡 ⚫ 26 for 50" in phone.buttons


def test_pressing_twice_shows_the_same_result_and_the_same_next_card(phone):
    phone.say("/roulette 10 17")
    data = phone.data_of("🎡")

    assert (phone.press_data(data), phone.screen) == (phone.press_data(data), phone.screen)
    assert Game.objects.count() == 1


def test_a_card_pressed_with_another_bet_after_it_was_played_shows_what_was_played(phone):
    phone.say("/roulette 10 red")
    phone.press("Black")
    black = phone.data_of("🎡")
    phone.press("Red")
    first = phone.press("🎡")

    assert phone.press_data(black) == first
    assert Game.objects.get().choices == {"bet": "red"}


def test_how_it_pays_is_told_and_leads_back_to_the_same_card(phone):
    shown = phone.say("/roulette 50 17")

    text = phone.press("How it pays")
    assert "36 of 37" in text and "97.2" in text
    assert phone.press("Back") == shown


def test_how_slots_pay_is_told_and_leads_back_to_the_same_card(phone):
    shown = phone.say("/slots 50")

    text = phone.press("How it pays")
    assert "920,155 of 1,000,000" in text and "7️⃣7️⃣7️⃣ <b>100×</b> · 2.0" in text
    assert phone.press("Back") == shown


def test_in_a_group_the_wheel_belongs_to_who_asked(phone):
    group = phone.in_group()
    other = Phone(make_member(points=50)).in_group()
    group.say("/roulette 10 red")

    assert "somebody else" in other.press_data(group.data_of("🎡"))
    group.press("One number")
    group.press("⚫ 35")
    group.press("🎡")
    assert Game.objects.get().chat_telegram_id == -1001


def test_the_longest_values_fit_into_a_button(phone):
    from points.models import PointsSettings

    PointsSettings.objects.create(game_stake_max=10**12)
    phone.say(f"/roulette {10**12} dozen3")

    assert all(len(data.encode()) <= 64 for _label, data in phone._buttons())


def test_a_spin_needs_few_queries(phone):
    phone.say("/roulette 10 red")
    phone.press("🎡")

    with at_most(9):
        phone.say("/roulette 10 red")
    with at_most(30):
        phone.press("🎡")


def test_a_second_tap_that_meets_the_next_card_plays_nothing(phone):
    phone.now = timezone.now()
    phone.say("/roulette 10 17")
    result = phone.press("🎡")

    assert phone.press("🎡") == result
    assert "nothing more was staked" in phone.toast
    assert Game.objects.count() == 1
