from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.utils import timezone

from accounts.models import AuditEntry, OutboxMessage
from accounts.services import COMMAND
from botrunner.notices import NOTICES
from tests.factories import make_member
from tests.phone import Phone
from vip.jobs import work_on_order
from vip.models import Grant, GrantOrder
from vip.selectors import vip_until
from vip.services import Audience, cancel_order, grant_vip, revoke_many

pytestmark = pytest.mark.django_db


def make_staff(group="Senior") -> Phone:
    user = get_user_model().objects.create(username=group.lower(), is_staff=True)
    user.groups.add(Group.objects.get(name=group))
    return Phone(make_member(staff_user=user))


def days_of(member) -> int | None:
    until = vip_until(member.pk)
    grant = Grant.objects.filter(membership=member.pk).last()
    return grant and (until - grant.created_at) // timedelta(days=1)


def test_a_member_is_given_vip_after_a_confirmation():
    phone, ann = make_staff(), make_member(username="ann", first_name="Ann")

    card = phone.say("/addvip @ann 30 For her help")

    assert "30 days" in card
    assert "1 member" in card
    assert "Ann" in card
    assert "For her help" in card
    assert days_of(ann) is None

    assert "1 member was given VIP" in phone.press("Confirm")
    assert days_of(ann) == 30
    audit = AuditEntry.objects.get(action="vip.grant")
    assert (audit.origin, audit.actor_label, audit.reason) == ("bot", "senior", "For her help")


def test_a_member_is_named_by_his_id():
    phone, ann = make_staff(), make_member()

    phone.say(f"/addvip {ann.telegram_id} 7 Thanks")
    phone.press("Confirm")

    assert days_of(ann) == 7


def test_a_card_may_be_cancelled():
    phone, ann = make_staff(), make_member(username="ann")
    phone.say("/addvip @ann 30 Thanks")

    assert "nothing was changed" in phone.press("Cancel")
    assert days_of(ann) is None


def test_every_answer_leads_back_to_the_menu():
    phone = make_staff()
    make_member(username="ann")

    for words in ("/addvip", "/addvip @ann 30"):
        phone.say(words)
        assert any("Menu" in label for label in phone.buttons), words


def test_a_missing_reason_is_asked_for():
    phone, ann = make_staff(), make_member(username="ann")

    assert "reason" in phone.say("/addvip @ann 30")
    assert "For her help" in phone.say("For her help")

    phone.press("Confirm")
    assert days_of(ann) == 30


def test_the_confirmation_pressed_twice_gives_once():
    phone, ann = make_staff(), make_member(username="ann")
    phone.say("/addvip @ann 30 Thanks")
    confirm = phone.data_of("Confirm")

    first, second = phone.press_data(confirm), phone.press_data(confirm)

    assert first == second
    assert days_of(ann) == 30


def test_a_chief_gives_to_all():
    phone, members = make_staff("Chief"), [make_member() for _ in range(12)]

    card = phone.say("/addvip all 1 Birthday")

    assert "13 members" in card
    phone.press("Confirm")
    assert {days_of(member) for member in members} == {1}


def test_a_senior_may_not_give_to_all():
    phone = make_staff()

    assert "may not" in phone.say("/addvip all 1 Birthday")
    assert not GrantOrder.objects.exists()


@pytest.mark.parametrize("group", ["Junior", None])
def test_who_may_not_give_vip_does_not_know_the_command(group):
    phone = make_staff(group) if group else Phone(make_member())
    ann = make_member(username="ann")

    assert "did not understand" in phone.say("/addvip @ann 30 Thanks")
    assert days_of(ann) is None


def test_a_permission_lost_after_the_card_is_missed_at_the_confirmation():
    phone, ann = make_staff("Chief"), make_member()
    phone.say("/addvip all 1 Birthday")
    get_user_model().objects.get(username="chief").groups.set([Group.objects.get(name="Senior")])

    assert "may not" in phone.press("Confirm")
    assert days_of(ann) is None


@pytest.mark.parametrize("days", ["0", "-1", "36501", "1.5", "x", "٣", "9" * 30])
def test_days_that_are_none_are_refused(days):
    phone, ann = make_staff(), make_member(username="ann")

    assert "whole number of days" in phone.say(f"/addvip @ann {days} Thanks")
    assert days_of(ann) is None


