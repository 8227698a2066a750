from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from accounts.models import OutboxMessage
from accounts.services import SYSTEM, freeze
from botrunner import cards
from botrunner.models import Card
from points.models import Game, Multiplier
from points.services import end_due_games
from tests.botrunner.games.groups import deliver, look, make_phones, open_message, some_time_ago
from tests.botrunner.test_every_screen import HOSTILE, check_text
from tests.factories import make_member
from tests.phone import Phone
from tests.points.games.matches import check_books
from tests.queries import at_most

pytestmark = pytest.mark.django_db


@pytest.fixture
def ann_and_boris():
    return make_phones("Ann", "Boris")


@pytest.fixture
def in_group(ann_and_boris):
    return [phone.in_group() for phone in ann_and_boris]


def run_out_of_time():
    end_due_games(now=timezone.now() + timedelta(seconds=61), limit=9)


def challenge(ann, boris, command="/duel @boris 50"):
    with some_time_ago(ann):
        ann.say(command)
        ann.press("Challenge")
    return look(boris, ann)


def accept(boris):
    with some_time_ago(boris, seconds=3):
        return boris.press("Accept")


def test_the_card_says_what_it_costs_and_a_challenge_stands_in_the_group(in_group):
    ann, boris = in_group

    card = ann.say("/duel @boris 50")
    assert "Boris" in card and "100 → 50" in card and "🔒" in card
    assert not Game.objects.exists()

    standing = ann.press("Challenge")
    assert "Ann" in standing and "30 s to answer" in standing
    assert card.split("🔒")[1] == standing.split("🔒")[1]
    # The button first: it does not wait for the message, of which a group takes few.
    methods = [call["method"] for call in ann.calls]
    assert methods == ["answerCallbackQuery", "editMessageText"]


@pytest.mark.parametrize("command", ["/duel @boris 50", "/rps @boris 50", "/pot 50"])
def test_a_multiplier_leaves_no_gap_on_the_card(in_group, command):
    ann = in_group[0]
    Multiplier.objects.create(
        member=ann.member, factor=2, games_left=2, activated_at=timezone.now()
    )

    card = ann.say(command)

    assert "×2" in card and "\n\n\n" not in card


def test_the_stake_can_be_changed_on_the_card_under_the_same_seed(in_group):
    ann, _boris = in_group
    first = ann.say("/duel @boris 50")
    second = ann.press("10")
    assert "100 → 90" in second
    assert first.split("🔒")[1] == second.split("🔒")[1]


def test_the_opponents_buttons_are_his_and_the_challengers_are_hers(in_group):
    ann, boris = in_group
    challenge(ann, boris)
    stranger = look(make_phones("Eve")[0].in_group(), ann)

    for phone, label in ((ann, "Accept"), (ann, "Decline"), (boris, "Withdraw")):
        assert "somebody else" in phone.press(label)
        assert "somebody else" in stranger.press(label)
    assert Game.objects.get().state == "open"

    assert "wins and takes <b>100 points</b>" in boris.press("Accept")
    check_books(300)


@pytest.mark.parametrize(
    ("by", "label", "words"),
    [(1, "Decline", "Boris\u2069 declined"), (0, "Withdraw", "Ann\u2069 has withdrawn")],
)
def test_a_challenge_that_is_turned_down_says_so(in_group, by, label, words):
    ann, boris = in_group
    challenge(ann, boris)
    accept = boris.data_of("Accept")

    assert words in in_group[by].press(label)

    assert words in boris.press_data(accept)
    check_books(200)


def test_the_clock_edits_the_groups_card(in_group):
    ann, boris = in_group
    challenge(ann, boris)
    card_id = ann.screen_id

    run_out_of_time()
    [call] = deliver()

    assert call["method"] == "editMessageText"
    assert (call["params"]["chat_id"], call["params"]["message_id"]) == (-1001, card_id)
    assert "did not answer in time" in call["params"]["text"]
    assert "reply_markup" not in call["params"]


