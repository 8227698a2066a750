"""VIP is taken from several members by one order."""

import pytest

from accounts.models import AuditEntry, Member, OutboxMessage
from accounts.services import COMMAND
from tests.factories import make_member
from tests.vip.orders import DAY, EVERYONE, NOW, SECOND, finish
from vip.audience import Kind
from vip.errors import NotVip
from vip.models import Grant, GrantOrder, Membership
from vip.selectors import preview_revoke, vip_until
from vip.services import Audience, grant_vip, revoke_many

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("chunks_of_three")]


def make_vips(count):
    members = [make_member() for _ in range(count)]
    Membership.objects.bulk_create(
        Membership(member=member, vip_until=NOW + 3 * DAY) for member in members
    )
    return members


def revoke(audience=EVERYONE, key="act:1") -> GrantOrder:
    return revoke_many(audience=audience, reason="Cheating", actor=COMMAND, key=key, now=NOW)


def test_vip_is_taken_from_several_with_history_notice_and_audit():
    ann, bob = make_vips(2)
    other = make_vips(1)[0]

    order = revoke(Audience.named([ann.pk, bob.pk]))

    assert [vip_until(member.pk) for member in (ann, bob)] == [NOW, NOW]
    assert vip_until(other.pk) == NOW + 3 * DAY
    history = Grant.objects.values_list("kind", "days", "until_before", "until_after", "reason")
    assert set(history) == {("revoked", None, NOW + 3 * DAY, NOW, "Cheating")}
    assert OutboxMessage.objects.filter(kind="vip.revoked").count() == 2
    assert AuditEntry.objects.get().action == "vip.revoke"
    assert (order.granted, order.days) == (2, 0)


def test_vip_is_taken_from_very_many_chunk_by_chunk():
    members = make_vips(8)

    order = finish(revoke(Audience(Kind.VIP)))

    assert {vip_until(member.pk) for member in members} == {NOW + SECOND}
    assert (order.granted, order.skipped) == (8, 0)


def test_vip_is_taken_from_the_banned_too_and_who_has_none_is_counted():
    banned, never = make_vips(1)[0], make_member()
    Member.objects.filter(pk=banned.pk).update(banned_at=NOW)
    audience = Audience.named([banned.pk, never.pk])

    preview = preview_revoke(audience, now=NOW)
    order = revoke(audience)

    assert (order.granted, order.skipped) == (preview.granted, preview.skipped) == (1, 1)
    assert vip_until(banned.pk) == NOW
    assert not Membership.objects.filter(pk=never.pk).exists()


def test_revoking_under_one_key_revokes_once():
    (ann,) = make_vips(1)
    audience = Audience.named([ann.pk])
    revoke(audience)
    grant_vip(audience=audience, days=3, reason="Sorry", actor=COMMAND, key="act:2", now=NOW)

    revoke(audience)

    assert vip_until(ann.pk) == NOW + 3 * DAY


def test_revoking_from_nobody_who_has_any_is_refused():
    with pytest.raises(NotVip):
        revoke(Audience.named([make_member().pk]))

    assert not GrantOrder.objects.exists()
