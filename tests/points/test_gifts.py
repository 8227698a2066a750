"""Items given by the staff: to one, to some, to all that a list shows."""

import pytest

from accounts.errors import ReasonRequired
from accounts.models import AuditEntry, Member, OutboxMessage
from accounts.services import SYSTEM
from points.errors import MultiplierActive, NobodyToGive
from points.models import Item, ItemEntry
from points.selectors import bag_of, preview_gift
from points.services import Gift, gifts, give_items, use_multiplier, verify_ledger
from tests.concurrency import run_together
from tests.factories import give_item, make_member
from tests.points.conftest import NOW
from tests.queries import at_most

pytestmark = pytest.mark.django_db


def members_of(*members):
    return Member.objects.filter(pk__in=[member.pk for member in members])


def give(members, kind="multiplier_x2", quantity=1, *, key="g", reason="contest", actor=SYSTEM):
    return give_items(
        members=members,
        kind=kind,
        quantity=quantity,
        reason=reason,
        key=key,
        actor=actor,
        now=NOW,
    )


@pytest.mark.parametrize("kind", Item.Kind.values)
def test_a_gift_is_kept_audited_and_told(actor, kind):
    ann, boris = make_member(), make_member()
    give_item(boris, kind, 2)

    assert give(members_of(ann, boris), kind, 3, actor=actor) == Gift(given=2, skipped=0)

    assert [bag_of(member.pk) for member in (ann, boris)] == [{kind: 3}, {kind: 5}]
    audit = AuditEntry.objects.filter(action="points.gift", reason="contest")
    assert set(audit.values_list("member_id", flat=True)) == {ann.pk, boris.pk}
    told = OutboxMessage.objects.filter(kind="points.gift", params={"count": 3, "item": kind})
    assert told.count() == 2
    assert ItemEntry.objects.filter(actor_label="chief", actor_user_id=7, note="contest").count()


def test_the_same_gift_is_given_once(state):
    ann = make_member()
    give(members_of(ann))
    before = state()

    assert give(members_of(ann)).given == 0
    assert state() == before


def test_a_gift_that_was_broken_off_goes_on_where_it_was(monkeypatch):
    monkeypatch.setattr(gifts, "CHUNK", 2)
    everybody = [make_member() for _ in range(5)]
    give(members_of(*everybody[:2]))

    assert give(Member.objects.all()).given == 3
    assert [bag_of(member.pk) for member in everybody] == [{"multiplier_x2": 1}] * 5


@pytest.mark.parametrize("field", ["frozen_at", "banned_at", "anonymised_at"])
def test_who_can_receive_nothing_is_left_out(field):
    ann, boris = make_member(), make_member(**{field: NOW})

    preview = preview_gift(members_of(ann, boris))

    assert (preview.given, preview.skipped, preview.members) == (1, 1, [ann])
    assert give(members_of(ann, boris)) == Gift(given=1, skipped=1)
    assert bag_of(boris.pk) == {}


@pytest.mark.parametrize(
    ("fields", "reason", "refusal"),
    [
        ({"frozen_at": NOW}, "x", NobodyToGive),
        ({}, "  ", ReasonRequired),
    ],
)
def test_a_refused_gift_gives_nobody_anything(state, fields, reason, refusal):
    ann = make_member(**fields)
    before = state()

    with pytest.raises(refusal):
        give(members_of(ann), reason=reason)

    assert state() == before


def test_a_large_gift_needs_few_queries_and_is_audited_in_one_line(monkeypatch):
    monkeypatch.setattr(gifts, "NAMED_MAX", 9)
    for _ in range(40):
        make_member()

    with at_most(14):
        give(Member.objects.all())

    audit = AuditEntry.objects.get()
    assert (audit.member_id, audit.target) == (None, "40 members")
    assert set(OutboxMessage.objects.values_list("priority", flat=True)) == {9}


def use(member, key):
    return use_multiplier(member_id=member.pk, kind="multiplier_x2", key=key, now=NOW)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_gifts_and_uses_at_once_lose_nothing():
    ann = make_member()
    give_item(ann, "multiplier_x2", 5)

    results = run_together(
        *(lambda n=n: give(members_of(ann), key=f"g{n}") for n in range(6)),
        *(lambda n=n: use(ann, f"u{n}") for n in range(6)),
        *(lambda: give(members_of(ann), key="same") for _ in range(3)),
    )

    assert sum(isinstance(result, MultiplierActive) for result in results) == 5
    assert sum(result.given for result in results if isinstance(result, Gift)) == 7
    assert bag_of(ann.pk) == {"multiplier_x2": 5 + 7 - 1}
    assert verify_ledger(actor=SYSTEM, now=NOW).faults == []


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_gifts_over_the_same_members_wait_for_each_other(monkeypatch):
    monkeypatch.setattr(gifts, "CHUNK", 3)
    everybody = [make_member() for _ in range(10)]

    results = run_together(
        *(lambda k=k: give(Member.objects.order_by("-pk"), key=k) for k in ("a", "a", "b", "b"))
    )

    assert sum(result.given for result in results) == 20
    assert [bag_of(member.pk) for member in everybody] == [{"multiplier_x2": 2}] * 10
