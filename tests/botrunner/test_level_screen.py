from datetime import timedelta

import pytest
from django.utils import timezone, translation

from accounts.models import Chat
from accounts.services import SYSTEM, delete_member
from botrunner import events
from botrunner.attachments import make
from botrunner.pictures.rank_card import RankCard, draw
from botrunner.screens.level import bar
from points.exports import export_member
from points.levels import level_of_xp
from points.models import GroupMessage, Progress
from points.selectors import balance_of, progress_of
from tests.factories import make_member
from tests.phone import Phone
from tests.queries import at_most
from vip.models import Membership

pytestmark = pytest.mark.django_db

GROUP = -1001


@pytest.fixture(autouse=True)
def nothing_known():
    events._known.clear()
    yield
    events._known.clear()


@pytest.fixture
def member():
    return make_member(first_name="Ann", username="ann")


@pytest.fixture
def group(member):
    Chat.objects.create(telegram_id=GROUP, kind="supergroup", title="Group", is_enabled=True)
    return Phone(member).in_group(GROUP)


def set_xp(member, xp):
    Progress.objects.update_or_create(
        member=member, defaults={"xp": xp, "level": level_of_xp(xp), "message_at": None}
    )


def react(group, message_id, reaction=("👍",), **user):
    emoji = [{"type": "emoji", "emoji": one} for one in reaction]
    body = {"chat": group.chat, "message_id": message_id, "date": 0, "user": {"id": 5, **user}}
    return group.receive({"message_reaction": {**body, "old_reaction": [], "new_reaction": emoji}})


def facts_of(phone):
    return phone.screen["attachment"]["params"]["facts"]


def words_of(phone):
    """What is said where no picture can be sent."""
    return phone.screen["attachment"]["instead"]["text"]


def test_the_level_is_shown_on_a_card(member):
    set_xp(member, 150)
    phone = Phone(member)

    text = phone.say("/level")

    assert phone.calls[0]["method"] == "sendPhoto"
    assert "<b>level 2</b>" in text and "In all: 150 XP" in text
    assert facts_of(phone) == {
        "name": "Ann",
        "number": member.pk,
        "level": 2,
        "done": 50,
        "cost": 200,
        "rank": 1,
        "is_vip": False,
    }


def test_words_with_a_bar_stand_in_for_the_card(member):
    set_xp(member, 150)
    phone = Phone(member)

    phone.say("/level")

    assert "<b>level 2</b>" in words_of(phone) and "50 / 200 XP" in words_of(phone)
    assert "▰▰▱▱▱▱▱▱▱▱" in words_of(phone) and "next level: 150 XP" in words_of(phone)


def test_who_earned_nothing_is_at_the_beginning():
    phone = Phone(make_member())

    phone.say("/niveau")

    assert "0 / 100 XP" in words_of(phone)
    assert facts_of(phone)["rank"] is None


@pytest.mark.parametrize("language", ["en", "fr", "ru", "ar"])
def test_the_card_is_drawn_in_the_member_s_language(language):
    phone = Phone(make_member(language=language))
    phone.say("/level")
    attachment = phone.screen["attachment"]

    file = make(attachment["kind"], attachment["params"])

    assert attachment["params"]["language"] == language
    with translation.override(language):
        assert file.content == draw(RankCard(**facts_of(phone)))


def test_vip_is_seen_on_one_s_own_card_and_on_another_s(member):
    Membership.objects.create(member=member, vip_until=timezone.now() + timedelta(days=1))
    own, other = Phone(member), Phone(make_member())
    own.say("/level")
    other.say("/level @ann")

    assert facts_of(own)["is_vip"] and facts_of(other)["is_vip"]
    assert words_of(other) != words_of(own)


def test_what_telegram_lets_a_caption_hold_is_not_passed():
    phone = Phone(make_member(language="ru"))
    phone.user |= {"first_name": "W" * 4096, "last_name": "<&>" * 500}

    assert len(phone.say("/level")) <= 1024


def test_in_a_group_the_card_answers_the_message_without_buttons(group):
    group.say("/level", message_id=77)

    assert group.screen["reply_parameters"]["message_id"] == 77
    assert "reply_markup" not in group.screen


