import pytest
from django.utils import timezone

from accounts.models import Member
from accounts.services import COMMAND, Arrival, Contact, create_member, delete_member
from tests.factories import make_member

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def test_the_first_contact_makes_a_member():
    member, arrival = create_member(Contact(42, first_name="Ann\x00"), now=NOW)

    assert (member.first_name, arrival) == ("Ann", Arrival.FIRST)


def test_a_second_contact_makes_nobody():
    make_member(telegram_id=42)

    _member, arrival = create_member(Contact(42), now=NOW)

    assert (arrival, Member.objects.count()) == (Arrival.KNOWN, 1)


def test_who_deleted_his_data_is_known_to_return_and_gets_a_row_of_his_own():
    former = make_member(telegram_id=42)
    delete_member(member_id=former.pk, actor=COMMAND, now=NOW)

    member, arrival = create_member(Contact(42), now=NOW)

    assert arrival is Arrival.RETURNED
    assert member.pk != former.pk


def test_a_ban_outlives_the_deletion_of_the_data():
    former = make_member(telegram_id=42, banned_at=NOW, frozen_at=NOW)
    delete_member(member_id=former.pk, actor=COMMAND, now=NOW)

    member, _arrival = create_member(Contact(42), now=NOW)

    assert (member.banned_at, member.frozen_at) == (NOW, NOW)


def test_a_name_of_4096_characters_is_cut():
    member, _arrival = create_member(Contact(42, first_name="a" * 4096), now=NOW)

    assert len(Member.objects.get(pk=member.pk).first_name) == 256
