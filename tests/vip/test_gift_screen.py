from datetime import timedelta

import pytest
from django.conf import settings

from accounts.models import Member, OutboxMessage
from botrunner.notices import NOTICES
from botrunner.texts import speaking_to
from points.models import PointsSettings, Wallet
from tests.botrunner.test_every_screen import HOSTILE, check_text
from tests.factories import give_points, make_member
from tests.phone import Phone
from tests.vip.gifts import NOON, state
from vip.models import Grant, Membership, Plan
from vip.selectors import vip_until

pytestmark = pytest.mark.django_db


@pytest.fixture
def bob():
    return make_member(username="bob", first_name="B<b>ob")


@pytest.fixture
def ann():
    phone = Phone(make_member(points=700, username="ann", first_name="A<b>nn"))
    phone.now = NOON
    return phone


def test_the_menu_leads_to_whom_which_plan_card_and_receipt(ann, bob):
    ann.say("/vip")
    assert "to whom" in ann.press("Give VIP to somebody")
    assert "B&lt;b&gt;ob" in ann.say("@bob")
    card = ann.press("1 day")
    assert "B&lt;b&gt;ob" in card
    assert "700 → 200" in card
    assert "2 May 2026, 12:00" in card
    assert not Grant.objects.exists()

    receipt = ann.press("Confirm")

    assert "You gave" in receipt
    assert "200 points" in receipt
    assert vip_until(bob.pk) == NOON + timedelta(days=1)
    assert "VIP for" in ann.press("History")


def test_the_command_with_a_name_goes_to_the_plans(ann, bob):
    Membership.objects.create(member=bob, vip_until=NOON + timedelta(days=2))

    text = ann.say("/vip @bob")

    assert "How much VIP for" in text
    assert "until 3 May 2026" in text
    assert ann.buttons[0] == "👑 1 day · 500 points"


def test_the_receiver_reads_who_gave_what(ann, bob):
    ann.say("/vip @bob")
    ann.press("1 day")
    ann.press("Confirm")
    message = OutboxMessage.objects.get(kind="vip.gift")

    with speaking_to(bob):
        reply = NOTICES[message.kind](message)

    assert "A&lt;b&gt;nn" in reply.text
    assert "gave you <b>1 day</b>" in reply.text
    assert "2 May 2026" in reply.text
    assert [button.route for row in reply.keyboard for button in row] == ["vip"]


def test_a_double_tap_gives_once_and_shows_the_same_receipt(ann, bob):
    ann.say("/vip @bob")
    ann.press("1 day")
    data = ann.data_of("Confirm")

    first = ann.press_data(data)
    second = ann.press_data(data)

    assert first == second
    assert Grant.objects.count() == 1


def test_a_price_changed_after_the_card_redraws_it_and_charges_nothing(ann, bob):
    ann.say("/vip @bob")
    ann.press("1 day")
    Plan.objects.update(price=600)

    text = ann.press("Confirm")

    assert "price has changed" in text
    assert "700 → 100" in text
    assert Wallet.objects.get(pk=ann.member.pk).balance == 700

    ann.press("Confirm")
    assert Wallet.objects.get(pk=ann.member.pk).balance == 100


def test_too_few_points_lead_to_ways_to_earn_and_back_to_the_plans(ann, bob):
    ann.say("/vip @bob")

    text = ann.press("7 days")

    assert "2,300 points" in text
    assert "🔍 Search" in ann.buttons
    assert "How much VIP" in ann.press("Back")


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("/vip @ann", "You need not give VIP to yourself"),
        ("/vip @nobody", "nobody"),
        ("/vip @frozen", "cannot be given VIP"),
        ("/vip @banned", "cannot be given VIP"),
    ],
)
def test_whom_nothing_can_be_given(ann, words, answer):
    make_member(username="frozen", frozen_at=NOON)
    make_member(username="banned", banned_at=NOON)
    assert ann.member
    before = state()

    assert answer in ann.say(words)
    assert state() == before
    assert "🏠 Menu" in ann.buttons


def test_a_bot_is_given_nothing(ann):
    bot = {"id": 99, "is_bot": True, "first_name": "Robot"}
    ann.say("/vip")
    ann.press("Give VIP to somebody")

    text = ann.say("hello", forward_origin={"type": "user", "sender_user": bot})

    assert "How much VIP" not in text
    assert not Grant.objects.exists()


def test_a_frozen_giver_is_refused_before_he_chooses(ann, bob):
    assert ann.member
    Member.objects.filter(username="ann").update(frozen_at=NOON)

    assert "frozen" in ann.say("/vip @bob")


@pytest.mark.parametrize("way", ["/vip @bob", "menu"])
def test_a_new_member_hears_when_he_can_give_before_he_chooses(ann, bob, way):
    PointsSettings.objects.create(transfer_min_age_hours=6)
    assert ann.member
    Member.objects.filter(username="ann").update(joined_at=NOON - timedelta(hours=4))

    if way == "menu":
        ann.say("/vip")
        text = ann.press("Give VIP to somebody")
    else:
        text = ann.say(way)

    assert "New members wait" in text
    assert "2\u00a0h" in text
    assert "⏱ What is ready" in ann.buttons


def test_a_receiver_frozen_after_the_card_gets_nothing_and_nothing_is_charged(ann, bob):
    ann.say("/vip @bob")
    ann.press("1 day")
    Member.objects.filter(pk=bob.pk).update(frozen_at=NOON)
    before = state()

    assert "cannot be given VIP" in ann.press("Confirm")
    assert state() == before


def test_in_a_group_it_says_where_to_give(ann, bob):
    group = ann.in_group()

    assert "private chat" in group.say("/vip @bob")
    assert group.buttons == []


def test_the_confirm_button_has_room_for_the_largest_values(ann):
    make_member(id=9_999_999_999, username="late")
    Plan.objects.create(id=99_999, code="dear", days=2, price=10**12)
    give_points(ann.member, 10**12)
    ann.say("/vip @late")

    ann.press("2 days")

    assert len(ann.data_of("Confirm").encode()) <= 64


@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
def test_each_screen_stands_in_every_language_with_a_hostile_name(language):
    receiver = make_member(username="evil", first_name=HOSTILE, language=language)
    Membership.objects.create(member=receiver, vip_until=NOON + timedelta(days=2))
    giver = make_member(points=5_000, language=language, first_name=HOSTILE, username="giver")
    phone = Phone(giver)
    phone.now = NOON
    phone.say("/vip")

    texts = [phone.press("🎁"), phone.say("@evil"), phone.press("👑"), phone.press("✅")]
    texts += [phone.press("🧾"), phone.say("/vip @giver"), phone.in_group().say("/vip @evil")]
    message = OutboxMessage.objects.get(kind="vip.gift")
    with speaking_to(receiver):
        texts.append(NOTICES[message.kind](message).text)

    for text in texts:
        check_text(text)
    assert Grant.objects.count() == 1
