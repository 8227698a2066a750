from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from points.models import Game, Progress
from points.selectors import is_game_over
from points.services import end_due_games
from tests.botrunner.games.groups import deliver, look, make_phones
from tests.botrunner.test_every_screen import HOSTILE, check_text
from tests.factories import make_member
from tests.phone import Phone
from tests.points.games.matches import check_books

pytestmark = pytest.mark.django_db


@pytest.fixture
def in_group():
    return [phone.in_group() for phone in make_phones("Ann", "Boris", "Cleo")]


def run_out_of_time():
    end_due_games(now=timezone.now() + timedelta(seconds=31), limit=9)


def open_pot(ann, stake=20):
    ann.say(f"/pot {stake}")
    return ann.press("Open for")


def test_a_pot_is_opened_by_the_card_that_says_what_it_costs(in_group):
    ann = in_group[0]
    card = ann.say("/pot 20")
    assert "100 → 80" in card and "for 30 s" in card
    assert not Game.objects.exists()

    shown = ann.press("Open for 20")
    assert "<b>20 points</b>" in shown and "Ann\u2069 · 20" in shown and "about 30 s" in shown
    assert card.split("🔒")[1] == shown.split("🔒")[1]


def test_others_join_on_the_card_and_one_takes_all(in_group):
    ann, boris, _cleo = in_group
    open_pot(ann)
    shown = look(boris, ann).press("Join for 20")
    assert boris.toast == "You are in for 20."
    assert "<b>40 points</b>" in shown and "Boris\u2069 · 20" in shown

    run_out_of_time()
    [call] = deliver()

    assert call["method"] == "editMessageText"
    assert call["params"]["message_id"] == ann.screen_id
    assert "takes the pot: <b>40 points</b>" in call["params"]["text"]
    assert call["params"]["text"].count("🏆") == 1
    assert "reply_markup" not in call["params"]
    check_books(300)


def test_who_types_another_stake_joins_by_a_card_of_his_own(in_group):
    ann, boris, cleo = in_group
    open_pot(ann)
    card = boris.say("/pot 70")
    assert "Ann" in card and "20 points" in card and "🔒" not in card
    assert "somebody else" in look(cleo, boris).press("Join for 70")

    pressed = boris.data_of("Join for 70")
    for _ in range(2):
        assert "You are in the pot with <b>70 points</b>" in boris.press_data(pressed)
    [refresh] = deliver()

    assert refresh["params"]["message_id"] == ann.screen_id
    assert "<b>90 points</b>" in refresh["params"]["text"]


def test_a_stake_is_not_changed(in_group):
    ann, boris, _cleo = in_group
    open_pot(ann)
    boris.say("/pot 70")
    boris.press("Join for 70")

    look(boris, ann).press("Join for 20")

    assert "You are in this pot with 70 points" in boris.toast
    assert len(boris.calls) == 1


def test_who_is_too_late_opens_the_next_one(in_group):
    ann, boris, _cleo = in_group
    open_pot(ann)
    boris.say("/pot 70")
    run_out_of_time()
    assert "over already" in boris.press("Join for 70")
    assert "Nobody else joined" in look(boris, ann).press("Join for 20")
    assert "Open for 30" in (boris.say("/pot 30") and boris.buttons[0])


def test_two_who_open_at_once_have_one_pot(in_group):
    ann, boris, _cleo = in_group
    ann.say("/pot 20")
    boris.say("/pot 20")
    ann.press("Open for")
    assert "open here already" in boris.press("Open for")
    assert Game.objects.count() == 1


def test_the_pot_is_played_in_groups():
    [ann] = make_phones("Ann")
    assert "It is played in groups" in ann.say("/pot 20")
    assert "Games" in ann.press("Back")


def test_who_has_too_few_points_is_told_alone(in_group):
    ann, boris, _cleo = in_group
    poor = Phone(make_member(points=5)).in_group()
    open_pot(ann)
    look(poor, ann).press("Join")
    assert "15 points more" in poor.toast
    assert len(poor.calls) == 1


@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
def test_hostile_names_and_every_language(language):
    fields = {"first_name": HOSTILE, "last_name": "z" * 250, "points": 100, "language": language}
    phones = [Phone(make_member(**fields)).in_group() for _ in range(25)]
    first = phones[0]
    check_text(first.say("/pot 5"))
    check_text(first.press(first.buttons[0]))
    for phone in phones[1:]:
        check_text(look(phone, first).press(first.buttons[0]))
    check_text(phones[3].say("/pot 6"))
    assert "+5" in phones[-1].press_data(phones[-1]._buttons()[0][1])

    run_out_of_time()
    [call] = deliver()

    check_text(call["params"]["text"])


def test_a_level_that_the_pot_brought_is_told_below_it(in_group):
    ann, boris, _cleo = in_group
    for phone in (ann, boris):
        Progress.objects.update_or_create(pk=phone.member.pk, defaults={"xp": 90, "level": 1})
    open_pot(ann)
    look(boris, ann).press("Join")

    run_out_of_time()
    [call] = deliver()

    assert call["params"]["text"].count("has reached <b>level 2</b>") == 1


def test_the_end_of_a_pot_fits_whatever_levels_it_brings():
    fields = {"first_name": "W" * 250, "points": 9, "language": "ru"}
    phones = [Phone(make_member(**fields)).in_group() for _ in range(100)]
    xp = 50 * 99 * 100 - 1
    Progress.objects.bulk_create(Progress(pk=one.member.pk, xp=xp, level=99) for one in phones)
    phones[0].say("/pot 9")
    phones[0].press("9")
    for phone in phones[1:]:
        look(phone, phones[0]).press("9")

    run_out_of_time()
    [call] = deliver()

    check_text(call["params"]["text"])
    assert call["params"]["text"].count("🎉") == 11
    assert "🎉 … +90" in call["params"]["text"]


def test_a_card_says_whether_its_game_was_open(in_group):
    ann, boris, cleo = in_group
    open_pot(ann)
    look(boris, ann).press("Join for 20")
    game = Game.objects.get()
    assert [is_game_over(game.pk), boris.calls[-1]["open_game_id"]] == [False, game.pk]

    run_out_of_time()
    look(cleo, boris).press("Join for 20")

    assert is_game_over(game.pk)
    assert not any("open_game_id" in call for call in [*cleo.calls, *deliver()])


def test_a_pot_is_joined_in_its_own_group_alone(in_group):
    ann, boris, _cleo = in_group
    open_pot(ann)
    data = ann.data_of("Join for 20")

    for elsewhere in (Phone(boris.member), boris.in_group(-1002)):
        elsewhere.screen_id = 5
        assert "no such game" in elsewhere.press_data(data)

    assert Game.objects.get().seats.count() == 1
    check_books(300)


def test_a_pot_whose_group_became_another_ends_all_the_same(in_group):
    ann = in_group[0]
    open_pot(ann)
    ann.receive({"message": {"message_id": 1, "chat": ann.chat, "migrate_to_chat_id": -1009}})

    run_out_of_time()

    # The sender follows to the new id, where the old message cannot be edited.
    assert [call["params"]["chat_id"] for call in deliver()] == [-1001]
    check_books(300)