@pytest.mark.parametrize("text", ["/addvip", "/addvip @ann", "/addvip all", "/addvip 30"])
def test_too_few_words_show_how_it_is_used(text):
    make_member(username="ann")

    assert "/addvip @username 30 reason" in make_staff("Chief").say(text)


def test_an_unknown_member_is_refused():
    assert "nobody" in make_staff().say("/addvip @nobody 30 Thanks")


def test_a_reason_and_a_name_are_escaped():
    phone = make_staff()
    make_member(username="ann", first_name="<b>{{ x }}")

    card = phone.say("/addvip @ann 30 <i>why</i>")

    assert "&lt;b&gt;{{ x }}" in card
    assert "&lt;i&gt;why&lt;/i&gt;" in card


def test_nobody_left_to_give_to_leaves_nothing_to_confirm():
    phone = make_staff()
    make_member(username="ann", banned_at="2026-01-01T00:00:00Z")

    assert "0 members" in phone.say("/addvip @ann 30 Thanks")
    assert not any("Confirm" in label for label in phone.buttons)


def test_in_a_group_the_card_can_be_confirmed_by_its_owner_only():
    phone, ann = make_staff().in_group(), make_member(username="ann")
    thief = make_staff("Chief").in_group()
    phone.say("/addvip @ann 30 Thanks")
    confirm = phone.data_of("Confirm")

    assert "somebody else" in thief.press_data(confirm)
    assert days_of(ann) is None

    phone.press_data(confirm)
    assert days_of(ann) == 30


@pytest.mark.usefixtures("chunks_of_three")
def test_very_many_are_given_in_the_background_and_the_staff_is_told():
    phone, members = make_staff("Chief"), [make_member() for _ in range(7)]

    assert "in the background" in phone.say("/addvip all 1 Birthday")
    confirm = phone.data_of("Confirm")
    assert "on its way to 8 members" in phone.press_data(confirm)
    assert {days_of(member) for member in members} == {None}

    work_on_order(GrantOrder.objects.get().pk)
    assert {days_of(member) for member in members} == {1}
    report = read_notice("vip.order_over")
    assert "VIP was given" in report
    assert "Members: 8" in report
    assert "8 members were given VIP" in phone.press_data(confirm)


@pytest.mark.usefixtures("chunks_of_three")
def test_an_order_that_was_cancelled_is_reported_as_such():
    phone = make_staff("Chief")
    for _ in range(7):
        make_member()
    phone.say("/addvip all 1 Birthday")
    phone.press("Confirm")

    cancel_order(
        order_id=GrantOrder.objects.get().pk, reason="Wrong", actor=COMMAND, now=timezone.now()
    )

    assert "stopped before its end" in read_notice("vip.order_over")


@pytest.mark.parametrize(
    ("group", "may_one", "may_all"),
    [("Junior", False, False), ("Senior", True, False), ("Chief", True, True)],
)
def test_who_may_give_to_one_and_to_all(group, may_one, may_all):
    phone = make_staff(group)
    make_member(username="ann")

    for text, may in (("/addvip @ann 1 Thanks", may_one), ("/addvip all 1 Thanks", may_all)):
        phone.say(text)
        assert any("Confirm" in label for label in phone.buttons) == may, text


def test_a_creator_gives_to_all():
    user = get_user_model().objects.create(username="boss", is_staff=True, is_superuser=True)
    phone, ann = Phone(make_member(staff_user=user)), make_member()

    phone.say("/addvip all 2 Birthday")
    phone.press("Confirm")

    assert days_of(ann) == 2


def read_notice(kind: str) -> str:
    return NOTICES[kind](OutboxMessage.objects.get(kind=kind)).text


def test_who_lost_vip_with_others_is_told_why():
    ann, bob = make_member(), make_member()
    grant_vip(
        audience=Audience.named([ann.pk, bob.pk]),
        days=3,
        reason="x",
        actor=COMMAND,
        key="a",
        now=timezone.now(),
    )

    revoke_many(
        audience=Audience.named([ann.pk]),
        reason="<b>Cheating",
        actor=COMMAND,
        key="b",
        now=timezone.now(),
    )

    assert "&lt;b&gt;Cheating" in read_notice("vip.revoked")
