"""The network's word that an ad was watched: signed, counted once, and needed where it is asked."""

from datetime import timedelta
from functools import partial

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import OutboxMessage
from botrunner.notices import NOTICES
from tests.factories import make_member
from tests.factories.ads import make_network, offer_token
from tests.phone import Phone
from vip.models import AdNetwork, Membership, Pass, VipSettings
from vip.postbacks import sign
from vip.selectors import premium_until
from vip.services import offer_pass, prove_pass, use_pass

pytestmark = pytest.mark.django_db


@pytest.fixture
def network():
    return make_network(needs_proof=True)


@pytest.fixture
def phone(network):
    return Phone(make_member())


def state():
    passes = Pass.objects.order_by("pk").values_list("pk", "proved_at", "granted_at")
    return list(passes), list(Membership.objects.values_list("pk", "premium_until"))


def report(held, *, method="get", slug="ads", **changes):
    secret = AdNetwork.objects.get(pk=held.network_id).secret
    fields = {"pass": held.alias, "signature": sign(held.alias, secret), **changes}
    return getattr(Client(), method)(reverse("ad_postback", args=[slug]), fields)


def post_form(held, body=None):
    fields = f"pass={held.alias}&signature={sign(held.alias, held.network.secret)}"
    return Client().post(
        reverse("ad_postback", args=["ads"]),
        fields if body is None else body,
        content_type="application/x-www-form-urlencoded",
    )


def come_back(phone, token):
    return phone.say(f"/start {token}")


def test_the_link_alone_is_not_enough(phone):
    token = offer_token(phone.member, timezone.now())

    text = come_back(phone, token)

    assert "watch the ad to its end first" in text
    assert premium_until(phone.member.pk) is None
    assert Pass.objects.get().granted_at is None


@pytest.mark.parametrize("method", [report, post_form])
def test_proof_before_the_link_lets_the_link_grant(phone, method):
    token = offer_token(phone.member, timezone.now())

    answer = method(Pass.objects.get())

    assert (answer.status_code, answer.content) == (200, b"ok\n")
    assert premium_until(phone.member.pk) is None
    assert not OutboxMessage.objects.exists()
    assert "Premium is yours" in come_back(phone, token)


def test_proof_after_the_member_grants_and_tells_him(phone):
    come_back(phone, offer_token(phone.member, timezone.now()))

    report(Pass.objects.get())

    assert premium_until(phone.member.pk) > timezone.now()
    [message] = OutboxMessage.objects.all()
    assert message.kind == "vip.premium"
    notice = NOTICES[message.kind](message)
    assert "Premium is yours" in notice.text
    assert [button.route for row in notice.keyboard for button in row] == ["videos"]


def test_who_is_told_too_late_is_told_nothing(phone):
    come_back(phone, offer_token(phone.member, timezone.now()))
    report(Pass.objects.get())
    Membership.objects.update(premium_until=timezone.now() - timedelta(seconds=1))

    [message] = OutboxMessage.objects.all()

    assert NOTICES[message.kind](message) is None


def test_after_the_grant_the_link_is_used(phone):
    token = offer_token(phone.member, timezone.now())
    come_back(phone, token)
    report(Pass.objects.get())

    assert "already been used" in come_back(phone, token)


def test_a_repeated_proof_does_nothing(phone):
    come_back(phone, offer_token(phone.member, timezone.now()))
    report(Pass.objects.get())
    before = state()

    for _ in range(3):
        assert report(Pass.objects.get()).status_code == 200

    assert state() == before
    assert OutboxMessage.objects.count() == 1


def test_coming_back_again_and_again_waits_on(phone):
    token = offer_token(phone.member, timezone.now())
    come_back(phone, token)
    returned_at = Pass.objects.get().returned_at

    assert "watch the ad" in come_back(phone, token)

    assert Pass.objects.get().returned_at == returned_at


