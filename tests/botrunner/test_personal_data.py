import json

import pytest

from accounts.models import AuditEntry, Member
from botrunner.attachments import make
from points.models import Entry, Wallet
from tests.factories import make_member
from tests.phone import Phone

pytestmark = pytest.mark.django_db


@pytest.fixture
def phone():
    phone = Phone(make_member(language="en", first_name="Ann", points=40))
    phone.say("/settings")
    return phone


def test_a_copy_comes_as_a_file(phone):
    phone.press("Export")

    call = phone.calls[0]
    attachment = call["params"]["attachment"]
    file = make(attachment["kind"], attachment["params"])
    assert call["method"] == "sendDocument"
    assert file.filename == "my-data.json"
    assert json.loads(file.content)["member"]["first_name"] == "Ann"


def test_the_recorded_call_holds_no_data(phone):
    phone.press("Export")

    assert "Ann" not in json.dumps(phone.calls)


def test_deleting_takes_two_confirmations(phone):
    phone.press("Delete my data")
    phone.press("Go on")
    assert phone.member.first_name == "Ann"

    text = phone.press("Delete everything now")

    assert "deleted" in text
    assert Member.objects.get().first_name == ""
    assert not Member.objects.filter(telegram_id=phone.user["id"]).exists()


def test_keeping_the_data_leads_back(phone):
    phone.press("Delete my data")
    phone.press("Go on")

    phone.press("Keep my data")

    assert phone.member.first_name == "Ann"
    assert "Settings" in phone.text


def test_the_member_deletes_himself_on_record(phone):
    number = phone.member.pk
    phone.press("Delete my data")
    phone.press("Go on")
    phone.press("now")

    entry = AuditEntry.objects.get(action="member.delete")
    assert (entry.actor_label, entry.member_label) == (f"Member {number}", f"Member {number}")


def test_who_returns_gets_no_second_welcome(phone):
    phone.press("Delete my data")
    phone.press("Go on")
    phone.press("now")

    phone.say("/start")

    assert Wallet.objects.get(pk=phone.member.pk).balance == 0
    assert Entry.objects.filter(kind="welcome").count() == 0


def test_a_second_press_deletes_nobody_else(phone):
    phone.press("Delete my data")
    phone.press("Go on")
    data = phone.data_of("now")
    phone.press_data(data)
    phone.say("/start")

    text = phone.press_data(data)

    assert "Hello" in text
    assert phone.member.anonymised_at is None
