from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.models import AuditEntry, OutboxMessage, StaffMessage
from accounts.selectors import export_member
from accounts.services import COMMAND, delete_member
from botrunner.outbox import make_call
from project.errors import Refusal
from tests.factories import make_member
from tests.phone import Phone
from tests.vip.stars import make_payment
from vip.errors import InvalidRequest, RequestAnswered, RequestOpen
from vip.models import REQUEST_LENGTH_MAX, SupportRequest, Terms
from vip.services.stars import answer_support, ask_support

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)


@pytest.fixture
def phone():
    return Phone(make_member(first_name="Ann <b>"))


def test_help_names_the_payments_and_takes_a_request(phone):
    make_payment(phone.member, now=NOW)

    assert "⭐ 50 · 1 May 2026" in phone.say("/paysupport")
    assert "one message" in phone.press("Write to us")
    assert "we have your request" in phone.say("I paid <twice>")

    request = SupportRequest.objects.get()
    assert (request.member, request.text) == (phone.member, "I paid <twice>")
    text = phone.say("/paysupport")
    assert "I paid &lt;twice&gt;" in text
    assert not any("Write to us" in label for label in phone.buttons)


def test_words_behind_the_command_are_the_request(phone):
    assert "we have your request" in phone.say("/paysupport my Stars are gone")
    assert SupportRequest.objects.get().text == "my Stars are gone"


def test_one_request_is_open_at_a_time(phone):
    phone.say("/paysupport first")

    assert "already" in phone.say("/paysupport second")
    assert [request.text for request in SupportRequest.objects.all()] == ["first"]
    with pytest.raises(RequestOpen):
        ask_support(member_id=phone.member.pk, text="third", now=NOW)


@pytest.mark.parametrize("half", [{"answer": "Yes."}, {"answered_at": NOW}])
def test_an_answer_and_its_time_belong_together(phone, half):
    request = ask_support(member_id=phone.member.pk, text="Why?", now=NOW)

    with pytest.raises(IntegrityError), transaction.atomic():
        SupportRequest.objects.filter(pk=request.pk).update(**half)


@pytest.mark.parametrize("text", ["", "  \n", "\x00", "x" * (REQUEST_LENGTH_MAX + 1)])
def test_a_request_has_words_and_a_bound(phone, text):
    with pytest.raises(InvalidRequest):
        ask_support(member_id=phone.member.pk, text=text, now=NOW)

    assert SupportRequest.objects.count() == 0


def test_the_answer_reaches_the_member_once(phone):
    phone.say("/paysupport help")
    request = SupportRequest.objects.get()

    def answer(text):
        return answer_support(request_id=request.pk, text=text, actor=COMMAND, now=NOW)

    with pytest.raises(Refusal):
        answer("  ")
    answer("Refunded <today>.")
    with pytest.raises(RequestAnswered):
        answer("again")

    (notice,) = OutboxMessage.objects.all()
    assert "Refunded &lt;today&gt;." in make_call(notice)["params"]["text"]
    assert StaffMessage.objects.count() == 1
    assert AuditEntry.objects.filter(action="vip.support.answer").count() == 1
    # He may ask again.
    assert "we have your request" in phone.say("/paysupport one more")


def test_in_a_group_payments_are_nobody_elses_business(phone):
    assert "private chat" in phone.in_group().say("/paysupport")
    assert "private chat" in phone.in_group().say("/terms")


def test_the_terms_are_ours_until_the_owner_writes_some(phone):
    french = Phone(make_member(language="fr"))

    assert "no money" in phone.say("/terms")
    assert "pas de l’argent" in french.say("/terms")

    Terms.objects.create(language="en", text="No <refunds> & no & fuss")
    assert "No &lt;refunds&gt; &amp; no &amp; fuss" in phone.say("/terms")
    assert "No &lt;refunds&gt;" in french.say("/terms")

    Terms.objects.create(language="fr", text="Rien à dire")
    assert "Rien à dire" in french.say("/terms")
    assert "/terms" in phone.say("/stars")


def test_the_longest_terms_fit_into_one_message(phone):
    Terms.objects.create(language="en", text="🙂" * 1_750 + "<" * 1_750)

    text = phone.say("/terms")

    # As Telegram counts: after its marks are read.
    plain = text.replace("&lt;", "<").replace("<b>", "").replace("</b>", "")
    assert len(plain) <= 4_096


def test_staff_answers_and_edits_the_terms_in_the_dashboard(phone, staff):
    phone.say("/paysupport help <me>")
    make_payment(phone.member, now=NOW)
    request = SupportRequest.objects.get()
    client = staff("Chief")
    page = reverse("admin:vip_supportrequest_answer", args=[request.pk])

    shown = client.get(page).content.decode()
    assert "help &lt;me&gt;" in shown
    assert "Ann &lt;b&gt;" in shown
    assert "50" in shown
    assert client.post(page, {"answer": "Done."}).status_code == 302
    request.refresh_from_db()
    assert request.answer == "Done."
    assert "answered this already" in client.post(page, {"answer": "Twice."}).content.decode()

    add = reverse("admin:vip_terms_add")
    too_long = client.post(add, {"language": "en", "text": "x" * 3_501})
    assert "at most 3500 characters" in too_long.content.decode()
    assert client.post(add, {"language": "en", "text": " Be fair. "}).status_code == 302
    assert Terms.objects.get().text == "Be fair."
    assert AuditEntry.objects.filter(action="vip.terms.change").count() == 1


def test_what_a_member_wrote_goes_with_his_data_and_is_in_his_copy(phone):
    phone.say("/paysupport my words")
    make_payment(phone.member, now=NOW, charge_id="secret")
    member = phone.member

    copy = export_member(member.pk)["stars"]
    assert [request["text"] for request in copy["requests"]] == ["my words"]
    assert [payment["stars"] for payment in copy["payments"]] == [50]
    assert "secret" not in str(copy)

    delete_member(member_id=member.pk, actor=COMMAND, now=NOW)
    assert SupportRequest.objects.count() == 0
