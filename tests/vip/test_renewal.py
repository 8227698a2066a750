"""The notice that VIP ends, or has ended, is a confirm card: one tap renews."""

from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings

from accounts.models import Member, OutboxMessage
from botrunner.callbacks import pack
from botrunner.notices import NOTICES
from botrunner.texts import speaking_to
from points.models import Wallet
from tests.botrunner.test_every_screen import check_text
from tests.factories import give_points, make_member
from tests.phone import Phone
from vip.jobs import tell_of_endings
from vip.models import VIP_UNTIL_MAX, Grant, Membership, Plan
from vip.selectors import vip_until
from vip.services import buy_plan

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture
def clock(monkeypatch):
    """Sets the time at which notices are made."""

    def set_to(moment):
        monkeypatch.setattr("botrunner.vip_notices.timezone.now", lambda: moment)

    return set_to


@pytest.fixture
def ann(clock) -> Phone:
    """Her 7 days end in 12 hours; she was just told."""
    phone = Phone(make_member(points=3_000 + 3_400))
    plan = Plan.objects.get(code="7d")
    buy_plan(member_id=phone.member.pk, plan_id=plan.pk, quoted_price=3_000, key="k", now=NOON)
    phone.now = NOON + 7 * DAY - 12 * HOUR
    clock(phone.now)
    tell_of_endings(phone.now)
    return phone


def read(phone):
    """What the notice says now; its buttons are pressed by `tap`."""
    message = OutboxMessage.objects.get()
    with speaking_to(phone.member):
        return NOTICES[message.kind](message)


def tap(phone, index=0, reply=None):
    button = (reply or read(phone)).keyboard[index][0]
    return phone.press_data(pack(phone.member.telegram_id, button.route, *button.args))


def balance(phone):
    return Wallet.objects.get(pk=phone.member.pk).balance


def test_the_notice_shows_what_a_confirm_card_shows(ann):
    text = read(ann).text

    assert "ends in 12" in text
    assert "VIP for 7 days" in text
    assert "Price: 3,000 points" in text
    assert "3,400 → 400" in text
    assert "15 May 2026, 12:00" in text


def test_one_tap_renews_and_shows_the_receipt(ann):
    text = tap(ann)

    assert "VIP for 7 days is yours" in text
    assert vip_until(ann.member.pk) == NOON + 14 * DAY
    assert balance(ann) == 400
    assert ann.buttons == ["🧾 History", "🏠 Menu"]


def test_a_notice_that_was_sent_twice_renews_once(ann):
    give_points(ann.member, 9_000)
    first, second = read(ann), read(ann)

    assert tap(ann, reply=first) == tap(ann, reply=second)
    assert Grant.objects.count() == 2


def test_a_price_changed_since_the_notice_charges_nothing_and_shows_the_card(ann):
    reply = read(ann)
    Plan.objects.filter(code="7d").update(price=3_300)

    assert "price has changed" in tap(ann, reply=reply)
    assert balance(ann) == 3_400

    ann.press("Confirm")
    assert balance(ann) == 100


def test_points_spent_since_the_notice_are_missed_and_nothing_is_bought(ann):
    reply = read(ann)
    day = Plan.objects.get(code="1d")
    buy_plan(member_id=ann.member.pk, plan_id=day.pk, quoted_price=500, key="x", now=ann.now)

    assert "100 points more" in tap(ann, reply=reply)
    assert balance(ann) == 2_900


def test_after_the_end_one_tap_has_it_back_from_now_on(ann, clock):
    OutboxMessage.objects.all().delete()
    ann.now = NOON + 8 * DAY
    clock(ann.now)
    tell_of_endings(ann.now)

    assert "back with one tap" in read(ann).text
    tap(ann)
    assert vip_until(ann.member.pk) == NOON + 15 * DAY


def test_the_other_button_shows_all_plans(ann):
    assert "VIP gives you" in tap(ann, 1)


def test_too_few_points_lead_to_what_is_missing(ann):
    Plan.objects.filter(code="7d").update(price=3_401)

    reply = read(ann)

    assert "Price" not in reply.text
    assert "1 point more" in tap(ann, reply=reply)
    assert "🔍 Search" in ann.buttons


def test_a_plan_off_sale_is_not_offered_but_all_others_are(ann):
    Plan.objects.filter(code="7d").update(is_active=False)

    assert "Price" not in read(ann).text
    tap(ann)
    assert ann.buttons[0].startswith("👑 1 day")


def test_who_never_bought_is_led_to_all_plans(clock):
    member = make_member(points=9_000)
    Membership.objects.create(member=member, vip_until=NOON + 12 * HOUR)
    clock(NOON)
    tell_of_endings(NOON)

    [[button]] = read(Phone(member)).keyboard

    assert (button.route, button.args) == ("vip", ())


def test_frozen_points_offer_nothing(ann):
    Member.objects.update(frozen_at=NOON)

    assert "Price" not in read(ann).text


def test_vip_that_reaches_2199_is_told_without_an_offer(ann, clock):
    OutboxMessage.objects.all().delete()
    Membership.objects.update(vip_until=VIP_UNTIL_MAX)
    clock(VIP_UNTIL_MAX - HOUR / 2)
    tell_of_endings(VIP_UNTIL_MAX - HOUR / 2)

    assert "Price" not in read(ann).text


def test_nobody_else_can_press_it(ann):
    button = read(ann).keyboard[0][0]
    thief = Phone(make_member(points=9_000))
    data = pack(ann.member.telegram_id, button.route, *button.args)

    assert "somebody else" in thief.press_data(data)
    assert Grant.objects.count() == 1


def test_the_button_has_room_for_the_largest_values(ann):
    message = OutboxMessage.objects.get()
    message.pk = 9_999_999_999
    Plan.objects.filter(code="7d").update(price=10**12)
    give_points(ann.member, 10**12)

    button = NOTICES[message.kind](message).keyboard[0][0]

    assert len(pack(ann.member.telegram_id, button.route, *button.args)) <= 64


@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
@pytest.mark.parametrize("hours", [-12, 0])
def test_the_notice_reads_well_in_every_language(ann, clock, language, hours):
    OutboxMessage.objects.all().delete()
    Member.objects.update(language=language)
    clock(NOON + 7 * DAY + hours * HOUR)
    tell_of_endings(NOON + 7 * DAY + hours * HOUR)

    check_text(read(ann).text)
