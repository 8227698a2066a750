import pytest
from django.utils import timezone

from accounts.models import Chat
from accounts.services import SYSTEM, delete_member
from botrunner import events
from botrunner.screens.level import bar
from points.exports import export_member
from points.levels import level_of_xp
from points.models import GroupMessage, Progress
from points.selectors import balance_of, progress_of
from tests.factories import make_member
from tests.phone import Phone
from tests.queries import at_most

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


def test_the_level_is_shown_with_a_bar(member):
    set_xp(member, 150)

    text = Phone(member).say("/level")

    assert "<b>level 2</b>" in text and "50 / 200 XP" in text
    assert "▰▰▱▱▱▱▱▱▱▱" in text and "next level: 150 XP" in text


def test_who_earned_nothing_is_at_the_beginning():
    assert "0 / 100 XP" in Phone(make_member()).say("/niveau")


def test_another_s_level_is_shown(member):
    set_xp(member, 150)

    text = Phone(make_member(first_name="Boris")).say("/level @ann")

    assert "Ann" in text and "level 2" in text and "our groups" not in text


def test_the_menu_leads_to_the_level(member):
    phone = Phone(member)
    phone.say("/start")

    assert "level 1" in phone.press("Level")


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
