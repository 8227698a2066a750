"""The queue and the rules of a pool as a member meets them."""

from datetime import UTC, datetime

import pytest

from accounts.models import OutboxMessage
from accounts.services import COMMAND, delete_member
from botrunner.callbacks import pack
from botrunner.notices import NOTICES
from botrunner.texts import speaking_to
from numbers.errors import RulesNotAccepted
from numbers.exports import export_member
from numbers.jobs import serve_queues
from numbers.models import Lease, Pool, PoolWait, RulesAcceptance
from numbers.services import change_number, lease_number, save_upkeep
from tests.factories import make_member
from tests.factories.numbers import make_batch, make_lease, make_pool, minutes
from tests.phone import Phone

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)
HOSTILE = "<b>1.</b> Be fair\n\n\u202e2. {{ no }} & %(name)s"


def make_phone(**fields):
    phone = Phone(make_member(**fields))
    phone.now = NOW
    return phone


def open_pool(phone, name="Emirates"):
    phone.say("/countries")
    return phone.press(name)


def give_rules(pool, words=HOSTILE):
    pool.rules = words
    save_upkeep(pool, actor=COMMAND)


def read_notice(language="en"):
    message = OutboxMessage.objects.select_related("member").get(kind="numbers.free")
    message.member.language = language
    with speaking_to(message.member):
        return NOTICES["numbers.free"](message)


@pytest.fixture
def at_noon(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


def test_an_empty_pool_offers_a_place_in_its_queue_and_shows_it():
    make_pool(name="Emirates")
    first, second = make_phone(), make_phone()

    assert "No number is free here" in open_pool(first)
    first.press("Tell me")
    open_pool(second)
    text = second.press("Tell me")

    assert "Your place in the queue: 2" in text and "3 minutes" in text
    assert "Your place in the queue: 2" in open_pool(second)
    assert "I can tell you" in second.press("Leave")


def test_who_is_told_takes_the_number_kept_for_him(at_noon):
    pool = make_pool(name="Emirates", price=20)
    phone = make_phone(points=30)
    open_pool(phone)
    phone.press("Tell me")
    make_batch(pool, free=1)
    serve_queues(NOW)

    reply = read_notice()
    card = phone.press_data(seal(phone, reply.keyboard[0][0]))
    phone.press("Confirm")

    assert "kept for you until" in reply.text and "Emirates" in reply.text
    assert "30 → 10" in card
    assert Lease.objects.get().member == phone.member


def seal(phone, button):
    """A notice's button as this member's phone has it."""
    return pack(phone.user["id"], button.route, *button.args)


def test_nobody_is_told_who_has_a_number_or_left():
    pool = make_pool()
    phone = make_phone()
    wait = PoolWait.objects.create(pool=pool, member=phone.member, joined_at=NOW)
    make_batch(pool, free=1)
    serve_queues(NOW)
    wait.delete()

    assert read_notice() is None


def test_a_message_sent_too_late_says_so():
    pool = make_pool()
    PoolWait.objects.create(pool=pool, member=make_phone().member, joined_at=NOW)
    make_batch(pool, free=1)
    serve_queues(NOW)

    assert "was kept for you" in read_notice().text


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "your turn"), ("fr", "ton tour"), ("ru", "очередь"), ("ar", "دورك")],
)
def test_the_message_is_in_the_members_language(language, words, at_noon):
    pool = make_pool(name="<i>Emirates")
    PoolWait.objects.create(pool=pool, member=make_phone().member, joined_at=NOW)
    make_batch(pool, free=1)
    serve_queues(NOW)

    text = read_notice(language).text

    assert words in text and "&lt;i&gt;Emirates" in text


# The rules


@pytest.fixture
def ruled():
    pool = make_pool(name="Emirates", free=5)
    give_rules(pool)
    return pool


def test_rules_come_before_the_first_number_and_once(ruled):
    phone = make_phone()

    rules = open_pool(phone)
    phone.press("I agree")
    phone.press("Confirm")
    phone.press("Release")
    open_pool(phone)

    assert "&lt;b&gt;1.&lt;/b&gt; Be fair" in rules and "\u202e" not in rules
    assert Lease.objects.count() == 2
    assert RulesAcceptance.objects.get().version == 1


def test_rules_that_changed_are_asked_again(ruled):
    phone = make_phone()
    open_pool(phone)
    phone.press("I agree")

    give_rules(ruled, "Be kind too.")

    assert "Be kind too." in phone.press("Confirm")
    assert Lease.objects.count() == 0


def test_agreeing_to_what_has_changed_meanwhile_shows_it_as_it_is(ruled):
    phone = make_phone()
    open_pool(phone)
    give_rules(ruled, "Be kind too.")

    assert "Be kind too." in phone.press("I agree")
    assert not RulesAcceptance.objects.exists()


def test_a_price_that_changes_asks_for_no_new_agreement(ruled):
    ruled.price = 5
    save_upkeep(ruled, actor=COMMAND)

    assert Pool.objects.get().rules_version == 1


def test_without_agreement_nothing_is_leased_and_any_passes_the_pool_over(ruled):
    member, other = make_member(), make_pool(free=1)
    terms = {"member_id": member.pk, "price": 0, "now": NOW}

    with pytest.raises(RulesNotAccepted):
        lease_number(pool_id=ruled.pk, key="a", **terms)
    lease = lease_number(pool_id=None, key="b", **terms)

    assert lease.number.pool_id == other.pk
    assert Lease.objects.count() == 1


def test_any_shows_the_rules_when_no_other_pool_is_left(ruled):
    phone = make_phone()
    phone.say("/countries")

    assert "Be fair" in phone.press("Any")


def test_a_change_asks_for_agreement_to_new_rules():
    pool = make_pool(free=3)
    lease = make_lease(pool=pool, now=NOW)
    give_rules(pool)

    with pytest.raises(RulesNotAccepted):
        change_number(
            member_id=lease.member_id, lease_id=lease.pk, price=0, key="c", now=NOW + minutes(1)
        )

    assert Lease.objects.get().ended_at is None


def test_an_agreement_is_in_the_copy_of_his_data_and_goes_with_it(ruled):
    phone = make_phone()
    open_pool(phone)
    phone.press("I agree")
    member = phone.member

    copy = export_member(member.pk)["rules_agreed_to"]
    delete_member(member_id=member.pk, actor=COMMAND, now=NOW, reason="asked")

    assert [(row["pool__name"], row["version"]) for row in copy] == [("Emirates", 1)]
    assert not RulesAcceptance.objects.exists()
