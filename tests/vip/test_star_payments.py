from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, transaction

from accounts.models import AuditEntry
from accounts.services import COMMAND, SYSTEM, ban, delete_member
from points.models import Entry, Wallet
from points.services import verify_ledger
from tests.factories import make_member
from tests.phone import Phone
from tests.vip.stars import ask_invoice, first_pack, make_payment, paid_message, pay
from vip.models import StarPack, StarPayment
from vip.services.stars import decline_refund, note_refund, receive_payment, refund_payment

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)


@pytest.fixture
def phone():
    return Phone(make_member(points=25))


def balance_of(phone) -> int:
    return Wallet.objects.get(pk=phone.member.pk).balance


def test_a_payment_brings_its_points_and_a_receipt(phone):
    text = pay(phone, ask_invoice(phone), "charge-1")

    assert "500 points are yours" in text
    assert "Paid: ⭐ 50" in text
    assert "Your balance: 525 points" in text
    assert "🧾 History" in phone.buttons
    payment = StarPayment.objects.get(charge_id="charge-1")
    assert (payment.stars, payment.points, payment.pack) == (50, 500, first_pack())
    assert payment.entry.amount == 500
    assert "+500" in phone.press("History")


def test_delivered_five_times_it_is_credited_once_with_the_same_receipt(phone):
    invoice = ask_invoice(phone)

    texts = {pay(phone, invoice, "charge-1") for _ in range(5)}

    assert len(texts) == 1
    assert balance_of(phone) == 525
    assert StarPayment.objects.count() == 1


def test_a_charge_longer_than_its_column_is_kept_and_credited_once(phone):
    invoice = ask_invoice(phone)
    long, other = "c" * 5_000, "c" * 4_999 + "d"

    for charge_id in (long, long, other):
        pay(phone, invoice, charge_id)

    assert balance_of(phone) == 25 + 2 * 500
    ids = list(StarPayment.objects.order_by("pk").values_list("charge_id", flat=True))
    assert [len(each) for each in ids] == [255, 255] and ids[0] != ids[1]
    acts = AuditEntry.objects.filter(action="vip.stars.long_charge").order_by("pk")
    assert [act.details["charge_id"] for act in acts] == [long, other]
    assert note_refund(charge_id=long, now=NOW).payment.charge_id == ids[0]


def test_a_payment_in_another_currency_is_kept_however_long_its_name(phone):
    pay(phone, ask_invoice(phone), "charge-1", currency="X" * 300)

    payment = StarPayment.objects.get()
    assert (payment.currency, payment.points) == ("X" * 8, 0)


def test_one_invoice_paid_twice_is_two_payments(phone):
    invoice = ask_invoice(phone)

    pay(phone, invoice, "charge-1")
    text = pay(phone, invoice, "charge-2")

    assert "1,025 points" in text
    assert StarPayment.objects.count() == 2


def test_what_was_paid_for_holds_when_the_pack_has_changed_or_gone(phone):
    invoice = ask_invoice(phone)
    StarPack.objects.update(points=9, stars=9, is_active=False)

    assert "500 points are yours" in pay(phone, invoice)
    assert balance_of(phone) == 525


def test_who_is_banned_by_then_has_paid_all_the_same(phone):
    invoice = ask_invoice(phone)
    ban(member_id=phone.member.pk, reason="x", actor=COMMAND, now=NOW)

    text = pay(phone, invoice)

    assert "500 points are yours" in text
    assert "frozen" in text
    assert balance_of(phone) == 525


@pytest.mark.parametrize(
    "payment", [{"invoice_payload": "?"}, {"total_amount": 51}, {"currency": "EUR"}]
)
def test_a_payment_that_cannot_be_matched_is_kept_and_alarms(phone, payment, caplog):
    invoice = ask_invoice(phone)

    texts = {pay(phone, invoice, "secret-charge", **payment) for _ in range(2)}

    (text,) = texts
    assert "could not tell what it was for" in text
    assert balance_of(phone) == 25
    kept = StarPayment.objects.get()
    assert (kept.charge_id, kept.points, kept.entry) == ("secret-charge", 0, None)
    assert AuditEntry.objects.filter(action="vip.stars.unmatched").count() == 1
    assert "could not be matched" in caplog.text
    assert "secret-charge" not in caplog.text


