"""When a provider delivered last, why it was refused, and who hears of it."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from accounts.models import OutboxMessage
from accounts.services import COMMAND, tell_of_backups
from botrunner.notices import NOTICES
from numbers.models import Provider
from numbers.services import (
    WRONG_SIGNATURE,
    SmsArrival,
    Trouble,
    note_failure,
    receive_sms,
    save_upkeep,
)
from project.incidents import list_open
from project.models import Incident
from tests.factories.numbers import make_provider, minutes
from tests.factories.staff import make_staff_member
from tests.numbers.webhooks import post_body

pytestmark = pytest.mark.django_db
START = datetime(2026, 5, 1, 12, tzinfo=UTC)
UNREADABLE = "a message could not be read: to"


@pytest.fixture
def provider():
    return make_provider()


def arrive(provider, at, message_id="m1"):
    provider.refresh_from_db()
    arrival = SmsArrival(
        message_id=message_id, to_e164=971_501_112_233, sender="x", text="hello", received_at=at
    )
    return receive_sms(provider, arrival, now=at)


def fail(provider, failure, at):
    provider.refresh_from_db()
    trouble = Trouble.SIGNATURE if failure == WRONG_SIGNATURE else Trouble.BODY
    note_failure(provider, trouble, failure, now=at)
    provider.refresh_from_db()


def test_a_signed_message_that_cannot_be_read_is_told_at_once(provider):
    arrive(provider, START)

    fail(provider, UNREADABLE, START + minutes(1))

    [incident] = list_open()
    assert incident.words == f"acme: {UNREADABLE}."
    assert (provider.failure, provider.is_failing) == (UNREADABLE, True)


def test_it_is_over_with_the_next_message(provider):
    fail(provider, UNREADABLE, START)

    arrive(provider, START + timedelta(seconds=1))

    provider.refresh_from_db()
    assert (list_open(), provider.is_failing) == ([], False)
    assert provider.failure == UNREADABLE


@pytest.mark.parametrize(("after", "alarms"), [(minutes(9), 0), (minutes(10), 1)])
def test_a_wrong_signature_is_an_alarm_only_where_nothing_right_comes(provider, after, alarms):
    """Anybody can send one."""
    arrive(provider, START)

    fail(provider, WRONG_SIGNATURE, START + after)

    assert (len(list_open()), provider.failure) == (alarms, WRONG_SIGNATURE)


def test_of_one_provider_staff_hear_once_in_ten_minutes(provider):
    for minute in range(10):
        fail(provider, f"{UNREADABLE} {minute}", START + minutes(minute))
        arrive(provider, START + minutes(minute + 0.5), f"m{minute}")
    assert Incident.objects.count() == 1

    fail(provider, UNREADABLE, START + minutes(10))
    assert Incident.objects.count() == 2


def test_each_provider_has_an_alarm_of_its_own(provider):
    other = make_provider("other")
    for one in (provider, other):
        fail(one, UNREADABLE, START)

    arrive(other, START + minutes(1))

    assert [incident.words for incident in list_open()] == [f"acme: {UNREADABLE}."]


def test_the_row_is_written_once_a_minute_however_many_are_wrong(provider):
    fail(provider, WRONG_SIGNATURE, START)

    for second in range(1, 60):
        fail(provider, WRONG_SIGNATURE, START + timedelta(seconds=second))

    assert provider.failed_at == START
    fail(provider, WRONG_SIGNATURE, START + minutes(1.1))
    assert provider.failed_at == START + minutes(1.1)


def test_one_that_is_switched_off_fails_no_more(provider):
    fail(provider, UNREADABLE, START)
    provider.is_active = False

    save_upkeep(provider, actor=COMMAND)

    assert list_open() == []


def test_one_that_is_deleted_fails_no_more(staff, provider):
    other = make_provider("other")
    for one in (provider, other):
        fail(one, UNREADABLE, START)
    chief = staff("Chief")

    chief.post(reverse("admin:numbers_provider_delete", args=[other.pk]), {"post": "yes"})
    chosen = {"action": "delete_selected", "_selected_action": [provider.pk], "post": "yes"}
    chief.post(reverse("admin:numbers_provider_changelist"), chosen)

    assert (Provider.objects.count(), list_open()) == (0, [])


def test_the_webhook_notes_what_it_refuses_and_never_what_it_held(client, provider):
    body = json.dumps({"id": "1", "to": "CANARY"}).encode()
    assert post_body(client, provider, body).status_code == 202
    provider.refresh_from_db()
    assert provider.failure == UNREADABLE

    assert post_body(client, provider, b"{}", secret="guess").status_code == 403
    provider.refresh_from_db()
    assert provider.failure == WRONG_SIGNATURE
    assert "CANARY" not in str(list(Incident.objects.values()))


def test_an_unknown_provider_is_noted_nowhere(client):
    make_provider("other")
    nobody = Provider(slug="nobody", secret="x")

    assert post_body(client, nobody, b"{}").status_code == 403
    assert not Incident.objects.exists()
    assert not Provider.objects.filter(failed_at__isnull=False).exists()


def test_the_list_says_who_fails_and_why(staff, provider):
    fail(provider, UNREADABLE, START)

    page = staff("Chief").get(reverse("admin:numbers_provider_changelist")).content.decode()

    assert "Fails" in page and UNREADABLE in page


@pytest.mark.parametrize("kind", ["incident.begun", "incident.ended"])
def test_staff_are_told_of_sms_and_not_of_backups(provider, kind):
    fail(provider, UNREADABLE, START)
    message = OutboxMessage(kind=kind, params={"incident": Incident.objects.get().pk})

    text = NOTICES[kind](message).text

    assert "SMS" in text and "ackup" not in text and "damaged" not in text


def test_staff_are_not_told_that_sms_are_refused_when_a_list_does_not_answer(provider):
    note_failure(provider, Trouble.CONNECTION, "no answer in time", now=START)
    message = OutboxMessage(kind="incident.begun", params={"incident": Incident.objects.get().pk})

    text = NOTICES["incident.begun"](message).text

    assert "no answer in time" in text and "refused" not in text


def test_who_may_change_providers_hears_of_it_and_nobody_else(provider):
    chief, guard = make_staff_member("Chief"), make_staff_member()
    guard.staff_user.user_permissions.add(Permission.objects.get(codename="make_backup"))
    fail(provider, UNREADABLE, START)

    tell_of_backups(now=START)

    told = OutboxMessage.objects.filter(kind="incident.begun")
    assert [message.member_id for message in told] == [chief.pk]
