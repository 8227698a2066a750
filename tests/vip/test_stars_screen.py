import pytest

from accounts.services import COMMAND, ban, freeze
from tests.factories import make_member
from tests.phone import Phone
from tests.vip.stars import ask_invoice, check_out, first_pack
from vip.models import StarPack
from vip.services.stars import make_invoice

pytestmark = pytest.mark.django_db


@pytest.fixture
def phone():
    return Phone(make_member())


def test_stars_shows_the_packs_with_what_one_gets_and_pays(phone):
    text = phone.say("/stars")

    assert "Your balance: 0 points" in text
    assert phone.buttons[:4] == [
        "500 points · ⭐ 50",
        "3,000 points · ⭐ 250",
        "10,000 points · ⭐ 750",
        "50,000 points · ⭐ 3,000",
    ]


def test_the_staff_decides_which_packs_are_shown_and_in_which_order(phone):
    first_pack().delete()
    StarPack.objects.filter(points=10_000).update(is_active=False)
    StarPack.objects.create(points=7, stars=1, position=0)

    phone.say("/stars")

    assert phone.buttons[:3] == [
        "7 points · ⭐ 1",
        "3,000 points · ⭐ 250",
        "50,000 points · ⭐ 3,000",
    ]


def test_choosing_a_pack_sends_an_invoice_in_stars(phone):
    invoice = ask_invoice(phone)

    assert invoice["currency"] == "XTR"
    assert invoice["provider_token"] == ""
    assert invoice["prices"] == [{"label": "500 points", "amount": 50}]
    assert invoice["title"] == "500 points"
    assert invoice["chat_id"] == phone.user["id"]
    assert len(invoice["payload"].encode()) <= 128


def test_the_largest_numbers_fit_into_telegrams_limits():
    for language in ("en", "fr", "ru", "ar"):
        member = make_member(language=language, pk=2**62 + len(language) * 7 + ord(language[0]))
        pack = StarPack.objects.create(points=10**9, stars=10_000, pk=2**61 + ord(language[0]))
        phone = Phone(member)
        phone.say("/stars")
        phone.press("⭐ 10")

        assert len(make_invoice(member_id=member.pk, pack_id=pack.pk).payload.encode()) <= 128
        (invoice,) = [c["params"] for c in phone.calls if c["method"] == "sendInvoice"]
        assert 1 <= len(invoice["title"]) <= 32
        assert 1 <= len(invoice["description"]) <= 255


def test_in_a_group_the_way_leads_to_the_private_chat(phone):
    group = phone.in_group()

    assert "private chat" in group.say("/stars")
    (row,) = group.screen["reply_markup"]["inline_keyboard"]
    assert row[0]["url"].endswith("start=cmd_stars")


def test_without_packs_on_sale_there_is_no_button_and_a_kind_word(phone):
    StarPack.objects.update(is_active=False)

    assert "No points are on sale" in phone.say("/stars")
    phone.say("/points")
    assert "⭐ Buy points" not in phone.buttons


@pytest.mark.parametrize("command", ["/points", "/vip"])
def test_who_has_too_few_points_is_offered_to_buy_some(phone, command):
    phone.say(command)
    if command == "/vip":
        phone.press("1 day")

    assert "⭐ Buy points" in phone.buttons
    assert "Points for Telegram Stars" in phone.press("Buy points")


def test_the_payment_may_begin_while_the_terms_hold(phone):
    assert check_out(phone, ask_invoice(phone)) == ""


def test_no_payment_for_a_pack_that_is_gone(phone):
    invoice = ask_invoice(phone)
    StarPack.objects.update(is_active=False)

    assert "no longer on sale" in check_out(phone, invoice)


@pytest.mark.parametrize("change", [{"stars": 60}, {"points": 400}])
def test_no_payment_on_terms_that_have_changed(phone, change):
    invoice = ask_invoice(phone)
    StarPack.objects.filter(points=500).update(**change)

    assert "has changed" in check_out(phone, invoice)


def test_nobody_pays_the_invoice_of_another(phone):
    invoice, other = ask_invoice(phone), Phone(make_member(first_name="Boris"))

    assert "somebody else" in check_out(other, invoice)
    assert "somebody else" in check_out(Phone(id=77, first_name="Stranger"), invoice)


def test_no_payment_for_what_is_not_our_invoice(phone):
    invoice = ask_invoice(phone)
    pack_id, member_id, *rest = invoice["payload"].split(":")
    forged = ":".join([str(int(pack_id) + 1), member_id, *rest])

    for payload in ("", "x", forged, invoice["payload"][:-1], "1:2:3:4", "ü" * 64):
        assert "not valid" in check_out(phone, invoice, invoice_payload=payload)
    assert "not valid" in check_out(phone, invoice, total_amount=49)
    assert "not valid" in check_out(phone, invoice, currency="EUR")


def test_a_frozen_or_banned_member_cannot_begin_a_payment(phone):
    invoice = ask_invoice(phone)
    member = phone.member

    freeze(member_id=member.pk, reason="x", actor=COMMAND, now=member.joined_at)
    assert "frozen" in check_out(phone, invoice)
    assert "frozen" in phone.say("/stars")
    ban(member_id=member.pk, reason="x", actor=COMMAND, now=member.joined_at)
    assert "suspended" in check_out(phone, invoice)


def test_the_refusal_is_said_in_the_members_language():
    phone = Phone(make_member(language="fr"))
    invoice = ask_invoice(phone)
    StarPack.objects.update(is_active=False)

    assert "n’est plus en vente" in check_out(phone, invoice)
