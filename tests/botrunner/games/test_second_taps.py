"""A button that was pressed twice does what its first press meant, and no more."""

from datetime import timedelta

import pytest
from django.utils import timezone

from points.models import Progress
from tests.botrunner.games.groups import deliver, make_phones, open_message
from tests.botrunner.games.test_challenge_screen import challenge

pytestmark = pytest.mark.django_db


@pytest.fixture
def ann_and_boris():
    return make_phones("Ann", "Boris")


@pytest.fixture
def in_group(ann_and_boris):
    return [phone.in_group() for phone in ann_and_boris]


def test_a_second_tap_does_not_withdraw_what_the_first_has_just_asked(ann_and_boris):
    ann, _boris = ann_and_boris
    ann.say("/duel @boris 50")
    ann.press("Challenge")

    assert "30 s to answer" in ann.press("Withdraw")

    assert ann.toast == "That was quick: the challenge stands."
    assert ann.buttons == ["↩️ Withdraw"]
    ann.now = timezone.now() + timedelta(seconds=1)
    assert "has withdrawn" in ann.press("Withdraw")


def test_a_second_tap_does_not_choose_for_who_has_just_accepted(in_group):
    ann, boris = in_group
    challenge(ann, boris, "/rps @boris 50")
    boris.press("Accept")

    assert "✅" not in boris.press("Rock")
    assert boris.toast == "That was quick: choose now."

    boris.now = timezone.now() + timedelta(seconds=1)
    assert "✅" in boris.press("Paper")


def test_a_second_tap_leaves_the_result_in_view(ann_and_boris):
    ann, boris = ann_and_boris
    challenge(ann, boris)
    open_message(boris, deliver()[0])
    result = boris.press("Accept")
    assert boris.press("Play again") == result


def test_a_repeated_press_is_congratulated_as_the_first(in_group):
    ann, boris = in_group
    for phone in in_group:
        Progress.objects.update_or_create(pk=phone.member.pk, defaults={"xp": 90, "level": 1})
    challenge(ann, boris)
    button = boris.data_of("Accept")
    first = boris.press_data(button)
    assert "has reached <b>level 2</b>" in first
    assert boris.press_data(button) == first
