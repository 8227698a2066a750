from datetime import UTC, datetime

import pytest
from django.urls import reverse

from accounts.models import AuditEntry
from accounts.services import COMMAND, delete_member
from points.models import Wallet
from tests.factories import make_member
from tests.phone import Phone
from tests.vip.stars import ask_invoice, first_pack, make_payment, pay
from vip.models import StarPayment, StarRefund
from vip.services.stars import decline_refund, note_refund
from vip.star_figures import CHARTS, earned_in_stars, open_requests

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)


@pytest.fixture
def member():
    return make_member(first_name="Ann <b>", username="ann")


@pytest.fixture
def payment(member):
    return make_payment(member, now=NOW, charge_id="charge-1")


def page_of(payment, name="refund"):
    return reverse(f"admin:vip_starpayment_{name}", args=[payment.pk])


def send(client, payment, **values):
    page = client.get(page_of(payment)).content.decode()
    key = page.split('name="key" value="')[1].split('"')[0]
    return client.post(page_of(payment), {"key": key, "reason": "asked", **values})


def test_packs_are_edited_with_their_bounds_and_an_audit(staff):
    client = staff("Chief")
    pack = first_pack()
    url = reverse("admin:vip_starpack_change", args=[pack.pk])
    values = {"points": 600, "stars": 10_001, "position": 1, "is_active": "on"}

    assert "less than or equal to 10000" in client.post(url, values).content.decode()
    assert client.post(url, {**values, "stars": 60}).status_code == 302

    pack.refresh_from_db()
    assert (pack.points, pack.stars) == (600, 60)
    details = AuditEntry.objects.get(action="vip.star_pack.change").details
    assert (details["before"]["stars"], details["after"]["stars"]) == (50, 60)
    assert client.get(reverse("admin:vip_starpack_delete", args=[pack.pk])).status_code == 403


def test_the_page_says_what_a_refund_will_do_and_does_it(staff, payment):
    client = staff("Chief")

    page = client.get(page_of(payment)).content.decode()
    assert "500 of the 500 points are taken: 500 → 0" in page
    assert "Ann &lt;b&gt;" in page

    assert send(client, payment).status_code == 302
    refund = StarRefund.objects.get()
    assert (refund.reason, refund.state) == ("asked", "waiting")


def test_a_refunded_payment_shows_how_it_stands_instead_of_the_form(staff, payment):
    client = staff("Chief")
    send(client, payment)

    waiting = client.get(page_of(payment)).content.decode()
    assert "on their way back" in waiting and "by vera · 500 points taken · “asked”" in waiting
    note_refund(charge_id="charge-1", now=NOW)
    done = client.get(page_of(payment)).content.decode()

    assert "were given back" in done
    for page in (waiting, done):
        assert 'name="reason"' not in page and "th-button-bad" not in page


def test_a_member_who_is_gone_has_nothing_to_fill_in(staff, payment, member):
    delete_member(member_id=member.pk, actor=COMMAND, now=NOW)

    page = staff("Chief").get(page_of(payment)).content.decode()

    assert "deleted all data" in page and 'name="reason"' not in page


def test_a_form_sent_twice_is_one_refund(staff, payment):
    client = staff("Chief")
    page = client.get(page_of(payment)).content.decode()
    key = page.split('name="key" value="')[1].split('"')[0]

    for _ in range(2):
        assert client.post(page_of(payment), {"key": key, "reason": "x"}).status_code == 302

    assert StarRefund.objects.count() == 1
    again = {"key": "k" * 20, "reason": "x"}
    assert client.post(page_of(payment), again).status_code == 200
    assert StarRefund.objects.count() == 1


def test_spent_points_need_a_tick(staff, member):
    phone = Phone(member)
    pay(phone, ask_invoice(phone), "charge-2")
    phone.say("/vip")
    phone.press("1 day")
    phone.press("Confirm")
    payment, client = StarPayment.objects.get(), staff("Chief")

    assert "500 of the points are spent" in client.get(page_of(payment)).content.decode()
    assert "Tick the box" in send(client, payment).content.decode()
    assert StarRefund.objects.count() == 0
    assert send(client, payment, take_what_is_left="on").status_code == 302
    assert StarRefund.objects.get().shortfall == 500
    assert Wallet.objects.get(pk=member.pk).balance == 0


