"""The dashboard's pages about deliveries: masked, and each look is kept."""

import pytest
from django.contrib.auth.models import Permission, User
from django.urls import reverse

from accounts.models import AuditEntry
from numbers.models import InboundSms, RawEvent
from tests.factories.numbers import make_lease, make_provider
from tests.numbers.webhooks import post

pytestmark = pytest.mark.django_db


@pytest.fixture
def unread(client):
    post(client, make_provider(), to="abc", text="CANARY 482913")
    return RawEvent.objects.get()


def page_of(event, name="change"):
    return reverse(f"admin:numbers_rawevent_{name}", args=[event.pk])


def looks():
    return AuditEntry.objects.filter(action="numbers.view_code")


def test_the_list_says_what_is_wrong_and_nothing_of_what_came(staff, unread):
    page = staff("Chief").get(reverse("admin:numbers_rawevent_changelist")).content.decode()

    assert "Not readable" in page and "Cannot be read: to" in page and "acme" in page
    assert "CANARY" not in page and not looks().exists()


def test_who_may_see_codes_sees_it_as_it_came_and_the_look_is_kept(staff, unread):
    page = staff("Chief").get(page_of(unread)).content.decode()

    assert "CANARY 482913" in page
    assert looks().get().details["event_id"] == unread.pk


def test_who_may_not_sees_that_it_came(client, unread):
    user = User.objects.create_user("ann", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="view_rawevent"))
    client.force_login(user)

    page = client.get(page_of(unread)).content.decode()

    assert "••••••" in page and "CANARY" not in page and not looks().exists()
    assert client.post(page_of(unread, "retry")).status_code == 403


def test_seniors_do_not_see_deliveries(staff, unread):
    assert staff("Senior").get(page_of(unread)).status_code == 403


def test_one_that_could_not_be_read_is_handled_again(staff, unread):
    chief = staff("Chief")
    assert "Handle it again" in chief.get(page_of(unread)).content.decode()

    page = chief.post(page_of(unread, "retry"), follow=True).content.decode()
    assert "could not be handled" in page

    RawEvent.objects.update(body=bytes(unread.body).replace(b'"abc"', b'"+971501112233"'))
    page = chief.post(page_of(unread, "retry"), follow=True).content.decode()
    assert "It is handled" in page and InboundSms.objects.count() == 1


def test_what_was_handled_offers_nothing_and_leads_to_its_sms(staff, client):
    post(client, make_provider(), make_lease())
    event = RawEvent.objects.get()

    page = staff("Chief").get(page_of(event)).content.decode()

    assert "Handle it again" not in page
    assert reverse("admin:numbers_inboundsms_change", args=[event.sms_id]) in page


def test_a_provider_that_delivered_anything_stays(staff, unread):
    url = reverse("admin:numbers_provider_delete", args=[unread.provider_id])

    assert staff("Chief").post(url, {"post": "yes"}).status_code == 403
