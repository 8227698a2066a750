"""The dashboard's page of a provider that is asked: set up by trying, its key shown to nobody."""

import json
import logging

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry
from numbers.models import InboundSms, Provider, RawEvent
from tests.factories.web_servers import hang_up, say, serve_beside
from tests.numbers.polls import KEY, make_polling

pytestmark = pytest.mark.django_db
FORM = {
    "is_active": "on",
    "url": "https://sms.example/list?from={since}",
    "auth_header": "X-API-Key",
    "token": "",
    "poll_seconds": "5",
    "list_path": "aaData",
    "time_field": "0",
    "number_field": "1",
    "sender_field": "2",
    "text_field": "3",
    "time_format": "",
    "time_zone": "UTC",
    "id_field": "",
}


def url_of(provider, name="change"):
    return reverse(f"admin:numbers_provider_{name}", args=[provider.pk])


def row(text="CANARY code is 482913", number="971501112233"):
    return [f"{timezone.now():%Y-%m-%d %H:%M:%S}", number, "Example", text]


def attempt(client, provider, answer, **changes):
    """What the button shows, and what the provider was asked."""
    with serve_beside(answer) as server:
        form = {**FORM, "token": KEY, "url": server.url, **changes}
        page = client.post(url_of(provider, "try"), form)
    assert page.status_code == 200
    return page.content.decode(), server.asked


@pytest.fixture
def reader(client):
    """May set up providers, and may not see codes."""
    user = User.objects.create_user("ann", is_staff=True)
    names = ["view_provider", "change_provider"]
    user.user_permissions.add(*Permission.objects.filter(codename__in=names))
    client.force_login(user)
    return client


def test_it_is_made_by_name_and_goes_on_to_its_page(staff):
    chief = staff("Chief")
    form = {"kind": "polling", "slug": "lists", "is_active": "on", "token": ""}

    answer = chief.post(reverse("admin:numbers_provider_add"), form)

    provider = Provider.objects.get()
    assert answer.url == url_of(provider)
    page = chief.get(url_of(provider)).content.decode()
    assert "Test the connection" in page and "Where things stand in its answer" in page
    assert "Not set up" in chief.get(reverse("admin:numbers_provider_changelist")).content.decode()


def test_no_key_is_taken_before_the_address_that_it_is_for(staff):
    """It would be asked for again there."""
    chief, form = staff("Chief"), {"kind": "polling", "slug": "lists", "is_active": "on"}
    url = reverse("admin:numbers_provider_add")

    page = chief.post(url, {**form, "token": KEY}).content.decode()
    assert "the next page has it" in page and not Provider.objects.exists()
    chief.post(url, {**form, "token": ""})
    provider = Provider.objects.get()
    assert provider.secret == ""
    assert chief.post(url_of(provider), {**FORM, "token": KEY}).status_code == 302

    provider.refresh_from_db()
    assert provider.secret == KEY


def test_what_is_written_down_is_kept_and_audited_without_the_key(staff):
    provider = make_polling(url="")

    staff("Chief").post(url_of(provider), {**FORM, "token": "another-canary-key"})

    provider.refresh_from_db()
    assert (provider.secret, provider.url) == ("another-canary-key", FORM["url"])
    details = AuditEntry.objects.get(action="numbers.provider.change").details
    assert details["after"]["url"] == FORM["url"]
    assert details["after"]["its secret"] == "(changed)"
    assert "canary" not in json.dumps(details)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"url": "sms.example"}, "It begins with https://"),
        ({"url": "ftp://sms.example/"}, "It begins with https://"),
        ({"url": "http://[/"}, "This is no address"),
        ({"url": "https://ann:canary@sms.example/"}, "Write {key} in place of the key"),
        ({"url": "https://sms.example/?api_key=canary"}, "Write {key} in place of the key"),
        ({"auth_header": "X Key"}, "no name of a header"),
        ({"auth_header": "Host"}, "no name of a header"),
        ({"token": "a\nb\u00e9"}, "plain letters, digits and signs"),
        ({"time_format": "%d/%m/%Y"}, "names day, month, year, hour and minute"),
        ({"time_zone": "Mars/Olympus"}, "There is no such zone"),
        ({"poll_seconds": "1"}, "greater than or equal to 2"),
        ({"number_field": ""}, "required"),
        ({"time_field": ""}, "required"),
    ],
)
def test_what_cannot_work_is_refused_with_what_to_do(staff, changes, words):
    provider = make_polling()

    page = staff("Chief").post(url_of(provider), {**FORM, "token": KEY, **changes})

    assert words in page.content.decode().replace("&#x27;", "'")
    provider.refresh_from_db()
    assert provider.url == "https://sms.example/list"