def test_a_button_of_a_picture_brings_a_new_message(member):
    phone = Phone(member)
    phone.say("/level")
    data, photo = phone.data_of("Profile"), {"photo": [], "message_id": 5, "chat": phone.chat}

    query = {"id": "1", "from": phone.user, "data": data}
    phone.receive({"callback_query": {**query, "message": photo}})
    assert phone.calls[0]["method"] == "sendMessage"


def test_another_s_level_is_shown(member):
    set_xp(member, 150)

    text = Phone(make_member(first_name="Boris")).say("/level @ann")

    assert "Ann" in text and "level 2" in text and "our groups" not in text


def test_the_menu_leads_to_the_level(member):
    phone = Phone(member)
    phone.say("/start")

    assert "level 1" in phone.press("Level")
    assert "message_id" not in phone.screen


def test_the_bar_is_full_at_no_time_before_the_end():
    assert (bar(0, 100), bar(99, 100)) == ("▱" * 10, "▰" * 9 + "▱")


def test_the_level_needs_few_queries(member):
    phone = Phone(member)
    phone.say("/level")

    with at_most(5):
        phone.say("/level")


def test_a_message_in_an_enabled_group_earns_in_silence(group, member):
    assert group.say("hi") == ""
    assert 1 <= progress_of(member.pk).xp <= 3


def test_a_message_elsewhere_earns_nothing(member):
    Phone(member).in_group(-5).say("hi")
    Phone(member).say("hi")

    assert not Progress.objects.exists()


def test_commands_and_edits_earn_nothing(group):
    group.say("/points")
    edited = {"message_id": 7, "date": 0, "chat": group.chat, "from": group.user, "text": "hi"}
    group.receive({"edited_message": edited})

    assert not Progress.objects.exists()


@pytest.mark.parametrize("kind", ["voice", "video_note"])
def test_voice_earns_by_its_length(group, member, kind):
    group.say("", **{kind: {"duration": 605}})

    assert 61 <= progress_of(member.pk).xp <= 63


def test_a_forwarded_voice_is_a_message_like_any_other(group, member):
    group.say("", voice={"duration": 605}, forward_origin={"type": "hidden_user"})

    assert progress_of(member.pk).xp <= 3


def test_a_new_level_is_congratulated_where_it_happened(group, member):
    set_xp(member, 99)

    text = group.say("hi")

    assert "level 2" in text and "50 points" in text and "Ann" in text
    assert group.calls[0]["params"]["chat_id"] == GROUP
    assert balance_of(member.pk) == 50


def test_a_reaction_brings_its_author_a_level(group, member):
    group.say("hi", message_id=77)
    set_xp(member, 98)

    text = react(group, 77)

    assert "level 2" in text
    assert [call["params"]["chat_id"] for call in group.calls] == [GROUP]


@pytest.mark.parametrize(("reaction", "is_bot"), [((), False), (("👍",), True)])
def test_a_reaction_taken_back_or_of_a_bot_earns_nothing(group, member, reaction, is_bot):
    group.say("hi", message_id=77)
    before = progress_of(member.pk).xp

    react(group, 77, reaction, is_bot=is_bot)

    assert progress_of(member.pk).xp == before


def test_an_anonymous_reaction_earns_nothing(group):
    group.say("hi", message_id=77)
    body = {"chat": group.chat, "message_id": 77, "date": 0, "actor_chat": {"id": -9}}

    reaction = [{"type": "emoji", "emoji": "👍"}]
    group.receive({"message_reaction": {**body, "old_reaction": [], "new_reaction": reaction}})

    assert group.calls == []


def test_a_banned_member_earns_nothing(group, member):
    member.banned_at = timezone.now()
    member.save()

    group.say("hi")

    assert not Progress.objects.exists()


def test_a_message_within_the_minute_costs_two_queries_more(
    group, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        group.say("hi")

    with at_most(3):
        group.say("hi again")


def test_progress_is_exported_and_erased(group, member):
    group.say("hi")
    assert export_member(member.pk)["progress"]["level"] == 1

    delete_member(member_id=member.pk, actor=SYSTEM, now=timezone.now())

    assert not Progress.objects.exists()
    assert not GroupMessage.objects.exists()
