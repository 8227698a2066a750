from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.errors import MemberGone, ReasonRequired
from accounts.models import AuditEntry, OutboxMessage
from accounts.services import COMMAND, SYSTEM, delete_member, freeze, web_actor
from botrunner.outbox import make_call
from points.errors import KeyReused
from points.models import Entry, Wallet
from points.services import adjust, reverse_entry, verify_ledger
from project.errors import Refusal
from tests.factories import make_member
from tests.factories.staff import make_staff_member
from tests.phone import Phone
from tests.vip.stars import ask_invoice, make_payment, pay
from vip.errors import PaymentRefunded, PointsSpent
from vip.models import StarPayment, StarRefund
from vip.services.stars import (
    claim_refunds,
    decline_refund,
    finish_refund,
    note_refund,
    put_off_refund,
    refund_payment,
)

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)
State = StarRefund.State


@pytest.fixture
def member():
    return make_member(points=25)


@pytest.fixture
def payment(member):
    """500 points for 50 Stars."""
    return make_payment(member, now=NOW, charge_id="charge-1")


def refund(payment, *, take_what_is_left=False, reason="asked", key="web:1", actor=COMMAND):
    return refund_payment(
        payment_id=payment.pk,
        reason=reason,
        take_what_is_left=take_what_is_left,
        actor=actor,
        key=key,
        now=NOW,
    )


def spend(member, points):
    adjust(
        member_id=member.pk, change=-points, reason="x", key=f"s{points}", actor=COMMAND, now=NOW
    )


def state(payment):
    """All that a refund may change."""
    return (
        Wallet.objects.get(pk=payment.member_id).balance,
        Entry.objects.count(),
        list(StarRefund.objects.values()),
        OutboxMessage.objects.count(),
        AuditEntry.objects.count(),
    )


def refuse(refusal: type[Refusal], payment, **act):
    before = state(payment)

    with pytest.raises(refusal) as caught:
        refund(payment, **act)

    assert state(payment) == before
    return caught.value


def balance_of(member) -> int:
    return Wallet.objects.get(pk=member.pk).balance


def notices(kind="vip.stars_refunded"):
    return list(OutboxMessage.objects.filter(kind=kind).select_related("member"))


def test_the_points_are_taken_first_and_the_member_is_told_at_the_end(member, payment):
    begun = refund(payment)

    assert (begun.state, begun.taken, begun.shortfall) == (State.WAITING, 500, 0)
    assert balance_of(member) == 25
    assert notices() == []

    finish_refund(refund_id=begun.pk, now=NOW)

    done = StarRefund.objects.get()
    assert (done.state, done.finished_at, done.payer_telegram_id) == (State.DONE, NOW, None)
    (notice,) = notices()
    text = make_call(notice)["params"]["text"]
    assert "⭐ 50 was refunded" in text
    assert "Taken from your balance here: 500 points" in text
    assert verify_ledger(actor=SYSTEM, now=NOW).faults == []


def test_what_is_spent_cannot_be_taken_unless_the_staff_says_so(member, payment):
    spend(member, 425)

    refusal = refuse(PointsSpent, payment)
    assert (refusal.params["missing"], refusal.params["points"]) == (400, 500)

    begun = refund(payment, take_what_is_left=True)
    assert (begun.taken, begun.shortfall) == (100, 400)
    assert balance_of(member) == 0


def test_who_has_nothing_left_is_refunded_without_an_entry(member, payment):
    spend(member, 525)

    begun = refund(payment, take_what_is_left=True)

    assert (begun.taken, begun.shortfall, begun.entry) == (0, 500, None)
    finish_refund(refund_id=begun.pk, now=NOW)
    assert "Taken from your balance" not in make_call(notices()[0])["params"]["text"]
    assert verify_ledger(actor=SYSTEM, now=NOW).faults == []


def test_frozen_points_are_taken_too(member, payment):
    freeze(member_id=member.pk, reason="x", actor=COMMAND, now=NOW)

    assert refund(payment).taken == 500


def test_a_form_sent_twice_refunds_once(member, payment):
    assert refund(payment).pk == refund(payment).pk
    assert balance_of(member) == 25


@pytest.mark.parametrize("is_over", [False, True])
def test_another_refund_of_the_same_payment_is_refused(payment, is_over):
    begun = refund(payment)
    if is_over:
        finish_refund(refund_id=begun.pk, now=NOW)

    refuse(PaymentRefunded, payment, key="web:2")


def test_a_refund_needs_a_reason_and_a_key_of_its_own(member, payment):
    refuse(ReasonRequired, payment, reason="  ")
    refund(payment)
    refuse(KeyReused, make_payment(member, now=NOW))


def test_who_has_deleted_his_data_cannot_be_refunded_any_more(member, payment):
    delete_member(member_id=member.pk, actor=COMMAND, now=NOW)

    refuse(MemberGone, payment)


def test_a_refund_on_its_way_reaches_who_deletes_his_data_meanwhile(member, payment):
    begun, telegram_id = refund(payment), member.telegram_id
    delete_member(member_id=member.pk, actor=COMMAND, now=NOW)

    (claimed,) = claim_refunds(now=NOW, limit=5)
    assert (claimed.pk, claimed.payer_telegram_id) == (begun.pk, telegram_id)

    finish_refund(refund_id=begun.pk, now=NOW)
    assert StarRefund.objects.get().payer_telegram_id is None


