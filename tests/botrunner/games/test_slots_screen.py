import re
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Member
from points.models import Game, PointsSettings, Progress
from points.selectors import balance_of, hash_of
from tests.factories import make_member
from tests.phone import Phone
from tests.queries import at_most

pytestmark = pytest.mark.django_db


class SlowPhone(Phone):
    """Of somebody who looks at what came before he presses."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.now = timezone.now()

    def press_data(self, data):
        self.now += timedelta(seconds=3)
        return super().press_data(data)


@pytest.fixture
def phone():
    return SlowPhone(make_member(points=500))


def hash_in(text):
    return re.search(r"🔒 <code>([0-9a-f]+)</code>", text)[1]


def test_the_card_shows_stake_balance_and_the_hash_of_what_will_be_drawn(phone):
    text = phone.say("/slots 25")
    shown = hash_in(text)
    phone.press("Spin for 25")

    assert "25 points" in text and "500 points" in text
    assert hash_of(Game.objects.get().seed).startswith(shown)


def test_the_hash_stays_while_the_stake_is_chosen(phone):
    shown = hash_in(phone.say("/slots"))
    chosen = phone.press("100")

    assert hash_in(chosen) == shown
    phone.press("✏️")
    assert hash_in(phone.say("77")) == shown


@pytest.mark.parametrize("word", ["1e3", "-5", "٥", "1.5", str(2**63), "1001", "0", "abc"])
def test_another_stake_is_typed_and_a_bad_one_can_be_typed_again(phone, word):
    phone.say("/slots")
    phone.press("✏️")
    phone.say(word)

    assert not Game.objects.exists()
    assert "Stake: <b>33 points" in phone.say("33")


def test_a_picture_is_no_stake(phone):
    phone.say("/slots")
    phone.press("✏️")

    assert "from 1 to 1,000 in plain digits" in phone.say("")
    assert "Spin for 33" in (phone.say("33"), *phone.buttons)[1]


def test_pressing_twice_shows_the_same_result_and_the_same_next_card(phone):
    phone.say("/slots 10")
    data = phone.data_of("Spin")

    assert (phone.press_data(data), phone.screen) == (phone.press_data(data), phone.screen)
    assert Game.objects.count() == 1
    assert balance_of(phone.member.pk) == 490 + Game.objects.get().seats.get().payout


@pytest.mark.parametrize(
    ("gap", "games"), [(timedelta(0), 1), (timedelta(seconds=1), 1), (timedelta(seconds=1.1), 2)]
)
def test_a_second_tap_that_meets_the_next_card_plays_nothing(gap, games):
    phone = Phone(make_member(points=500))
    phone.now = timezone.now()
    phone.say("/slots 10")
    result = phone.press("Spin")
    phone.now += gap

    again = phone.press("Spin")

    assert Game.objects.count() == games
    assert (again == result and "nothing more was staked" in phone.toast) is (games == 1)


def test_a_clock_that_was_set_back_lets_play_go_on(phone):
    phone.say("/slots 10")
    phone.press("Spin")
    phone.now -= timedelta(hours=1)
    phone.press("Spin")

    assert Game.objects.count() == 2


def test_an_old_card_never_plays_twice_and_offers_a_card_that_was_not_played(phone):
    phone.say("/slots 10")
    old = phone.data_of("Spin")
    phone.press_data(old)
    phone.press("Spin")
    phone.press_data(old)

    assert Game.objects.count() == 2
    phone.press("Spin")
    assert Game.objects.count() == 3


def test_choosing_a_stake_on_a_card_that_was_played_draws_a_new_one(phone):
    phone.say("/slots 10")
    stale = phone.data_of("50")
    phone.press("Spin")
    phone.press_data(stale)
    phone.press("Spin for 50")

    assert sorted(Game.objects.values_list("stake", flat=True)) == [10, 50]


def test_a_card_from_before_the_maximum_was_lowered_is_refused(phone):
    phone.say("/slots 100")
    PointsSettings.objects.create(game_stake_max=50)

    assert "50 points" in phone.press("Spin")
    assert "🎲 Games" in phone.buttons
    assert not Game.objects.exists()


def test_a_repeat_is_answered_after_the_maximum_was_lowered(phone):
    phone.say("/slots 100")
    data = phone.data_of("Spin")
    first = phone.press_data(data)
    PointsSettings.objects.create(game_stake_max=50)

    assert phone.press_data(data) == first


def test_a_stake_as_high_as_the_maximum_is_played():
    phone = Phone(make_member(points=1000))
    phone.say("/slots 1000")
    phone.press("Spin")

    assert Game.objects.get().stake == 1000


@pytest.mark.parametrize("field", ["frozen_at", "banned_at"])
def test_frozen_and_banned_members_do_not_play(phone, field):
    phone.say("/slots")
    Member.objects.update(**{field: timezone.now()})
    phone.press("Spin")

    assert not Game.objects.exists()
    assert balance_of(phone.member.pk) == 500


def test_a_level_that_a_game_brings_is_congratulated_below_the_result(phone):
    Progress.objects.create(member=phone.member, xp=95, level=1)
    phone.say("/slots 10")
    data = phone.data_of("Spin")

    first = phone.press_data(data)
    assert "level 2" in first and "50 points" in first
    assert phone.press_data(data) == first


def test_in_a_group_the_card_belongs_to_who_asked(phone):
    group = phone.in_group()
    other = Phone(make_member(points=50)).in_group()
    group.say("/slots 10")

    assert "somebody else" in other.press_data(group.data_of("Spin"))
    assert "✏️" not in group.buttons
    group.press("Spin")
    assert Game.objects.get().chat_telegram_id == -1001


def test_with_few_points_the_first_stake_is_what_there_is():
    phone = Phone(make_member(points=3))

    phone.say("/slots")
    assert "Spin for 3" in phone.buttons[0]


def test_the_first_stake_is_no_higher_than_the_maximum(phone):
    PointsSettings.objects.create(game_stake_max=5)

    phone.say("/slots")
    assert "Spin for 5" in phone.buttons[0] and "10" not in phone.buttons


def test_a_spin_needs_few_queries(phone):
    phone.say("/slots")
    phone.press("Spin")

    with at_most(9):
        phone.say("/slots")
    with at_most(30):
        phone.press("Spin")
