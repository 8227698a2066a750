import json
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth import get_user_model
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts.errors import ReasonRequired
from accounts.models import AuditEntry, OutboxMessage
from accounts.services import COMMAND, web_actor
from points.errors import KeyReused
from points.models import Wallet
from tests.factories import make_member
from tests.queries import at_most
from vip.audience import Kind
from vip.errors import InvalidDays, NobodyToGrant, NotVip, UnknownOrder
from vip.models import VIP_UNTIL_MAX, Grant, GrantOrder, Membership
from vip.selectors import preview_grant, vip_until
from vip.services import Audience, carry_out_order, draft_grant, grant_vip, revoke_vip

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 5, 1, 12, 0, 0, 123456, tzinfo=UTC)
EVERYONE = Audience(Kind.ALL)


def grant(*members, days=7, audience=None, key="act:1", now=NOW, reason="Thanks", actor=COMMAND):
    return grant_vip(
        audience=audience or Audience.named(member.pk for member in members),
        days=days,
        reason=reason,
        actor=actor,
        key=key,
        now=now,
    )


def make_vip(until=NOW + timedelta(days=3), **fields):
    member = make_member(**fields)
    Membership.objects.create(member=member, vip_until=until)
    return member


def traces():
    """All that a grant may write."""
    return [
        list(Membership.objects.order_by("pk").values_list("pk", "vip_until")),
        Grant.objects.count(),
        GrantOrder.objects.count(),
        OutboxMessage.objects.count(),
        AuditEntry.objects.count(),
    ]


def refuse(refusal, *members, **fields):
    before = traces()

    with pytest.raises(refusal):
        grant(*members, **fields)

    assert traces() == before


def test_a_grant_starts_vip_for_who_never_had_it():
    member = make_member()

    grant(member, days=7)

    assert vip_until(member.pk) == NOW + timedelta(days=7)


def test_a_grant_is_added_to_what_is_left_to_the_microsecond():
    member = make_vip(NOW + timedelta(days=3, microseconds=654321))

    grant(member, days=7)

    assert vip_until(member.pk) == NOW + timedelta(days=10, microseconds=654321)


def test_a_grant_after_vip_has_ended_counts_from_now():
    member = make_vip(NOW - timedelta(days=3))

    grant(member, days=7)

    assert vip_until(member.pk) == NOW + timedelta(days=7)


def test_a_grant_moves_no_points():
    member = make_member(points=100)

    grant(member)

    assert Wallet.objects.get(pk=member.pk).balance == 100


def test_each_grant_leaves_history_notice_and_one_audit_entry():
    members = [make_member(), make_vip()]
    actor = web_actor(get_user_model().objects.create(username="chief"))

    order = grant(*members, actor=actor)

    history = Grant.objects.filter(order=order).order_by("pk")
    assert {row.membership_id for row in history} == {member.pk for member in members}
    assert {(row.kind, row.days, row.reason, row.actor_label) for row in history} == {
        ("staff", 7, "Thanks", "chief")
    }
    assert {row.until_before for row in history} == {None, NOW + timedelta(days=3)}
    notices = OutboxMessage.objects.filter(kind="vip.granted")
    assert {notice.member_id for notice in notices} == {member.pk for member in members}
    assert {json.dumps(notice.params) for notice in notices} == {json.dumps({"order": order.pk})}
    audit = AuditEntry.objects.get(action="vip.grant")
    assert (audit.reason, audit.details["granted"]) == ("Thanks", 2)


def test_the_audit_of_a_grant_to_one_names_him():
    member = make_member()

    grant(member)

    assert AuditEntry.objects.get(action="vip.grant").member_id == member.pk


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (Kind.ALL, {"vip", "former", "never", "away"}),
        (Kind.VIP, {"vip"}),
        (Kind.FORMER, {"former"}),
        (Kind.NEVER, {"never", "away"}),
        (Kind.RECENT, {"vip", "former", "never"}),
    ],
)
def test_an_audience_is_whom_its_name_says(kind, expected):
    seen = NOW - timedelta(days=1)
    members = {
        "vip": make_vip(last_seen_at=seen),
        "former": make_vip(NOW - timedelta(days=1), last_seen_at=seen),
        "never": make_member(last_seen_at=seen),
        "away": make_member(last_seen_at=NOW - timedelta(days=31)),
    }

    order = grant(audience=Audience(kind))

    given = set(Grant.objects.filter(order=order).values_list("membership", flat=True))
    assert given == {members[name].pk for name in expected}


def test_the_banned_the_gone_and_the_full_are_skipped_and_counted():
    banned = make_member(banned_at=NOW)
    gone = make_member(anonymised_at=NOW)
    full = make_vip(VIP_UNTIL_MAX - timedelta(days=1))
    well = make_member()

    order = grant(audience=EVERYONE, days=7)

    assert (order.granted, order.skipped) == (1, 3)
    assert vip_until(well.pk) == NOW + timedelta(days=7)
    assert vip_until(full.pk) == VIP_UNTIL_MAX - timedelta(days=1)
    assert not Membership.objects.filter(pk__in=[banned.pk, gone.pk]).exists()


def test_a_grant_up_to_the_last_moment_of_2199_is_given():
    member = make_vip(VIP_UNTIL_MAX - timedelta(days=7))

    grant(member, days=7)

    assert vip_until(member.pk) == VIP_UNTIL_MAX