def test_the_key_goes_to_no_other_host_without_being_written_again(staff):
    """Or whoever may change the address could have it sent to himself."""
    provider, chief = make_polling(), staff("Chief")
    elsewhere = {**FORM, "url": "https://other.example/list"}

    assert "write the key again" in chief.post(url_of(provider), elsewhere).content.decode()
    shown, asked = attempt(chief, provider, say("[]"), token="")
    assert "write the key again" in shown and asked == []

    assert chief.post(url_of(provider), {**elsewhere, "token": "k"}).status_code == 302


def test_a_trial_shows_what_is_read_and_stores_nothing(staff):
    provider = make_polling()
    answer = say(json.dumps({"aaData": [row(), ["0.00", 0, 0, 0]]}))

    shown, asked = attempt(staff("Chief"), provider, answer)

    assert len(asked) == 1
    assert "It answers with 2 rows" in shown and "1 of them cannot be read" in shown
    assert "+971 50 111 2233" in shown and "CANARY code is 482913" in shown
    assert "Not readable: our number: not in international form" in shown
    provider.refresh_from_db()
    assert (provider.url, provider.polled_at) == ("https://sms.example/list", None)
    assert not InboundSms.objects.exists() and not RawEvent.objects.exists()
    assert AuditEntry.objects.get(action="numbers.view_code").details["trial"]


def test_who_may_not_see_codes_is_shown_their_shape(reader):
    shown, _asked = attempt(reader, make_polling(), say(json.dumps({"aaData": [row()]})))

    assert "aaaaaa aaaa aa 000000" in shown and "+971 50 111 2233" in shown
    assert "CANARY" not in shown and "482913" not in shown
    assert not AuditEntry.objects.filter(action="numbers.view_code").exists()


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (say("oh", status=401), "answered with status 401. The key may be wrong, or its header."),
        (say("<html>CANARY</html>"), "the answer is no JSON"),
        (say('{"rows": []}'), "the answer has rows (list of 0)"),
        (say('{"aaData": []}'), "The list is empty now"),
        (hang_up, "broke off"),
        (say("", status=302, Location="http://10.0.0.1/"), "answered with status 302"),
    ],
)
def test_a_trial_that_fails_says_why(staff, answer, words):
    shown, _asked = attempt(staff("Chief"), make_polling(), answer)

    assert words in shown and "CANARY" not in shown


@pytest.mark.parametrize(
    "url", ["http://10.0.0.1/", "http://169.254.169.254/latest", "http://[::]"]
)
def test_a_neighbour_is_not_asked(staff, url):
    shown, _asked = attempt(staff("Chief"), make_polling(), say("[]"), url=url)

    assert "the address is a private one" in shown


@pytest.mark.parametrize("group", ["Chief", "Creator"])
def test_a_trial_shows_half_characters_as_what_they_are_not(staff, group):
    """JSON can name half of a surrogate pair, which no page can hold."""
    half = "x\ud800y"
    rows = [row(half), {half: half, "nested": {half: 1}}]

    page, _ = attempt(staff(group), make_polling(), say(json.dumps({"aaData": rows})))

    assert "It answers with 2 rows" in page and "fields: x?y" in page


def test_a_trial_asks_outside_every_transaction(staff, monkeypatch):
    from numbers.providers import polling

    depths, before = [], len(connection.savepoint_ids)
    real = polling.ask_for_rows

    async def ask(provider, *, now):
        depths.append(len(connection.savepoint_ids))
        return await real(provider, now=now)

    monkeypatch.setattr(polling, "ask_for_rows", ask)

    attempt(staff("Chief"), make_polling(), say("[]"))

    assert depths == [before]


def test_only_who_may_change_providers_may_try(staff):
    provider = make_polling()

    assert staff("Senior").post(url_of(provider, "try"), FORM).status_code == 403


def test_a_look_at_the_address_of_a_trial_leads_back(staff):
    provider = make_polling()

    assert staff("Chief").get(url_of(provider, "try")).url == url_of(provider)


def test_the_key_is_on_no_page_in_no_log_and_in_no_audit(staff, caplog):
    caplog.set_level(logging.DEBUG)
    provider, chief = make_polling(), staff("Chief")

    pages = [chief.get(url_of(provider)), chief.get(url_of(provider, "history"))]
    pages.append(chief.get(reverse("admin:numbers_provider_changelist")))
    pages.append(chief.post(url_of(provider), FORM))
    for answer in (say("[]"), say("oh", status=500), say('{"aaData": [[1]]}')):
        shown, _asked = attempt(chief, provider, answer, url="{sandbox}/x?k={key}")
        assert KEY not in shown

    assert not [page for page in pages if KEY in page.content.decode()]
    assert KEY not in str(list(AuditEntry.objects.values()))
    lines = [r.getMessage() for r in caplog.records if not r.name.startswith("django.db")]
    assert not [line for line in lines if KEY in line or "X-API-Key" in line]