def test_a_late_proof_of_who_came_in_time_still_counts(phone):
    now = timezone.now()
    token = offer_token(phone.member, now)
    use_pass(member_id=phone.member.pk, token=token, now=now + timedelta(minutes=59))
    late = now + timedelta(hours=2)

    prove_pass(network_id=Pass.objects.get().network_id, alias=Pass.objects.get().alias, now=late)

    assert premium_until(phone.member.pk) == late + timedelta(hours=12)


def test_a_late_proof_of_who_did_not_come_gives_nothing(phone):
    offer_token(phone.member, timezone.now() - timedelta(hours=2))

    assert report(Pass.objects.get()).status_code == 200

    assert premium_until(phone.member.pk) is None


def test_an_expired_link_is_expired_though_the_ad_was_watched(phone):
    token = offer_token(phone.member, timezone.now() - timedelta(hours=2))
    report(Pass.objects.get())

    assert "time of this link is over" in come_back(phone, token)


def test_a_proof_over_the_daily_cap_gives_nothing(phone, network):
    now = timezone.now().replace(hour=12)
    VipSettings.objects.create(passes_daily_max=2)
    give = partial(offer_pass, member_id=phone.member.pk)
    first = give(now=now)
    use_pass(member_id=phone.member.pk, token=offer_token(phone.member, now), now=now)
    AdNetwork.objects.update(needs_proof=False)
    Pass.objects.update(is_current=False)
    use_pass(member_id=phone.member.pk, token=offer_token(phone.member, now), now=now)
    VipSettings.objects.update(passes_daily_max=1)

    prove_pass(network_id=network.pk, alias=first.alias, now=now)

    assert Pass.objects.get(pk=first.pk).granted_at is None
    assert not OutboxMessage.objects.exists()


def test_without_the_setting_a_proof_is_noted_and_not_needed(phone):
    AdNetwork.objects.update(needs_proof=False)
    token = offer_token(phone.member, timezone.now())

    assert "Premium is yours" in come_back(phone, token)
    assert report(Pass.objects.get()).status_code == 200

    assert Pass.objects.get().proved_at is not None
    assert Pass.objects.filter(granted_at__isnull=False).count() == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"signature": ""},
        {"signature": "sha256=" + "0" * 64},
        {"signature": "ü" * 71},
        {"signature": "\ud800".encode("utf-8", "surrogatepass")},
        {"pass": "another"},
        {"pass": ""},
        {"slug": "unknown"},
    ],
)
def test_a_forged_report_changes_nothing(phone, changes):
    come_back(phone, offer_token(phone.member, timezone.now()))
    before = state()

    answer = report(Pass.objects.get(), **changes)

    assert (answer.status_code, answer.content) == (403, b"wrong signature\n")
    assert state() == before


def test_another_networks_secret_proves_nothing(phone):
    come_back(phone, offer_token(phone.member, timezone.now()))
    other = make_network("other", is_active=False)
    held, before = Pass.objects.get(), state()

    right_for_other = report(held, slug="other", signature=sign(held.alias, other.secret))
    wrong_for_ours = report(held, signature=sign(held.alias, other.secret))

    assert (right_for_other.status_code, wrong_for_ours.status_code) == (404, 403)
    assert state() == before


def test_a_signed_report_of_no_pass_is_not_found(network):
    answer = Client().get(
        reverse("ad_postback", args=["ads"]),
        {"pass": "nobody", "signature": sign("nobody", network.secret)},
    )

    assert answer.status_code == 404


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("x" * 4097, 413),
        ("&".join(f"a{n}=1" for n in range(30)), 400),
        ("%ff%fe=\x00", 403),
        ("", 403),
    ],
)
def test_a_body_that_is_odd_or_too_large_is_refused(phone, body, status):
    come_back(phone, offer_token(phone.member, timezone.now()))
    before = state()

    assert post_form(Pass.objects.get(), body).status_code == status

    assert state() == before


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_other_methods_are_refused(network, method):
    assert getattr(Client(), method)(reverse("ad_postback", args=["ads"])).status_code == 405