def test_refused_by_telegram_the_points_return_and_the_staff_is_told(member, payment, caplog):
    staff = make_staff_member("Chief")
    begun = refund(payment, actor=web_actor(staff.staff_user))

    for _ in range(2):
        decline_refund(refund_id=begun.pk, error="CHARGE_NOT_FOUND", now=NOW)

    assert balance_of(member) == 525
    assert [entry.kind for entry in Entry.objects.order_by("-pk")[:2]] == [
        "stars_return",
        "stars_refund",
    ]
    (notice,) = notices("vip.stars_refund_refused")
    assert notice.member == staff
    assert "CHARGE_NOT_FOUND" in make_call(notice)["params"]["text"]
    assert AuditEntry.objects.filter(action="vip.stars.refund_refused").count() == 1
    assert "charge-1" not in caplog.text
    assert notices() == []
    assert verify_ledger(actor=SYSTEM, now=NOW).faults == []

    # Another try may be made.
    again = refund(payment, key="web:2")
    finish_refund(refund_id=again.pk, now=NOW)
    assert balance_of(member) == 25


def test_a_refund_made_elsewhere_ends_the_same_once(member, payment):
    spend(member, 325)

    found = {note_refund(charge_id="charge-1", now=NOW).pk for _ in range(3)}

    (done,) = StarRefund.objects.all()
    assert found == {done.pk}
    assert (done.state, done.source, done.taken, done.shortfall) == ("done", "telegram", 200, 300)
    assert done.actor_label == "Telegram"
    assert balance_of(member) == 0
    assert len(notices()) == 1
    refuse(PaymentRefunded, payment)


def test_telegrams_own_word_ends_the_refund_we_asked_for(member, payment):
    begun = refund(payment)

    note_refund(charge_id="charge-1", now=NOW)
    finish_refund(refund_id=begun.pk, now=NOW)
    decline_refund(refund_id=begun.pk, error="too late", now=NOW)

    assert [one.state for one in StarRefund.objects.all()] == [State.DONE]
    assert balance_of(member) == 25
    assert len(notices()) == 1


def test_telegrams_word_arrives_as_an_update_that_nobody_answers(member):
    phone = Phone(member)
    pay(phone, ask_invoice(phone), "charge-9")
    body = {"message_id": 1, "date": 0, "chat": phone.chat, "from": {**phone.user, "is_bot": True}}
    refunded = {
        "currency": "XTR",
        "total_amount": 50,
        "invoice_payload": "x",
        "telegram_payment_charge_id": "charge-9",
    }

    for _ in range(2):
        phone.receive({"message": {**body, "refunded_payment": refunded}})
        assert phone.calls == []

    assert balance_of(member) == 25
    assert "Refunded · ⭐ 50" in phone.say("/history")


def test_a_refund_of_a_charge_we_never_saw_alarms(caplog):
    assert note_refund(charge_id="secret", now=NOW) is None

    assert "no known payment" in caplog.text
    assert "secret" not in caplog.text
    assert AuditEntry.objects.filter(action="vip.stars.unknown_refund").exists()


def test_a_payment_that_was_not_matched_can_be_refunded(member):
    phone = Phone(member)
    pay(phone, ask_invoice(phone), invoice_payload="?")

    begun = refund(StarPayment.objects.get())

    assert (begun.taken, begun.shortfall) == (0, 0)
    assert balance_of(member) == 25


def test_while_telegram_is_away_the_pauses_grow_and_it_is_never_given_up(payment, caplog):
    begun, now, pauses = refund(payment), NOW, []

    for _ in range(12):
        assert claim_refunds(now=now, limit=5)
        put_off_refund(refund_id=begun.pk, error="TimedOut", now=now, wait=None)
        due_at = StarRefund.objects.get().due_at
        pauses.append((due_at - now).total_seconds())
        assert claim_refunds(now=due_at - timedelta(microseconds=1), limit=5) == []
        now = due_at

    assert pauses[:3] == [10, 20, 40]
    assert max(pauses) == 3600
    assert caplog.text.count("has been waiting for Telegram") == 1


def test_a_pause_that_telegram_names_is_kept(payment):
    put_off_refund(
        refund_id=refund(payment).pk, error="RetryAfter", now=NOW, wait=timedelta(seconds=77)
    )

    assert StarRefund.objects.get().due_at == NOW + timedelta(seconds=77)


def test_a_claimed_refund_is_anothers_after_the_lease_or_a_clock_set_back(payment):
    refund(payment)
    year = timedelta(days=365)

    assert len(claim_refunds(now=NOW, limit=5)) == 1
    assert claim_refunds(now=NOW, limit=5) == []
    assert len(claim_refunds(now=NOW + timedelta(minutes=1), limit=5)) == 1
    assert len(claim_refunds(now=NOW - year, limit=5)) == 1


def test_a_refund_that_is_over_never_changes(payment):
    finish_refund(refund_id=refund(payment).pk, now=NOW)

    for act in (lambda: StarRefund.objects.update(taken=1), StarRefund.objects.all().delete):
        with pytest.raises(IntegrityError), transaction.atomic():
            act()


def test_the_points_of_a_payment_are_not_reversed_without_the_stars(payment):
    with pytest.raises(Refusal) as caught:
        reverse_entry(entry_id=payment.entry_id, reason="x", actor=COMMAND, now=NOW)

    assert caught.value.code == "not_reversible"
