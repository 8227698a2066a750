"""Staff take a vouch back in the bot."""

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone

from points.models import Vouch
from points.selectors import balance_of
from points.services import transfer
from tests.botrunner.test_vouch_screens import plain, vouch
from tests.factories import make_member
from tests.factories.staff import make_staff_member
from tests.factories.vouches import make_provider
from tests.phone import Phone

pytestmark = pytest.mark.django_db


@pytest.fixture
def pia():
    return make_provider(first_name="Pia", username="pia").member


@pytest.fixture
def ann(pia):
    return Phone(make_member(first_name="Ann", username="ann"))


def test_staff_take_a_vouch_back_with_a_reason(ann, pia):
    for _ in range(2):
        vouch(pia, make_member(first_name="Fan"))
    senior = Phone(make_staff_member("Senior"))
    senior.say("/vouches @pia")

    asked = plain(senior.press("✖️ 2"))
    text = plain(senior.say("not a <b>real</b> photo"))

    assert "the vouch by Fan for Pia" in asked and "For what reason" in asked
    assert "no longer counts" in text and "Pia</b> · 1 vouch" in text
    voided = Vouch.objects.earliest("pk")
    assert (voided.void_reason, balance_of(pia.pk)) == ("not a <b>real</b> photo", 1)
    assert "not a &lt;b&gt;real" in Phone(pia).say("/history")


def test_juniors_and_members_find_no_such_button(ann, pia):
    vouch(pia, ann.member)

    for phone in (Phone(make_staff_member("Junior")), ann, Phone(pia)):
        phone.say("/vouches @pia")
        assert not any("✖️" in label for label in phone.buttons)


def test_who_lost_the_permission_meanwhile_takes_nothing_back(ann, pia):
    vouch(pia, ann.member)
    member = make_staff_member("Senior")
    senior = Phone(member)
    senior.say("/vouches @pia")
    data = senior.data_of("✖️ 1")
    senior.press("✖️ 1")
    member.staff_user.groups.set([Group.objects.get(name="Junior")])

    assert "✅" not in senior.say("staged")
    assert "✅" not in senior.press_data(data)
    assert Vouch.objects.get().voided_at is None


def test_a_vouch_whose_points_are_spent_shows_the_way_out(ann, pia):
    vouch(pia, ann.member)
    transfer(sender_id=pia.pk, receiver_id=ann.member.pk, amount=1, key="k", now=timezone.now())
    senior = Phone(make_staff_member("Senior"))
    senior.say("/vouches @pia")
    senior.press("✖️ 1")

    text = plain(senior.say("staged"))

    assert "Pia has already spent" in text and "/addpoints" in text
    assert Vouch.objects.get().voided_at is None