def test_without_a_known_card_a_new_message_is_sent_and_noted(in_group):
    ann, boris = in_group
    challenge(ann, boris)
    Card.objects.all().delete()

    run_out_of_time()
    [call] = deliver()

    assert (call["method"], call["params"]["chat_id"]) == ("sendMessage", -1001)
    assert call["game_id"] == Game.objects.get().pk


def test_a_group_that_put_the_bot_out_is_told_nothing(in_group):
    ann, boris = in_group
    challenge(ann, boris)
    gone = {"chat": ann.chat, "from": ann.user, "old_chat_member": {"status": "member"}}
    ann.receive({"my_chat_member": {**gone, "new_chat_member": {"status": "left"}}})

    run_out_of_time()

    assert deliver() == []
    check_books(200)


def test_in_private_the_other_is_asked_and_the_challenger_learns_the_end(ann_and_boris):
    ann, boris = ann_and_boris
    challenge(ann, boris)
    assert ann.buttons == ["↩️ Withdraw"]
    [question] = deliver()
    assert question["params"]["chat_id"] == boris.member.telegram_id

    open_message(boris, question)
    assert boris.buttons == ["✅ Accept", "✖️ Decline"]
    end = boris.press("Accept")
    [news] = deliver()

    assert "Your balance" in end and "wins and takes" in end
    assert news["params"]["message_id"] == ann.screen_id
    assert news["params"]["chat_id"] == ann.member.telegram_id
    assert ("You won" in end) != ("You won" in news["params"]["text"])


def test_a_challenge_over_before_it_was_told_is_not_told(ann_and_boris):
    ann, boris = ann_and_boris
    challenge(ann, boris)
    ann.press("Withdraw")
    assert deliver() == []


def test_the_question_to_the_other_is_edited_when_its_time_is_up(ann_and_boris):
    ann, boris = ann_and_boris
    challenge(ann, boris)
    [question] = deliver()
    cards.keep(question["game_id"], boris.member.telegram_id, 900)

    run_out_of_time()

    edited = {call["params"]["chat_id"]: call["params"]["message_id"] for call in deliver()}
    assert edited == {
        ann.member.telegram_id: ann.screen_id,
        boris.member.telegram_id: 900,
    }


def test_playing_again_is_one_press_away(ann_and_boris):
    ann, boris = ann_and_boris
    challenge(ann, boris)
    [question] = deliver()
    accept(open_message(boris, question))
    assert "Ann" in boris.press("Play again")


def test_a_refusal_in_a_group_is_said_to_the_presser_alone(in_group):
    ann, boris = in_group
    challenge(ann, boris)
    freeze(member_id=boris.member.pk, actor=SYSTEM, reason="fraud", now=timezone.now())

    boris.press("Accept")

    [call] = boris.calls
    assert call["method"] == "answerCallbackQuery"
    assert call["params"]["show_alert"] and "frozen" in call["params"]["text"]


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("/duel @ann 50", "against yourself"),
        ("/duel @nobody 50", "nobody"),
        ("/duel @boris 101", "you need 1 point more"),
        ("/duel @boris 1001", "highest stake"),
        ("/duel @boris 1e3", "whole number"),
        ("/duel @boris 0", "whole number"),
        ("/rps", "/rps @username 50"),
        ("/pfc 50", "/rps @username 50"),
    ],
)
def test_what_cannot_be_played_says_why(in_group, command, words):
    ann, _boris = in_group
    assert words in ann.say(command)
    assert not Game.objects.exists()


def test_an_opponent_who_cannot_play_is_named_and_no_more(in_group):
    ann, boris = in_group
    make_member(first_name="Poor", username="poor", points=49)
    ann.say("/duel @poor 50")
    text = ann.press("Challenge")
    assert "Poor" in text and "49" not in text and "points" not in text


def test_a_bot_is_no_opponent(in_group):
    ann, _boris = in_group
    robot = {"id": 5, "is_bot": True, "first_name": "Robot"}
    text = ann.say("/duel 50", reply_to_message={"message_id": 1, "from": robot})
    assert "is a bot" in text


def test_who_answers_a_message_challenges_its_author(in_group):
    ann, boris = in_group
    ann.say("/duel 50", reply_to_message={"message_id": 1, "from": boris.user})
    assert "Boris" in ann.press("Challenge")


