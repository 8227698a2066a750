from datetime import UTC, datetime

import pytest

from accounts.models import OutboxMessage
from botrunner.notices import NOTICES
from botrunner.texts import speaking_to
from numbers.jobs import end_expired_leases
from numbers.models import Batch, Lease, NumbersSettings, Pool
from numbers.services import SmsArrival, receive_sms
from points.models import Wallet
from tests.factories import make_member
from tests.factories.numbers import make_lease, make_pool, make_provider, minutes
from tests.phone import Phone
from tests.queries import at_most

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)


def make_phone(points=0, **fields):
    phone = Phone(make_member(points=points, **fields))
    phone.now = NOW
    return phone


def send_sms(lease, text="Your code is 482913", sender="Example", at=NOW):
    arrival = SmsArrival(
        message_id=f"m{lease.pk}",
        to_e164=lease.number.e164,
        sender=sender,
        text=text,
        received_at=at,
    )
    return receive_sms(make_provider(f"p{lease.pk}"), arrival, now=at)


def read_notice(kind, language="en"):
    message = OutboxMessage.objects.select_related("member").get(kind=kind)
    message.member.language = language
    with speaking_to(message.member):
        return NOTICES[kind](message)


def balance(phone):
    return Wallet.objects.get(member__telegram_id=phone.user["id"]).balance


def test_countries_shows_any_first_then_the_pools_with_what_is_free():
    make_pool(name="Emirates", country="AE", free=3)
    make_pool(name="Closed", free=3, is_active=False)
    phone = make_phone()

    phone.say("/countries")

    assert phone.buttons[:2] == [
        "🎲 \u2068Any country\u2069 · 3 free · no charge",
        "🇦🇪 \u2068Emirates\u2069 · 3 free · no charge",
    ]
    assert not any("Closed" in label for label in phone.buttons)


def test_no_pool_at_all_says_so():
    assert "no numbers yet" in make_phone().say("/numbers")


def test_many_pools_are_paged():
    for number in range(10):
        make_pool(name=f"Pool {number}", free=1)
    phone = make_phone()
    phone.say("/countries")

    phone.press("Next")

    assert [label for label in phone.buttons if "Pool" in label] == [
        "🌐 \u2068Pool 8\u2069 · 1 free · no charge",
        "🌐 \u2068Pool 9\u2069 · 1 free · no charge",
    ]
    assert "Page 2 of 2" in phone.text


def test_a_tap_takes_a_free_number_at_once():
    pool = make_pool(name="Emirates", country="AE", free=1)
    phone = make_phone()
    phone.say("/countries")

    text = phone.press("Emirates")

    lease = Lease.objects.get()
    assert lease.number.pool_id == pool.pk
    assert f"📋 Copy +{lease.number.e164}" in phone.buttons
    assert (
        "+971 50" in text
        and "15\u00a0min left" in text
        and Batch.objects.get().original_name in text
    )


def test_a_double_tap_takes_one_number():
    make_pool(name="Emirates", free=5)
    phone = make_phone()
    phone.say("/countries")
    data = phone.data_of("Emirates")

    first, second = phone.press_data(data), phone.press_data(data)

    assert first == second
    assert Lease.objects.count() == 1


def test_a_number_with_a_price_asks_first():
    make_pool(name="Emirates", free=1, price=20)
    phone = make_phone(points=30)
    phone.say("/countries")

    card = phone.press("Emirates")
    assert "30 → 10" in card and Lease.objects.count() == 0
    phone.press("Confirm")

    assert (balance(phone), Lease.objects.count()) == (10, 1)


def test_too_few_points_say_how_many_are_missing():
    make_pool(name="Emirates", free=1, price=20)
    phone = make_phone(points=5)
    phone.say("/countries")

    assert "15 points more" in phone.press("Emirates")


def test_a_price_that_changed_shows_the_card_again_and_takes_nothing():
    make_pool(name="Emirates", free=1, price=20)
    phone = make_phone(points=50)
    phone.say("/countries")
    phone.press("Emirates")
    Pool.objects.update(price=21)

    assert "price has changed" in phone.press("Confirm")
    assert (balance(phone), Lease.objects.count()) == (50, 0)


def test_any_among_different_prices_says_that_it_is_the_cheapest():
    make_pool(name="Dear", free=1, price=20)
    make_pool(name="Cheap", free=1, price=10)
    phone = make_phone(points=50)
    phone.say("/countries")

    assert phone.buttons[0] == "🎲 \u2068Any, cheapest\u2069 · 1 free · 10 points"

    assert "Any, cheapest" in phone.press("Any, cheapest")
    phone.press("Confirm")

    assert Lease.objects.get().number.pool.name == "Cheap"


def test_a_second_number_is_refused_with_the_way_out():
    make_pool(name="Emirates", free=5)
    phone = make_phone()
    for _ in range(2):
        phone.say("/countries")
        phone.press("Emirates")

    assert "/status" in phone.text and "/vip" in phone.text
    assert phone.buttons[0] == "⏳ My number"


def test_who_has_used_up_his_day_is_told_when_the_next_number_is_possible():
    NumbersSettings.objects.create(leases_per_day=1)
    pool = make_pool(name="Emirates", free=5)
    lease = make_lease(pool=pool, now=NOW)
    phone = Phone(lease.member)
    phone.now = NOW + minutes(20)
    phone.say("/countries")

    text = phone.press("Emirates")

    assert "From 2 May 2026, 12:00\u00a0UTC you can take the next one." in text