def test_a_payment_of_somebody_the_bot_never_met_is_credited_to_him(phone):
    invoice, stranger = ask_invoice(phone), Phone(id=4711, first_name="Stranger")

    pay(stranger, invoice)

    assert balance_of(stranger) == 525
    assert balance_of(phone) == 25


def test_a_payment_is_never_changed_or_deleted(phone):
    pay(phone, ask_invoice(phone))

    for act in (lambda: StarPayment.objects.update(stars=1), StarPayment.objects.all().delete):
        with pytest.raises(IntegrityError), transaction.atomic():
            act()


def test_a_charge_id_of_any_length_is_one_key(phone):
    charge_id = "x" * 250

    make_payment(phone.member, now=NOW, charge_id=charge_id)
    make_payment(phone.member, now=NOW, charge_id=charge_id[:-1] + "y")

    assert balance_of(phone) == 1_025


def test_the_ledger_check_counts_payments_against_entries(phone):
    pay(phone, ask_invoice(phone), "charge-1")
    assert verify_ledger(actor=SYSTEM, now=NOW).faults == []

    member = phone.member
    StarPayment.objects.bulk_create(
        [
            StarPayment(
                charge_id="other",
                member=member,
                pack=first_pack(),
                stars=50,
                points=7,
                entry=Entry.objects.filter(kind="welcome").first()
                or Entry.objects.exclude(kind="stars").first(),
                paid_at=NOW,
            )
        ]
    )

    faults = verify_ledger(actor=SYSTEM, now=NOW).faults
    assert [fault["fault"] for fault in faults] == ["stars_credited_something_else"]


def test_payments_outlive_the_data_of_who_paid(phone):
    invoice = ask_invoice(phone)
    pay(phone, invoice, "charge-1")
    first = phone.member
    delete_member(member_id=first.pk, actor=COMMAND, now=NOW)

    # Delivered once more, to the new row of the same person.
    pay(phone, invoice, "charge-1")

    payment = StarPayment.objects.get()
    assert payment.member_id == first.pk
    assert payment.member.telegram_id is None
    assert phone.member.pk != first.pk
    assert balance_of(phone) == 0


def test_what_fails_on_our_side_waits_instead_of_being_given_up(phone, monkeypatch):
    from botrunner import inbox, microbatch
    from botrunner.models import InboxUpdate
    from botrunner.screens import stars

    update = {"update_id": 9, "message": paid_message(phone, ask_invoice(phone), "charge-1")}
    inbox.store([update])

    def fail(**values):
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr(stars, "receive_payment", fail)
        assert microbatch.handle_waiting([phone.user["id"]])[0] == []
    row = InboxUpdate.objects.get()
    assert (row.state, row.last_error) == ("waiting", "RuntimeError")
    assert inbox.list_unfinished_chats() == [phone.user["id"]]

    ((answer,), _) = microbatch.handle_waiting([phone.user["id"]])
    assert "500 points" in answer.calls[0]["params"]["text"]
    assert balance_of(phone) == 525


def test_a_repeat_is_answered_by_the_service_as_the_first_time(phone):
    first = make_payment(phone.member, now=NOW, charge_id="c")
    again = receive_payment(
        member_id=phone.member.pk,
        charge_id="c",
        payload="whatever",
        currency="XTR",
        amount=1,
        now=NOW,
    )

    assert (again.payment_id, again.points, again.is_new) == (first.pk, 500, False)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("Bought · ⭐ 50", "Refund not possible, points returned · ⭐ 50")),
        ("fr", ("Achat · ⭐ 50", "Remboursement impossible, points rendus · ⭐ 50")),
        ("ru", ("Покупка · ⭐ 50", "Возврат не удался, баллы возвращены · ⭐ 50")),
        ("ar", ("شراء · ⭐ 50", "تعذّر رد النجوم، أُعيدت النقاط · ⭐ 50")),
    ],
)
def test_the_history_tells_of_stars_in_the_members_language(language, words):
    phone = Phone(make_member(language=language))
    payment = make_payment(phone.member, now=NOW)
    refund = refund_payment(
        payment_id=payment.pk,
        reason="asked",
        take_what_is_left=False,
        actor=COMMAND,
        key="web:1",
        now=NOW,
    )
    decline_refund(refund_id=refund.pk, error="CHARGE_NOT_FOUND", now=NOW)

    text = phone.say("/history")

    assert all(word in text for word in words)
    assert text.count("⭐ 50") == 3