@pytest.mark.parametrize(("group", "status"), [("Junior", 403), ("Senior", 403), ("Chief", 200)])
def test_refunds_are_for_chiefs(staff, payment, group, status):
    client = staff(group)

    assert client.get(page_of(payment)).status_code == status
    if status == 403:
        client.post(page_of(payment), {"key": "x" * 20, "reason": "x"})
        assert StarRefund.objects.count() == 0


def test_payments_are_found_by_charge_member_and_state(staff, payment, member):
    client, other = staff("Senior"), make_member(username="boris")
    refunded = make_payment(other, now=NOW, charge_id="charge-2")
    note_refund(charge_id="charge-2", now=NOW)
    phone = Phone(member)
    pay(phone, ask_invoice(phone), "charge-3", invoice_payload="?")
    unmatched = StarPayment.objects.get(charge_id="charge-3")

    def found(query):
        answer = client.get(reverse("admin:vip_starpayment_changelist") + query)
        return {row.pk for row in answer.context["cl"].result_list}

    assert found("") == {payment.pk, refunded.pk, unmatched.pk}
    assert found("?q=charge-2") == found("?q=boris") == found("?state=done") == {refunded.pk}
    assert found("?state=paid") == {payment.pk}
    assert found("?state=unmatched") == {unmatched.pk}
    assert found(f"?member={member.pk}") == {payment.pk, unmatched.pk}
    assert found("?state=refused") == found("?state=waiting") == set()


def test_a_payment_is_found_by_the_state_it_is_shown_with(staff, payment):
    """Telegram refuses the first refund, and gives the Stars back later."""
    client = staff("Chief")

    def found(state):
        page = client.get(reverse("admin:vip_starpayment_changelist"), {"state": state})
        return [row.pk for row in page.context["cl"].result_list]

    send(client, payment)
    decline_refund(refund_id=StarRefund.objects.get().pk, error="NOT_NOW", now=NOW)
    assert (found("refused"), found("paid"), found("done")) == ([payment.pk], [], [])

    note_refund(charge_id="charge-1", now=NOW)
    assert (found("refused"), found("paid"), found("done")) == ([], [], [payment.pk])


def test_a_payment_shows_its_refunds_and_why_one_was_refused(staff, payment):
    client = staff("Chief")
    send(client, payment)
    refund = StarRefund.objects.get()
    decline_refund(refund_id=refund.pk, error="CHARGE_NOT_FOUND", now=NOW)

    page = client.get(page_of(payment, "change")).content.decode()

    assert "Refund refused" in page
    assert "CHARGE_NOT_FOUND" in page
    assert "500 points taken" in page
    assert client.get(reverse("admin:vip_starrefund_changelist")).status_code == 200
    url = reverse("admin:vip_starrefund_change", args=[refund.pk])
    assert client.get(url).status_code == 200


def test_the_list_asks_few_questions_however_long_it_is(
    staff, member, django_assert_max_num_queries
):
    client = staff("Senior")
    for _ in range(12):
        make_payment(member, now=NOW)

    with django_assert_max_num_queries(16):
        client.get(reverse("admin:vip_starpayment_changelist"))


@pytest.mark.parametrize(("group", "status"), [("Senior", 403), ("Chief", 200)])
def test_the_export_is_for_who_may(staff, payment, group, status):
    url = reverse("admin:vip_starpayment_export")

    assert staff(group).get(url).status_code == status


def test_the_members_page_shows_what_he_paid(staff, payment, member):
    page = staff("Chief").get(reverse("admin:accounts_member_change", args=[member.pk]))

    assert page_of(payment, "change") in page.content.decode()


def test_the_home_page_counts_stars_and_what_needs_a_look(staff, payment, member):
    note_refund(charge_id="charge-1", now=NOW)
    make_payment(member, now=NOW)

    assert earned_in_stars(NOW).value == "⭐ 100"
    assert open_requests(NOW).value == 0
    [day] = CHARTS[0].read(NOW.date(), NOW.date().replace(day=2)).values()
    assert [day[name] for name in CHARTS[0].series] == [100, 50]

    phone = Phone(member)
    phone.now = NOW
    pay(phone, ask_invoice(phone), invoice_payload="?")
    reading = earned_in_stars(NOW)
    assert (reading.state, reading.note) == ("warn", "1 could not be matched")