def test_the_number_may_be_extended_changed_and_released():
    make_pool(name="Emirates", free=5)
    phone = make_phone()
    phone.say("/countries")
    phone.press("Emirates")

    assert "30\u00a0min left" in phone.press("More time")
    assert not any("More time" in label for label in phone.buttons)
    assert "new number" in phone.press("New number")
    assert "back" in phone.press("Release")
    assert Lease.objects.filter(ended_at=None).count() == 0
    assert "no number" in phone.say("/status")


def test_a_change_with_a_price_asks_first():
    make_pool(name="Emirates", free=2, price=20)
    phone = make_phone(points=20)
    phone.say("/countries")
    phone.press("Emirates")
    phone.press("Confirm")

    assert "Refund" in phone.press("New number")
    phone.press("Confirm")

    assert (Lease.objects.count(), balance(phone)) == (2, 0)


def test_a_change_without_another_number_keeps_this_one():
    make_pool(name="Emirates", free=1)
    phone = make_phone()
    phone.say("/countries")
    phone.press("Emirates")

    phone.press("New number")

    assert "No other number" in phone.toast
    assert Lease.objects.get().ended_at is None


def test_another_members_buttons_are_refused():
    make_pool(name="Emirates", free=5)
    phone, other = make_phone(), make_phone()
    phone.say("/countries")
    phone.press("Emirates")

    assert "somebody else" in other.press_data(phone.data_of("Release"))
    assert Lease.objects.get().ended_at is None


def test_status_tells_the_time_left_and_no_code():
    lease = make_lease(now=NOW)
    send_sms(lease)
    phone = Phone(lease.member)
    phone.now = NOW + minutes(5)

    text = phone.say("/status")

    assert "10\u00a0min left" in text and "1 message has come" in text
    assert "482913" not in str(phone.calls)


def test_who_waits_for_a_code_is_told_that_none_has_come():
    phone = Phone(make_lease(now=NOW).member)
    phone.now = NOW
    phone.say("/status")
    phone.now = NOW + minutes(5)

    text = phone.press("no code yet")

    assert phone.toast == "No message has come yet."
    assert "10\u00a0min left" in text


def test_messages_are_sent_again_on_request():
    lease = make_lease(now=NOW)
    send_sms(lease)
    phone = Phone(lease.member)
    phone.now = NOW
    phone.say("/status")

    phone.press("again")

    assert OutboxMessage.objects.filter(kind="sms.received").count() == 2


def test_vip_switches_between_his_numbers():
    from vip.models import Membership

    member = make_member()
    Membership.objects.create(member=member, vip_until=NOW + minutes(999))
    pool = make_pool(free=2)
    older = make_lease(pool=pool, member=member, now=NOW)
    make_lease(pool=pool, member=member, now=NOW + minutes(1))
    phone = Phone(member)
    phone.now = NOW + minutes(2)
    phone.say("/status")

    phone.press(f"{str(older.number.e164)[-4:]}")

    assert f"Copy +{older.number.e164}" in " ".join(phone.buttons)


def test_the_sms_arrives_with_the_code_to_copy_and_the_escaped_text():
    lease = make_lease(now=NOW)
    send_sms(lease, text="<b>{{ x }}</b> code 482913", sender="<i>Evil</i>")

    reply = read_notice("sms.received")

    assert reply.keyboard[0][0].copy == "482913"
    assert "<code>482913</code>" in reply.text
    assert "&lt;b&gt;{{ x }}&lt;/b&gt; code 482913" in reply.text
    assert "&lt;i&gt;Evil" in reply.text


def test_a_message_without_a_code_is_shown_whole():
    lease = make_lease(now=NOW)
    send_sms(lease, text="hello")

    reply = read_notice("sms.received")

    assert "hello" in reply.text and all(not button.copy for button in reply.keyboard[0])


def test_the_longest_text_fits_into_one_message():
    lease = make_lease(now=NOW)
    send_sms(lease, text="&" * 4000, sender="s" * 80)

    from html import unescape

    assert len(unescape(read_notice("sms.received").text)) <= 4096


def test_a_message_is_shown_to_its_holder_only():
    lease = make_lease(now=NOW)
    send_sms(lease)
    OutboxMessage.objects.filter(kind="sms.received").update(member=make_member())

    assert read_notice("sms.received") is None


def test_after_the_time_is_up_the_refund_is_told():
    member = make_member(points=20)
    make_lease(pool=make_pool(free=1, price=20), member=member, now=NOW)
    end_expired_leases(NOW + minutes(16))

    text = read_notice("lease.expired").text

    assert "is up" in text and "20 points" in text


def test_without_a_price_no_refund_is_told():
    make_lease(now=NOW)
    end_expired_leases(NOW + minutes(16))

    assert "points" not in read_notice("lease.expired").text


@pytest.mark.parametrize("command", ["/countries", "/status"])
def test_screens_take_five_queries_at_most(command):
    phone = Phone(make_lease(now=NOW).member)

    with at_most(5):
        phone.say(command)


def test_taking_a_number_takes_ten_queries_at_most():
    make_pool(name="Emirates", free=3, price=20)
    phone = make_phone(points=30)
    phone.say("/countries")
    phone.press("Emirates")
    data = phone.data_of("Confirm")

    with at_most(10):
        phone.press_data(data)


def test_a_hostile_pool_and_file_are_shown_as_text():
    pool = make_pool(name="<b>{{ 7*7 }}</b>", free=1)
    pool.batches.update(original_name="<script>\u202e.csv")
    phone = make_phone()
    phone.say("/countries")

    text = phone.press("{{ 7*7 }}")

    assert "&lt;b&gt;{{ 7*7 }}" in text and "<script>" not in text and "\u202e" not in text


def test_in_a_group_numbers_are_private():
    make_pool(free=1)
    phone = make_phone()

    assert "private chat" in phone.in_group().say("/countries")
