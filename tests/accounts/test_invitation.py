import pytest

from accounts.models import Member
from accounts.selectors import top_inviters
from accounts.services import accept_invitation
from tests.factories import make_member
from tests.factories.staff import make_staff_member

pytestmark = pytest.mark.django_db


def test_an_invitation_is_counted():
    inviter, invited = make_member(), make_member()

    found = accept_invitation(member=invited, code=inviter.referral_code.lower())

    inviter.refresh_from_db()
    assert (found, inviter.invited_count) == (inviter, 1)
    assert Member.objects.get(pk=invited.pk).referred_by == inviter


def test_an_unknown_code_is_nobody_s():
    assert accept_invitation(member=make_member(), code="NOBODY") is None


def test_nobody_invites_himself():
    member = make_member()

    assert accept_invitation(member=member, code=member.referral_code) is None
    assert Member.objects.get(pk=member.pk).invited_count == 0


def test_a_second_inviter_is_not_taken():
    first, second, invited = make_member(), make_member(), make_member()
    accept_invitation(member=invited, code=first.referral_code)

    assert accept_invitation(member=invited, code=second.referral_code) is None
    assert Member.objects.get(pk=second.pk).invited_count == 0


def test_top_inviters_leave_out_staff_and_banned():
    best = make_member(invited_count=5)
    good = make_member(invited_count=3)
    make_member(invited_count=9, banned_at="2026-01-01T00:00:00Z")
    make_member()
    staff = make_staff_member("Junior")
    Member.objects.filter(pk=staff.pk).update(invited_count=9)

    assert top_inviters() == [best, good]
