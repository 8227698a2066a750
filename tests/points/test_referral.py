import pytest
from django.utils import timezone

from accounts.models import OutboxMessage
from points.models import Entry, PointsSettings, Wallet
from points.services import reward_referral
from tests.factories import make_member

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def reward(inviter, invited):
    return reward_referral(inviter_id=inviter.pk, invited_id=invited.pk, now=NOW)


def balances(*members) -> list[int]:
    return [Wallet.objects.get(pk=member.pk).balance for member in members]


def test_both_get_points_and_the_inviter_is_told():
    inviter, invited = make_member(), make_member()

    assert reward(inviter, invited) == 25

    assert balances(inviter, invited) == [25, 25]
    assert [m.member_id for m in OutboxMessage.objects.all()] == [inviter.pk]


def test_a_repeat_gives_nothing_more():
    inviter, invited = make_member(), make_member()

    reward(inviter, invited)
    reward(inviter, invited)

    assert balances(inviter, invited) == [25, 25]
    assert OutboxMessage.objects.count() == 1


@pytest.mark.parametrize("field", ["banned_at", "frozen_at"])
def test_a_frozen_inviter_gets_nothing_and_the_invited_does(field):
    inviter, invited = make_member(**{field: NOW}), make_member()

    reward(inviter, invited)

    assert balances(inviter, invited) == [0, 25]
    assert not OutboxMessage.objects.exists()


def test_no_reward_is_set():
    PointsSettings.objects.create(referral_points=0)

    assert reward(make_member(), make_member()) == 0
    assert not Entry.objects.exists()