def test_who_cannot_be_reached_is_given_vip_and_no_notice():
    member = make_member(reachability="blocked")

    grant(member)

    assert vip_until(member.pk) is not None
    assert not OutboxMessage.objects.exists()


@pytest.mark.parametrize("days", [0, -1, 36_501])
def test_days_out_of_bounds_are_refused(days):
    refuse(InvalidDays, make_member(), days=days)


@pytest.mark.parametrize("reason", ["", "  ", "\x00"])
def test_a_grant_without_a_reason_is_refused(reason):
    refuse(ReasonRequired, make_member(), reason=reason)


def test_a_grant_to_nobody_is_refused():
    refuse(NobodyToGrant, make_member(banned_at=NOW))


def test_the_same_key_grants_once_and_returns_what_was_done():
    member = make_member()
    first = grant(member)
    before = traces()

    second = grant(member, now=NOW + timedelta(minutes=1))

    assert traces() == before
    assert (second.pk, second.granted) == (first.pk, 1)


def test_a_repeat_to_all_gives_nothing_to_who_joined_in_between():
    make_member()
    grant(audience=EVERYONE)
    late = make_member()

    grant(audience=EVERYONE)

    assert vip_until(late.pk) is None


@pytest.mark.parametrize("change", [{"days": 8}, {"reason": "Other"}, {"audience": EVERYONE}])
def test_the_same_key_for_something_else_is_refused(change):
    member = make_member()
    grant(member)

    refuse(KeyReused, member, **change)


def test_the_preview_says_what_the_grant_then_does():
    make_member(banned_at=NOW)
    make_member(anonymised_at=NOW)
    make_vip(VIP_UNTIL_MAX)
    make_vip(NOW + timedelta(days=3))
    make_vip(NOW - timedelta(days=3))
    make_member()

    preview = preview_grant(EVERYONE, days=7, now=NOW)
    order = grant(audience=EVERYONE, days=7)

    untils = Grant.objects.filter(order=order).values_list("until_after", flat=True)
    assert preview.granted == order.granted == 3
    assert preview.banned + preview.gone + preview.too_long == order.skipped == 3
    assert (preview.until_first, preview.until_last) == (min(untils), max(untils))


def test_the_preview_changes_nothing():
    make_member()
    before = traces()

    preview_grant(EVERYONE, days=7, now=NOW)

    assert traces() == before


def test_a_draft_gives_nothing_until_it_is_carried_out():
    member = make_member()
    order = draft_grant(
        audience=EVERYONE, days=7, reason="Thanks", actor=COMMAND, key="act:1", now=NOW
    )
    assert vip_until(member.pk) is None

    carry_out_order(order_id=order.pk, actor=COMMAND, now=NOW)

    assert vip_until(member.pk) == NOW + timedelta(days=7)


def test_anothers_draft_is_refused():
    member = make_member()
    order = draft_grant(
        audience=EVERYONE, days=7, reason="Thanks", actor=COMMAND, key="act:1", now=NOW
    )
    other = web_actor(get_user_model().objects.create(username="other"))

    with pytest.raises(UnknownOrder):
        carry_out_order(order_id=order.pk, actor=other, now=NOW)

    assert vip_until(member.pk) is None


def test_a_grant_to_many_takes_as_many_queries_as_to_few():
    for _ in range(60):
        make_member()

    with at_most(16):
        grant(audience=EVERYONE)

    assert Grant.objects.count() == 60


def revoke(member, *, key="revoke:1", reason="Cheating"):
    return revoke_vip(member_id=member.pk, reason=reason, actor=COMMAND, key=key, now=NOW)


def test_revoking_ends_vip_now_and_leaves_history_notice_and_audit():
    member = make_vip(NOW + timedelta(days=3))

    grant = revoke(member)

    assert vip_until(member.pk) == NOW
    assert (grant.kind, grant.until_before) == ("revoked", NOW + timedelta(days=3))
    assert OutboxMessage.objects.get().kind == "vip.revoked"
    assert AuditEntry.objects.get(action="vip.revoke").reason == "Cheating"


def test_revoking_twice_under_one_key_revokes_once():
    member = make_vip()

    assert revoke(member).pk == revoke(member).pk
    assert Grant.objects.count() == 1


@pytest.mark.parametrize("until", [None, NOW, NOW - timedelta(days=1)])
def test_revoking_from_who_is_not_vip_is_refused(until):
    member = make_vip(until)

    with pytest.raises(NotVip):
        revoke(member)

    assert vip_until(member.pk) == until
    assert not Grant.objects.exists()


def test_revoking_without_a_reason_is_refused():
    member = make_vip()

    with pytest.raises(ReasonRequired):
        revoke(member, reason=" ")

    assert vip_until(member.pk) == NOW + timedelta(days=3)


def test_after_a_revocation_vip_can_be_given_anew():
    member = make_vip(timezone.now() + timedelta(days=3))
    revoke(member)

    grant(member, days=1)

    assert vip_until(member.pk) == NOW + timedelta(days=1)


@pytest.mark.parametrize("verb", ["update", "delete"])
def test_the_database_itself_refuses_to_change_history(verb):
    grant(make_member())
    statement = {
        "update": "UPDATE vip_grant SET days = 1",
        "delete": "DELETE FROM vip_grant",
    }[verb]

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)

    assert Grant.objects.get().days == 7
