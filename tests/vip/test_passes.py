"""Passes: offered, used once, by their own member, in time, so many a day."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import override_settings

from tests.factories import make_member
from tests.factories.ads import make_network, offer_token, token_of
from vip.errors import (
    ForeignPass,
    PassCapReached,
    PassExpired,
    PassUsed,
    PremiumNotOffered,
    UnknownPass,
)
from vip.models import AdNetwork, Membership, Pass, VipSettings
from vip.selectors import premium_until
from vip.services import offer_pass, use_pass

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)


@pytest.fixture
def member():
    return make_member()


@pytest.fixture(autouse=True)
def network():
    return make_network()


def state():
    passes = Pass.objects.order_by("pk").values_list("pk", "granted_at", "is_current", "link")
    return list(passes), list(Membership.objects.values_list("pk", "premium_until"))


def use(member, token, now=NOON):
    return use_pass(member_id=member.pk, token=token, now=now)


def get_premium(member, now):
    return use(member, offer_token(member, now), now)


def test_a_token_fits_telegrams_parameter_and_holds_128_bits_and_more(member):
    tokens = [token_of(offer_pass(member_id=make_member().pk, now=NOON)) for _ in range(20)]

    assert all(re.fullmatch(r"ad_[A-Za-z0-9_-]{32}", token) for token in tokens)
    assert len(set(tokens)) == 20


def test_the_database_holds_no_token(member):
    token = offer_token(member, NOON)

    row = Pass.objects.values().get()

    assert token not in str(row)
    assert token.partition("_")[2] not in str(row)


@override_settings(SECRET_KEY="another-key-than-the-one-before-it-0123456789")
def test_with_another_key_a_pass_is_offered_anew(member):
    with override_settings(SECRET_KEY="the-key-before-it-which-nobody-has-any-more"):
        old = offer_pass(member_id=member.pk, now=NOON)
        old_token = token_of(old)

    new = offer_pass(member_id=member.pk, now=NOON)

    assert new.pk != old.pk
    assert use(member, old_token).until == NOON + 12 * HOUR


def test_asked_again_the_offer_is_the_same_until_it_expires(member):
    first = offer_pass(member_id=member.pk, now=NOON)

    again = offer_pass(member_id=member.pk, now=NOON + HOUR - SECOND)
    later = offer_pass(member_id=member.pk, now=NOON + HOUR)

    assert again.pk == first.pk
    assert later.pk != first.pk
    assert later.expires_at == NOON + 2 * HOUR


def test_two_current_passes_of_a_member_cannot_be(member, network):
    offer_pass(member_id=member.pk, now=NOON)

    with pytest.raises(IntegrityError, match="pass_one_current|vip_pass.member_id"):
        Pass.objects.create(
            member=member,
            network=network,
            alias="x",
            token_hash="x",
            offered_at=NOON,
            expires_at=NOON,
        )


def test_a_used_pass_gives_premium(member):
    use_ = get_premium(member, NOON)

    assert (use_.until, use_.left_today) == (NOON + 12 * HOUR, 3)
    assert premium_until(member.pk) == NOON + 12 * HOUR
    held = Pass.objects.get()
    assert (held.granted_at, held.until_after, held.day_number) == (NOON, NOON + 12 * HOUR, 1)


def test_premium_is_extended_to_twelve_hours_from_now_and_never_cut(member):
    get_premium(member, NOON)
    assert get_premium(member, NOON + HOUR).until == NOON + 13 * HOUR

    Membership.objects.update(premium_until=NOON + 50 * HOUR)

    assert get_premium(member, NOON + 2 * HOUR).until == NOON + 50 * HOUR


def test_a_pass_leaves_vip_as_it_is(member):
    Membership.objects.create(member=member, vip_until=NOON + HOUR)

    get_premium(member, NOON)

    assert Membership.objects.get().vip_until == NOON + HOUR


def test_a_token_works_once(member):
    token = offer_token(member, NOON)
    use(member, token)
    before = state()

    with pytest.raises(PassUsed) as refused:
        use(member, token, NOON + SECOND)

    assert refused.value.params == {"until": NOON + 12 * HOUR}
    assert state() == before


def test_a_used_token_stays_used_when_its_time_and_its_premium_are_over(member):
    token = offer_token(member, NOON)
    use(member, token)

    with pytest.raises(PassUsed) as refused:
        use(member, token, NOON + 12 * HOUR)

    assert refused.value.params == {"until": None}


def test_another_members_token_is_refused_and_stays_good(member):
    token, before = offer_token(member, NOON), state()

    with pytest.raises(ForeignPass):
        use(make_member(), token)

    assert state() == before
    assert use(member, token).until


@pytest.mark.parametrize(("late", "is_refused"), [(-SECOND, False), (SECOND * 0, True)])
def test_a_pass_ends_at_its_exact_second(member, late, is_refused):
    token = offer_token(member, NOON)
    moment = NOON + HOUR + late
    before = state()

    if is_refused:
        with pytest.raises(PassExpired):
            use(member, token, moment)
        assert state() == before
    else:
        assert use(member, token, moment).until == moment + 12 * HOUR


@pytest.mark.parametrize(
    "token",
    ["", "ad_", "ad_" + "A" * 32, "ad_' OR 1=1 --", "ad_\x00", "ad_\ud800", "ad_" + "ü" * 40],
)
def test_a_guessed_token_is_unknown_and_changes_nothing(member, token):
    offer_token(member, NOON)
    before = state()

    with pytest.raises(UnknownPass):
        use(member, token)

    assert state() == before


def test_so_many_a_day_and_no_more(member):
    for number in range(4):
        assert get_premium(member, NOON + number * SECOND).left_today == 3 - number
    before = state()

    with pytest.raises(PassCapReached) as refused:
        offer_pass(member_id=member.pk, now=NOON + 5 * SECOND)

    assert refused.value.params == {"limit": 4, "opens_at": datetime(2026, 5, 2, tzinfo=UTC)}
    assert state() == before


def test_a_token_kept_over_the_cap_is_refused_and_not_used_up(member):
    VipSettings.objects.create(passes_daily_max=1)
    get_premium(member, NOON - 2 * HOUR)
    VipSettings.objects.update(passes_daily_max=2)
    token = offer_token(member, NOON)
    VipSettings.objects.update(passes_daily_max=1)
    before = state()

    with pytest.raises(PassCapReached):
        use(member, token)

    assert state() == before


def test_the_day_ends_at_midnight_utc_whatever_the_members_zone():
    member = make_member(timezone="Asia/Dubai")
    VipSettings.objects.create(passes_daily_max=1)
    midnight = datetime(2026, 5, 2, tzinfo=UTC)
    get_premium(member, midnight - SECOND)

    with pytest.raises(PassCapReached):
        offer_pass(member_id=member.pk, now=midnight - timedelta(microseconds=1))

    assert get_premium(member, midnight).left_today == 0


def test_a_pass_offered_before_midnight_counts_on_the_day_it_is_used(member):
    VipSettings.objects.create(passes_daily_max=1)
    midnight = datetime(2026, 5, 2, tzinfo=UTC)
    token = offer_token(member, midnight - SECOND)

    use(member, token, midnight)

    with pytest.raises(PassCapReached):
        offer_pass(member_id=member.pk, now=midnight + SECOND)


def test_a_clock_set_back_over_midnight_gives_no_more_than_each_days_share(member):
    VipSettings.objects.create(passes_daily_max=1)
    midnight = datetime(2026, 5, 2, tzinfo=UTC)
    get_premium(member, midnight - SECOND)
    get_premium(member, midnight)

    with pytest.raises(PassCapReached):
        offer_pass(member_id=member.pk, now=midnight - SECOND)


def test_without_a_network_in_use_nothing_is_offered(member):
    AdNetwork.objects.update(is_active=False)

    with pytest.raises(PremiumNotOffered):
        offer_pass(member_id=member.pk, now=NOON)

    assert state() == ([], [])


def test_a_link_of_a_network_no_longer_in_use_still_works(member):
    token = offer_token(member, NOON)
    AdNetwork.objects.update(is_active=False)

    assert use(member, token).until == NOON + 12 * HOUR


def test_one_network_at_a_time_is_in_use():
    with pytest.raises(IntegrityError), transaction.atomic():
        make_network("other")


def test_a_network_that_wants_proof_gives_no_link_without_an_ad():
    with pytest.raises(IntegrityError), transaction.atomic():
        make_network("other", is_active=False, needs_proof=True, on_failure="bare")


@pytest.mark.parametrize("change", [{"granted_at": NOON}, {"day_number": 1}, {"until_after": NOON}])
def test_a_pass_cannot_be_granted_by_half(member, change):
    offer_token(member, NOON)

    with pytest.raises(IntegrityError, match="pass_granted_whole"):
        Pass.objects.update(**change)