def test_in_private_the_games_menu_asks_whom(ann_and_boris):
    ann, _boris = ann_and_boris
    ann.say("/games")
    assert "@username 50" in ann.press("Rock, paper")
    assert "Boris" in ann.say("@boris 30")
    assert "100 → 70" in ann.text


def test_choices_stay_hidden_in_the_group_until_both_have_chosen(in_group):
    ann, boris = in_group
    challenge(ann, boris, "/rps @boris 50")
    accept(boris)
    stranger = look(make_phones("Eve")[0].in_group(), boris)
    assert "Others play" in stranger.press("Rock")

    hidden = boris.press("Rock")
    assert boris.toast == "Your choice: ✊ Rock"
    assert "Rock" not in hidden and "✅ \u2068Boris" in hidden and "⏳ \u2068Ann" in hidden
    boris.press("Scissors")
    assert boris.toast == "Your choice stays: ✊ Rock"

    shown = look(ann, boris).press("Paper")
    assert "✋ Paper · \u2068Ann" in shown and "✊ Rock · \u2068Boris" in shown
    assert "Ann\u2069 wins and takes <b>100 points</b>" in shown


def test_choices_are_made_in_both_private_chats(ann_and_boris):
    ann, boris = ann_and_boris
    challenge(ann, boris, "/rps @boris 50")
    accept(open_message(boris, deliver()[0]))
    [turn] = deliver()
    open_message(ann, turn)

    ann.press("Scissors")
    assert ann.buttons == []
    assert deliver() == []
    assert "You won" in boris.press("Rock")

    [news] = deliver()
    assert "50 points lost" in news["params"]["text"]
    assert news["params"]["message_id"] == ann.screen_id


def test_a_groups_card_keeps_its_language(in_group):
    ann, boris = in_group
    boris.user["language_code"] = "ru"
    challenge(ann, boris, "/rps @boris 50")
    assert "Choose within" in accept(boris)
    boris.press("Rock")
    assert boris.toast == "Ваш выбор: ✊ Камень"


@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
@pytest.mark.parametrize("command", ["/duel", "/rps"])
def test_hostile_names_and_every_language(command, language):
    fields = {"first_name": HOSTILE, "last_name": "z" * 250, "points": 100, "language": language}
    ann = Phone(make_member(username="ann", **fields)).in_group()
    boris = Phone(make_member(username="boris", **fields)).in_group()
    for by, place in ((ann, 2), (boris, 0)):
        with some_time_ago(ann, boris):
            check_text(ann.say(f"{command} @boris 50"))
            check_text(ann.press(ann.buttons[0]))
            look(boris, ann)
        check_text(by.press(by.buttons[place]))
    if command == "/rps":
        boris.now = timezone.now() + timedelta(seconds=2)
        check_text(boris.press(boris.buttons[0]))
        assert len(boris.toast) < 200
        check_text(look(ann, boris).press(boris.buttons[0]))
    assert Game.objects.filter(state="settled").count() == 1


def test_an_answer_asks_little_of_the_database(in_group):
    ann, boris = in_group
    challenge(ann, boris)
    with at_most(28):
        boris.press("Accept")


def test_a_group_that_put_the_bot_out_is_told_nothing_and_the_stakes_come_back(in_group):
    ann, boris = in_group
    challenge(ann, boris)
    gone = {"old_chat_member": {"status": "member"}, "new_chat_member": {"status": "kicked"}}
    ann.receive({"my_chat_member": {"chat": ann.chat, "from": ann.user, **gone}})

    run_out_of_time()

    assert deliver() == []
    assert not OutboxMessage.objects.filter(state="waiting").exists()
    assert Game.objects.get().state == "refunded"
    check_books(200)


def test_nobody_acts_on_a_groups_game_from_where_the_group_does_not_see_it(in_group):
    ann, boris = in_group
    accept = challenge(ann, boris).data_of("Accept")

    assert "no such game" in Phone(boris.member).press_data(accept)

    assert Game.objects.get().state == "open"
    check_books(200)
