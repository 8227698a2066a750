import pytest
from django.utils import timezone

from accounts.models import Member
from accounts.services import COMMAND, delete_member
from botrunner.identity import me
from points.models import Wallet
from tests.factories import make_member
from tests.phone import Phone
from tests.queries import at_most

pytestmark = pytest.mark.django_db


def arrive(inviter, telegram_id=42, text=""):
    phone = Phone(id=telegram_id, first_name="New")
    return phone, phone.say(text or f"/start ref_{inviter.referral_code}")


def balance(member) -> int:
    return Wallet.objects.get(pk=member.pk).balance


def test_the_screen_shows_the_link_with_a_copy_button():
    member = make_member(invited_count=3)
    phone = Phone(member)

    text = phone.say("/invites")

    link = me.start_link(f"ref_{member.referral_code}")
    copy = phone.screen["reply_markup"]["inline_keyboard"][0][0]["copy_text"]["text"]
    share = phone.screen["reply_markup"]["inline_keyboard"][1][0]["url"]
    assert link in text and copy == link
    assert share.startswith("https://t.me/share/url?url=https%3A%2F%2Ft.me%2F")
    assert "<b>3</b> people" in text


def test_the_top_inviters_are_shown():
    best = make_member(first_name="<b>Best", invited_count=9)
    Phone(best)

    text = Phone(make_member()).say("/invites")

    assert "1. \u2068&lt;b&gt;Best\u2069 · 9" in text


def test_the_screen_needs_few_queries():
    for count in range(12):
        make_member(invited_count=count)
    phone = Phone(make_member())
    phone.say("/invites")

    with at_most(5):
        phone.say("/invites")


def test_a_newcomer_by_a_link_earns_both_points():
    inviter = make_member(first_name="Ann")

    phone, text = arrive(inviter)

    assert "invitation from \u2068Ann\u2069" in text
    assert "50 points" in text  # welcome and invitation
    assert (balance(phone.member), balance(inviter)) == (50, 25)
    assert Member.objects.get(pk=inviter.pk).invited_count == 1


def test_a_link_counts_on_the_first_contact_only():
    inviter, member = make_member(), make_member()

    text = Phone(member).say(f"/start ref_{inviter.referral_code}")

    assert "newcomers only" in text
    assert (balance(member), balance(inviter)) == (0, 0)


def test_a_second_link_earns_nothing():
    first, second = make_member(), make_member()
    phone, _text = arrive(first)

    phone.say(f"/start ref_{second.referral_code}")

    assert (balance(second), Member.objects.get(pk=second.pk).invited_count) == (0, 0)


def test_one_s_own_link_earns_nothing():
    phone, _text = arrive(make_member(), text="/start")

    text = phone.say(f"/start ref_{phone.member.referral_code}")

    assert "newcomers only" in text
    assert balance(phone.member) == 25


@pytest.mark.parametrize("payload", ["ref_", "ref_NOBODY", "ref_<b>", "ref_' OR 1=1", "ref"])
def test_a_broken_link_is_a_start_without_invitation(payload):
    phone, text = arrive(make_member(), text=f"/start {payload}")

    assert "newcomers only" in text
    assert balance(phone.member) == 25


def test_who_deleted_his_data_is_no_newcomer():
    inviter, former = make_member(), make_member(telegram_id=42)
    delete_member(member_id=former.pk, actor=COMMAND, now=timezone.now())

    phone, _text = arrive(inviter)

    assert (balance(phone.member), balance(inviter)) == (0, 0)


def test_a_banned_inviter_gets_nothing_and_the_newcomer_does():
    inviter = make_member(banned_at=timezone.now())

    phone, _text = arrive(inviter)

    assert (balance(phone.member), balance(inviter)) == (50, 0)
