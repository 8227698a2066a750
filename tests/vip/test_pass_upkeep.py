"""What becomes of passes: cleaned away, counted, exported, forgotten."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest

from accounts.selectors import export_member
from accounts.services import delete_member, member_actor
from botrunner.start_line import CLEANERS, clean_and_describe
from project.dashboard import close_days
from tests.factories import make_member
from tests.factories.ads import make_network, offer_token, token_of
from vip.conversion import CHARTS, passes_by_day, premium_now
from vip.errors import PassExpired, UnknownPass
from vip.jobs import purge_passes
from vip.models import Membership, Pass, PassDay
from vip.services import pass_upkeep, use_pass

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
FIRST = date(2026, 5, 1)


@pytest.fixture(autouse=True)
def network():
    return make_network()


def use(member, token, now):
    return use_pass(member_id=member.pk, token=token, now=now)


def test_an_expired_pass_says_so_for_a_day_and_is_then_unknown():
    member = make_member()
    token = offer_token(member, NOON)
    expiry = NOON + timedelta(hours=1)

    assert purge_passes(expiry + DAY) == 0
    with pytest.raises(PassExpired):
        use(member, token, expiry + DAY)
    assert purge_passes(expiry + DAY + SECOND) == 1
    with pytest.raises(UnknownPass):
        use(member, token, expiry + DAY + SECOND)


def test_live_and_used_passes_stay():
    member, other = make_member(), make_member()
    use(member, offer_token(member, NOON), NOON)
    offer_token(other, NOON + 30 * DAY)

    assert purge_passes(NOON + 30 * DAY) == 0
    assert Pass.objects.count() == 2


def test_any_number_is_dropped_in_batches(monkeypatch):
    monkeypatch.setattr(pass_upkeep, "BATCH", 3)
    for _ in range(8):
        offer_token(make_member(), NOON)

    assert purge_passes(NOON + 3 * DAY) == 8
    assert PassDay.objects.get().offered == 8


def test_run_twice_it_counts_once():
    offer_token(make_member(), NOON)

    assert (purge_passes(NOON + 3 * DAY), purge_passes(NOON + 3 * DAY)) == (1, 0)
    assert PassDay.objects.get().offered == 1


def test_it_runs_when_the_bot_starts():
    offer_token(make_member(), datetime(2026, 5, 1, tzinfo=UTC))

    assert "vip.jobs.purge_passes" in CLEANERS
    assert "Premium 0" in clean_and_describe()
    assert not Pass.objects.exists()


def tell_story():
    """Of five offered, three before and two after a midnight, three are opened, one is used."""
    midnight = datetime(2026, 5, 2, tzinfo=UTC)
    members = [make_member() for _ in range(5)]
    tokens = [
        offer_token(member, midnight + timedelta(minutes=minutes))
        for member, minutes in zip(members, (-10, -10, -10, 10, 10), strict=True)
    ]
    for member, minutes in zip(members[1:4], (-5, 5, 15), strict=True):
        Pass.objects.filter(member=member).update(opened_at=midnight + timedelta(minutes=minutes))
    use(members[2], tokens[2], midnight + timedelta(minutes=8))


def test_the_chart_counts_each_step_by_its_own_day():
    tell_story()

    assert passes_by_day(FIRST, FIRST + 3 * DAY) == {
        date(2026, 5, 1): {"offered": 3, "opened": 1},
        date(2026, 5, 2): {"offered": 2, "opened": 2, "granted": 1},
    }


def test_the_chart_is_the_same_after_the_cleaning():
    tell_story()
    before = passes_by_day(FIRST, FIRST + 3 * DAY)

    assert purge_passes(NOON + 9 * DAY) == 4

    assert passes_by_day(FIRST, FIRST + 3 * DAY) == before


def test_a_day_that_was_kept_is_never_wrong_afterwards():
    tell_story()
    kept = close_days(CHARTS[0], date(2026, 5, 3))
    purge_passes(NOON + 9 * DAY)

    assert close_days(CHARTS[0], date(2026, 5, 3)) == kept
    assert kept[date(2026, 5, 2)] == {"offered": 2, "opened": 2, "granted": 1}


def test_how_many_have_premium_now():
    member = make_member()
    Membership.objects.create(member=make_member(), premium_until=NOON)
    use(member, offer_token(member, NOON), NOON)

    reading = premium_now(NOON + SECOND)

    assert (reading.value, reading.note) == (1, "1 by ad today")


def test_his_own_copy_shows_his_passes_and_no_token_or_link():
    member = make_member()
    use(member, offer_token(member, NOON), NOON)
    token = offer_token(member, NOON)
    Pass.objects.filter(is_current=True).update(link="https://short.example/secret")

    data = export_member(member.pk)["vip"]

    assert data["premium_until"] == NOON + timedelta(hours=12)
    assert [row["granted_at"] for row in data["passes"]] == [None, NOON]
    text = json.dumps(data, default=str)
    assert token not in text and "short.example" not in text
    assert Pass.objects.last().alias not in text


def test_without_a_membership_the_copy_is_empty():
    data = export_member(make_member().pk)["vip"]

    assert (data["premium_until"], data["passes"]) == (None, [])


def test_who_has_his_data_deleted_leaves_no_open_pass():
    member, other = make_member(), make_member()
    use(member, offer_token(member, NOON), NOON)
    token, kept = offer_token(member, NOON), offer_token(other, NOON)

    delete_member(member_id=member.pk, actor=member_actor(member), now=NOON)

    assert set(Pass.objects.filter(member=member).values_list("granted_at", "link")) == {(NOON, "")}
    with pytest.raises(UnknownPass):
        use(other, token, NOON)
    assert use(other, kept, NOON).until
    assert PassDay.objects.get().offered == 1
    assert token_of(Pass.objects.filter(member=member).get()) != token
