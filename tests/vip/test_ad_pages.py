"""The dashboard's pages about premium by ad: networks, passes, conversion, the member's page."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry
from tests.factories import make_member
from tests.factories.ads import make_network, offer_token
from tests.factories.web_servers import say, serve_beside
from vip.models import AdNetwork, Pass
from vip.services import use_pass

pytestmark = pytest.mark.django_db

KEY = "canary-key-of-the-network-7731"
FORM = {
    "slug": "shorty",
    "is_active": "on",
    "address": "https://short.example/api",
    "url_parameter": "url",
    "alias_parameter": "alias",
    "key_parameter": "api",
    "new_key": KEY,
    "answer_field": "shortenedUrl",
    "on_failure": "later",
}


def change_url(network):
    return reverse("admin:vip_adnetwork_change", args=[network.pk])


def test_a_network_is_set_up_and_audited_without_its_key(staff):
    staff("Chief").post(reverse("admin:vip_adnetwork_add"), FORM)

    network = AdNetwork.objects.get()
    assert (network.key, network.is_active) == (KEY, True)
    entry = AuditEntry.objects.get(action="vip.ad_network.add")
    assert entry.details["changes"]["address"] == [None, "https://short.example/api"]
    assert entry.details["changes"]["key"] == ["(hidden)", "(changed)"]
    assert KEY not in str(entry.details) and network.secret not in str(entry.details)


def test_the_key_is_never_shown_again(staff):
    network = make_network(key=KEY)

    page = staff("Chief").get(change_url(network)).content.decode()

    assert KEY not in page
    assert "ends in …7731" in page


def test_of_a_short_key_nothing_is_shown(staff):
    network = make_network(key="short-key-1")

    page = staff("Chief").get(change_url(network)).content.decode()

    assert "One is kept. Leave this empty" in page
    assert "ey-1" not in page


def test_left_empty_the_key_stays(staff):
    network = make_network(key=KEY)

    staff("Chief").post(change_url(network), {**FORM, "new_key": "", "answer_field": "x"})

    network.refresh_from_db()
    assert (network.key, network.answer_field, network.slug) == (KEY, "x", "ads")
    changes = AuditEntry.objects.get(action="vip.ad_network.change").details["changes"]
    assert "key" not in changes and changes["answer_field"] == ["", "x"]


def test_one_put_in_use_takes_the_place_of_the_other(staff):
    old = make_network("old")

    staff("Chief").post(reverse("admin:vip_adnetwork_add"), FORM)

    old.refresh_from_db()
    assert not old.is_active
    assert AdNetwork.objects.get(is_active=True).slug == "shorty"


def test_proof_and_bare_links_exclude_each_other(staff):
    page = staff("Chief").post(
        reverse("admin:vip_adnetwork_add"), {**FORM, "needs_proof": "on", "on_failure": "bare"}
    )

    assert "brings no proof" in page.content.decode()
    assert not AdNetwork.objects.exists()


def test_a_senior_sees_the_network_without_its_secrets(staff):
    network = make_network(key=KEY)
    client = staff("Senior")

    page = client.get(change_url(network)).content.decode()

    assert KEY not in page and "7731" not in page and network.secret not in page
    assert client.post(change_url(network), FORM).status_code == 403
    for name in ("try", "secret"):
        url = reverse(f"admin:vip_adnetwork_{name}", args=[network.pk])
        assert client.post(url).status_code == 403


def test_the_connection_is_tried_with_the_key_and_shows_the_link(staff):
    network = make_network(key=KEY)
    url = reverse("admin:vip_adnetwork_try", args=[network.pk])
    client = staff("Chief")

    with serve_beside(say("https://short.example/x")) as server:
        AdNetwork.objects.update(address=server.url)
        assert client.get(url).status_code == 200
        assert server.asked == []
        page = client.post(url, follow=True).content.decode()

    [asked] = server.asked
    assert (asked["api"], asked["url"]) == (KEY, "https://t.me/telegram")
    assert "It works. The network made the link https://short.example/x" in page
    assert KEY not in page


def test_a_connection_that_fails_says_how(staff):
    network = make_network(key=KEY)
    url = reverse("admin:vip_adnetwork_try", args=[network.pk])
    client = staff("Chief")

    with serve_beside(say("no", status=500)) as server:
        AdNetwork.objects.update(address=server.url)
        page = client.post(url, follow=True).content.decode()

    assert "There is no link: answered with status 500." in page
    assert KEY not in page


def test_a_new_secret_replaces_the_old_and_is_audited_without_it(staff):
    network = make_network()
    old = network.secret

    staff("Chief").post(reverse("admin:vip_adnetwork_secret", args=[network.pk]))

    network.refresh_from_db()
    assert network.secret != old
    entry = AuditEntry.objects.get(action="vip.ad_network.new_secret")
    assert network.secret not in str(entry.details)


def test_a_network_that_made_links_is_kept(staff):
    network = make_network()
    offer_token(make_member(), timezone.now())

    url = reverse("admin:vip_adnetwork_delete", args=[network.pk])

    assert staff("Chief").post(url, {"post": "yes"}).status_code == 403
    assert AdNetwork.objects.exists()


@pytest.fixture
def passes(stopped_clock):
    """One of each state: granted, opened, offered, expired."""
    make_network()
    now = stopped_clock
    members = [make_member(username=f"person{number}") for number in range(4)]
    tokens = [offer_token(member, now) for member in members]
    use_pass(member_id=members[0].pk, token=tokens[0], now=now)
    Pass.objects.filter(member=members[1]).update(opened_at=now, link="https://short.example/s")
    Pass.objects.filter(member=members[3]).update(expires_at=now - timedelta(seconds=1))
    return members


@pytest.mark.parametrize(
    ("state", "person"), [("granted", 0), ("opened", 1), ("offered", 2), ("expired", 3)]
)
def test_passes_are_found_by_their_state(staff, passes, state, person):
    page = staff("Junior").get(reverse("admin:vip_pass_changelist"), {"state": state})

    assert [row.member for row in page.context["cl"].result_list] == [passes[person]]


def test_passes_are_found_by_their_member(staff, passes):
    page = staff("Junior").get(reverse("admin:vip_pass_changelist"), {"q": "person2"})

    assert [row.member for row in page.context["cl"].result_list] == [passes[2]]


def test_a_passs_page_shows_neither_link_nor_token(staff, passes):
    held = Pass.objects.get(member=passes[1])
    client = staff("Chief")

    page = client.get(reverse("admin:vip_pass_change", args=[held.pk])).content.decode()

    assert held.alias in page
    assert "short.example" not in page and held.token_hash not in page
    assert client.post(reverse("admin:vip_pass_change", args=[held.pk]), {}).status_code == 403


def test_the_conversion_page_counts_and_shows_rates(staff, passes):
    page = staff("Junior").get(reverse("admin:vip_conversion"))

    text = " ".join(page.content.decode().split())
    assert page.context["total"]["figures"] == {"offered": 4, "opened": 1, "granted": 1}
    assert "25.0% of those offered" in text


def test_without_any_ad_there_is_no_rate(staff):
    page = staff("Junior").get(reverse("admin:vip_conversion"))

    assert page.context["total"]["granted_rate"] == "–"


def test_the_members_page_shows_his_premium(staff, passes):
    page = staff("Junior").get(reverse("admin:accounts_member_change", args=[passes[0].pk]))

    [body] = [panel["body"] for panel in page.context["panels"] if panel["title"] == "Premium"]
    assert "1 of 4 by ad today" in body and "Granted" in body


def test_memberships_with_premium_are_found(staff, passes):
    page = staff("Junior").get(reverse("admin:vip_membership_changelist"), {"state": "premium"})

    assert [row.member for row in page.context["cl"].result_list] == [passes[0]]
