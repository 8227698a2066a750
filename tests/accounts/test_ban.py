from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.errors import (
    AlreadyBanned,
    AlreadyFrozen,
    MemberGone,
    NotBanned,
    NotFrozen,
    ReasonRequired,
    StaffProtected,
)
from accounts.models import AuditEntry, Member, OutboxMessage
from accounts.services import COMMAND, ban, freeze, unban, unfreeze
from points.errors import WalletFrozen
from points.models import Wallet
from points.services import transfer
from tests.factories import make_member
from tests.factories.staff import make_staff_member

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def act(service, member, reason="spam"):
    return service(member_id=member.pk, actor=COMMAND, reason=reason, now=NOW)


def state_of(member) -> tuple:
    fresh = Member.objects.get(pk=member.pk)
    return fresh.banned_at, fresh.ban_reason, fresh.frozen_at


def test_a_ban_keeps_its_reason_and_is_on_record():
    member = make_member()

    act(ban, member)

    entry = AuditEntry.objects.get(action="member.ban")
    assert state_of(member) == (NOW, "spam", None)
    assert (entry.member_id, entry.reason, entry.actor_label) == (
        member.pk,
        "spam",
        "command line",
    )


def test_a_ban_freezes_the_points_and_wipes_none():
    member, friend = make_member(points=50), make_member()
    act(ban, member)

    with pytest.raises(WalletFrozen):
        transfer(sender_id=member.pk, receiver_id=friend.pk, amount=1, key="k", now=NOW)

    assert Wallet.objects.get(pk=member.pk).balance == 50


def test_unban_lifts_the_ban_and_tells_the_member_once():
    member = make_member(banned_at=NOW, ban_told_at=NOW)

    act(unban, member)

    assert state_of(member) == (None, "", None)
    assert Member.objects.get(pk=member.pk).ban_told_at is None
    assert [m.kind for m in OutboxMessage.objects.filter(member=member)] == ["accounts.unbanned"]


def test_a_second_ban_is_told_again_when_it_is_lifted():
    member = make_member()
    for minutes in (0, 5):
        at = NOW + timedelta(minutes=minutes)
        ban(member_id=member.pk, actor=COMMAND, reason="spam", now=at)
        unban(member_id=member.pk, actor=COMMAND, reason="sorry", now=at)

    assert OutboxMessage.objects.filter(kind="accounts.unbanned").count() == 2


def test_freeze_and_unfreeze_tell_the_member():
    member = make_member()

    act(freeze, member)
    frozen = state_of(member)
    act(unfreeze, member)

    kinds = list(OutboxMessage.objects.order_by("pk").values_list("kind", flat=True))
    assert (frozen[2], state_of(member)[2]) == (NOW, None)
    assert kinds == ["accounts.frozen", "accounts.unfrozen"]


def test_a_banned_member_is_not_told_of_a_freeze():
    member = make_member(banned_at=NOW)

    act(freeze, member)

    assert not OutboxMessage.objects.exists()


@pytest.mark.parametrize(
    ("service", "fields", "refusal"),
    [
        (ban, {"banned_at": NOW}, AlreadyBanned),
        (unban, {}, NotBanned),
        (freeze, {"frozen_at": NOW}, AlreadyFrozen),
        (unfreeze, {}, NotFrozen),
        (unfreeze, {"banned_at": NOW}, NotFrozen),
        (ban, {"anonymised_at": NOW}, MemberGone),
        (freeze, {"anonymised_at": NOW}, MemberGone),
    ],
)
def test_what_makes_no_sense_is_refused_and_changes_nothing(service, fields, refusal):
    member = make_member(**fields)
    before = state_of(member)

    with pytest.raises(refusal):
        act(service, member)

    assert state_of(member) == before
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize("service", [ban, unban, freeze, unfreeze])
@pytest.mark.parametrize("reason", ["", "   ", "\x00\n"])
def test_a_reason_is_required(service, reason):
    member = make_member()

    with pytest.raises(ReasonRequired):
        act(service, member, reason)

    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize("service", [ban, freeze])
def test_staff_are_not_banned_or_frozen(service):
    member = make_staff_member("Junior")

    with pytest.raises(StaffProtected):
        act(service, member)

    assert state_of(member) == (None, "", None)
