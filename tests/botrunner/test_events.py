from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Chat, Member
from botrunner import events
from tests.factories import make_member
from tests.phone import Phone
from tests.queries import at_most

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_known():
    events._known.clear()
    yield
    events._known.clear()


def move_bot(phone, old: str, new: str) -> None:
    change = {"old_chat_member": {"status": old}, "new_chat_member": {"status": new}}
    phone.receive({"my_chat_member": {"chat": phone.chat, "from": phone.user, **change}})


def test_a_group_that_takes_the_bot_in_is_greeted():
    group = Phone(make_member()).in_group()

    move_bot(group, "left", "member")

    assert [call["method"] for call in group.calls] == ["sendMessage"]
    assert "/enable" in group.text
    assert group.calls[0]["params"]["chat_id"] == group.chat["id"]


@pytest.mark.parametrize(("old", "new"), [("member", "administrator"), ("member", "left")])
def test_other_changes_are_not_greeted(old, new):
    group = Phone(make_member()).in_group()

    move_bot(group, old, new)

    assert group.calls == []


def test_a_group_that_put_the_bot_out_is_marked():
    group = Phone(make_member()).in_group()

    move_bot(group, "member", "kicked")
    assert not Chat.objects.get().bot_is_member

    move_bot(group, "kicked", "member")
    assert Chat.objects.get().bot_is_member


@pytest.mark.parametrize(
    ("old", "new", "state"), [("member", "kicked", "blocked"), ("kicked", "member", "reachable")]
)
def test_blocking_the_bot_is_noted_without_an_answer(old, new, state):
    phone = Phone(make_member(reachability="blocked" if new == "member" else "reachable"))

    move_bot(phone, old, new)

    assert (Member.objects.get().reachability, phone.calls) == (state, [])


def test_who_writes_is_reachable_again():
    phone = Phone(make_member(reachability="blocked"))

    phone.say("/start")

    assert phone.member.reachability == "reachable"


def test_what_a_channel_says_in_its_group_makes_no_member():
    account = Phone(id=777000, first_name="Telegram").in_group()

    account.say("news", is_automatic_forward=True, sender_chat={"id": -1007, "type": "channel"})

    assert (Member.objects.count(), account.calls) == (0, [])


def test_a_group_title_follows_the_group():
    member = make_member()
    Phone(member).in_group(title="Old").say("hi")

    Phone(member).in_group(title="New\x00").say("hi")

    assert Chat.objects.get().title == "New"


def test_a_known_group_costs_one_question_whether_it_is_enabled(django_capture_on_commit_callbacks):
    group = Phone(make_member()).in_group()
    with django_capture_on_commit_callbacks(execute=True):
        group.say("hi")

    with at_most(2):
        group.say("hi again")


def test_a_group_whose_storing_was_taken_back_is_not_known():
    group = Phone(make_member()).in_group()
    group.say("hi")  # the test's transaction is never committed

    Chat.objects.all().delete()
    group.say("hi")

    assert Chat.objects.count() == 1


def test_a_known_group_is_looked_at_again_after_ten_minutes(django_capture_on_commit_callbacks):
    group = Phone(make_member()).in_group()
    group.now = timezone.now()
    with django_capture_on_commit_callbacks(execute=True):
        group.say("hi")
    Chat.objects.all().delete()

    group.now += timedelta(minutes=11)
    group.say("hi")

    assert Chat.objects.count() == 1


def test_a_group_that_became_a_supergroup_keeps_its_switch():
    group = Phone(make_member()).in_group(-5)
    group.say("hi")
    Chat.objects.update(is_enabled=True)

    group.say("", migrate_to_chat_id=-1005)

    chat = Chat.objects.get()
    assert (chat.telegram_id, chat.is_enabled) == (-1005, True)


def test_the_switch_goes_along_even_when_the_supergroup_was_met_first():
    member = make_member()
    group = Phone(member).in_group(-5)
    group.say("hi")
    Chat.objects.update(is_enabled=True)
    Phone(member).in_group(-1005).say("hi")

    group.say("", migrate_to_chat_id=-1005)

    states = Chat.objects.values_list("telegram_id", "is_enabled", "bot_is_member")
    assert set(states) == {(-5, False, False), (-1005, True, True)}


def test_a_title_of_4096_characters_is_cut():
    Phone(make_member()).in_group(title="a" * 4096).say("hi")

    assert len(Chat.objects.get().title) == 256
