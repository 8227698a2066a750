"""Sending points: from the command, from the menu, in groups; refused presses change nothing."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission

from accounts.models import AuditEntry, OutboxMessage
from botrunner.notices import NOTICES
from points.models import Entry, PointsSettings
from points.selectors import balance_of
from tests.factories import make_member
from tests.phone import Phone
from tests.queries import at_most

pytestmark = pytest.mark.django_db


@pytest.fixture
def ann():
    return Phone(make_member(points=100, first_name="Ann", username="ann"))


@pytest.fixture
def boris():
    return Phone(make_member(points=5, first_name="<b>Boris", username="boris"))


def balances(*phones: Phone) -> list[int]:
    return [balance_of(phone.member.pk) for phone in phones]


@pytest.mark.parametrize("command", ["/send", "/don"])
def test_a_card_shows_everything_before_a_point_moves(ann, boris, command):
    text = ann.say(f"{command} @boris 40 for tea")

    assert "Send <b>40 points</b> to \u2068&lt;b&gt;Boris\u2069?" in text
    assert "Note: \u2068for tea\u2069" in text
    assert "100 → 60" in text
    assert balances(ann, boris) == [100, 5]


def test_a_note_that_would_turn_the_text_is_tamed_before_it_is_shown(ann, boris):
    text = ann.say("/send @boris 40 for\u202e tea")

    assert "Note: \u2068for tea\u2069" in text
    assert "Note: \u2068for tea\u2069" in ann.press("Confirm")


def test_confirming_sends_and_tells_both(ann, boris):
    ann.say("/send @boris 40 for tea")

    text = ann.press("Confirm")

    assert "You sent <b>40 points</b>" in text
    assert "Note: \u2068for tea\u2069" in text
    assert "Your balance: 60 points" in text
    assert balances(ann, boris) == [60, 45]
    message = OutboxMessage.objects.get()
    notice = NOTICES[message.kind](message)
    assert "\u2068Ann\u2069 sent you <b>40 points</b>." in notice.text
    assert "Note: \u2068for tea\u2069\nYour balance: 45 points" in notice.text


def test_a_receiver_who_wants_no_notice_gets_none(ann, boris):
    member = boris.member
    member.notify_points = False
    member.save()
    ann.say("/send @boris 40")
    ann.press("Confirm")

    message = OutboxMessage.objects.get()

    assert NOTICES[message.kind](message) is None


def test_pressing_twice_sends_once_and_shows_the_same_receipt(ann, boris):
    ann.say("/send @boris 40")
    data = ann.data_of("Confirm")

    assert ann.press_data(data) == ann.press_data(data)

    assert balances(ann, boris) == [60, 45]


def test_cancelling_sends_nothing(ann, boris):
    ann.say("/send @boris 40")

    assert "no points were sent" in ann.press("Cancel")

    assert balances(ann, boris) == [100, 5]


def test_the_menu_leads_through_whom_and_how_much(ann, boris):
    ann.say("/send")
    ann.say("@boris")
    ann.press("10")
    ann.press("Confirm")

    assert balances(ann, boris) == [90, 15]


def test_another_amount_may_be_typed_with_a_note(ann, boris):
    ann.say("/send")
    ann.say("@boris")
    ann.press("Other amount")

    assert "Note: \u2068for tea\u2069" in ann.say("33 for tea")

    ann.press("Confirm")
    assert balances(ann, boris) == [67, 38]


def test_a_forwarded_message_names_its_author(ann, boris):
    ann.say("/send")

    text = ann.say("hello", forward_origin={"type": "user", "sender_user": boris.user})

    assert "to whom" not in text


def test_a_wrong_answer_leaves_the_question_open(ann, boris):
    ann.say("/send")

    assert "do not know" in ann.say("@nobody")
    assert "How many points" in ann.say("@boris")


def test_only_amounts_within_reach_are_offered(boris, ann):
    boris.say("/send @ann")

    assert boris.buttons[0] == "✏️ Other amount"


def test_answering_a_message_in_a_group_is_enough(ann, boris):
    group = ann.in_group()

    group.say("/send 40", reply_to_message={"message_id": 1, "from": boris.user})
    text = group.press("Confirm")

    assert "\u2068Ann\u2069 sent <b>40 points</b> to \u2068&lt;b&gt;Boris\u2069" in text
    assert balances(ann, boris) == [60, 45]


def test_a_bystander_cannot_confirm(ann, boris):
    group = ann.in_group()
    group.say("/send @boris 40")

    answer = boris.in_group().press_data(group.data_of("Confirm"))

    assert "somebody else" in answer
    assert balances(ann, boris) == [100, 5]


@pytest.mark.parametrize("part", range(4))
def test_an_altered_button_is_refused(ann, boris, part):
    ann.say("/send @boris 40")
    words = ann.data_of("Confirm").split(":")
    words[part] = words[part][:-1] + ("y" if words[part].endswith("x") else "x")

    assert "somebody else" in ann.press_data(":".join(words))

    assert balances(ann, boris) == [100, 5]


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("@boris 101", "you need 1 point more"),
        ("@boris 1e3", "“\u20681e3\u2069” is not an amount"),
        ("@boris -5", "“\u2068-5\u2069” is not an amount"),
        ("@boris ٥", "“\u2068٥\u2069” is not an amount"),
        ("@boris 1.5", "is not an amount"),
        ("@boris 9223372036854775808", "is not an amount"),
        ("@boris <b>", "“\u2068&lt;b&gt;\u2069” is not an amount"),
        ("@ann 5", "to yourself"),
        ("@nobody 5", "do not know"),
        ("@<b> 5", "@&lt;b&gt;"),
    ],
)
def test_what_cannot_be_sent_is_refused_with_a_way_on(ann, boris, words, answer):
    assert answer in ann.say(f"/send {words}")

    assert "🏠 Menu" in ann.buttons
    assert balances(ann, boris) == [100, 5]


def test_too_few_points_lead_to_ways_to_earn(ann, boris):
    ann.say("/send @boris 101")

    assert ann.buttons == [
        "🔍 Search",
        "🎁 Daily bonus",
        "🎲 Games",
        "👥 Invite friends",
        "⏱ What is ready",
        "⭐ Buy points",
        "🏠 Menu",
    ]


def test_the_cap_tells_what_can_still_be_sent(ann, boris):
    PointsSettings.objects.create(transfer_daily_max=30)
    ann.say("/send @boris 40")

    text = ann.press("Confirm")

    assert "at most 30 points in 24 hours" in text
    assert "still send 30 points" in text
    assert balances(ann, boris) == [100, 5]


def test_confirming_takes_few_queries(ann, boris):
    ann.say("/send @boris 40 tea")
    data = ann.data_of("Confirm")

    with at_most(10):
        ann.press_data(data)


# The staff's /addpoints


@pytest.fixture
def chief(ann):
    user = get_user_model().objects.create_user("chief", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="adjust_points"))
    member = ann.member
    member.staff_user = user
    member.save()
    return ann


def test_staff_see_before_change_and_after_and_confirm(chief, boris):
    text = chief.say("/addpoints @boris +50 event prize")

    assert "Before: 5\nChange: <b>+50</b>\nAfter: 55\nReason: \u2068event prize\u2069" in text
    assert balances(boris) == [5]

    chief.press("Confirm")

    assert balances(boris) == [55]
    audit = AuditEntry.objects.get()
    assert (audit.origin, audit.actor_label, audit.reason) == ("bot", "chief", "event prize")
    message = OutboxMessage.objects.get()
    assert "Reason: \u2068event prize\u2069" in NOTICES[message.kind](message).text


def test_a_change_without_a_reason_says_so(chief, boris):
    chief.say("/addpoints @boris -5")
    chief.press("Confirm")

    assert balances(boris) == [0]
    assert "no reason given" in Entry.objects.latest("pk").note


@pytest.mark.parametrize(
    ("words", "answer"),
    [("@boris -6", "balance is 5 points"), ("@boris", "Write"), ("@boris x", "not an amount")],
)
def test_a_wrong_change_is_refused(chief, boris, words, answer):
    assert answer in chief.say(f"/addpoints {words}")

    assert balances(boris) == [5]


def test_the_command_does_not_exist_for_others(ann, boris):
    assert "did not understand" in ann.say("/addpoints @boris 50")


def test_who_lost_the_right_cannot_confirm_any_more(chief, boris):
    chief.say("/addpoints @boris 50")
    chief.member.staff_user.user_permissions.clear()

    assert "no longer" in chief.press("Confirm")

    assert balances(boris) == [5]


@pytest.mark.parametrize("text", ["/send", "/send @boris", "/send @boris 40"])
def test_a_new_member_is_told_from_when_he_can_send(ann, boris, text):
    PointsSettings.objects.create(transfer_min_age_hours=6)

    answer = ann.say(text)

    assert "You can do all of it from" in answer and "<b>6\xa0h</b>" in answer
    assert not any("Confirm" in button for button in ann.buttons)


def test_a_card_drawn_before_a_new_member_had_to_wait_sends_nothing(ann, boris):
    ann.say("/send @boris 40")
    PointsSettings.objects.create(transfer_min_age_hours=6)

    assert "You can do all of it from" in ann.press("Confirm")
    assert balances(ann, boris) == [100, 5]


def test_a_thousand_in_two_words_is_refused_and_never_read_as_one(ann, boris):
    assert "1 000" in ann.say("/send @boris 1 000")
    assert not any("Confirm" in label for label in ann.buttons)
