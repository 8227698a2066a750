import pytest

from accounts.errors import ReasonRequired
from accounts.models import AuditEntry, OutboxMessage
from points.errors import BelowZero, InvalidAmount, KeyReused
from points.models import Entry
from points.selectors import balance_of
from points.services import adjust
from tests.factories import make_member
from tests.points.conftest import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def change(actor):
    def call(member, change=-30, *, key="op:1", reason="event prize"):
        return adjust(
            member_id=member.pk, change=change, reason=reason, key=key, actor=actor, now=NOW
        )

    return call


@pytest.mark.parametrize(("points", "by", "after"), [(100, 50, 150), (100, -100, 0)])
def test_the_balance_changes_and_the_act_is_audited(change, points, by, after):
    ann = make_member(points=points)

    result = change(ann, by)

    assert (result.before, result.change, result.after) == (points, by, after)
    assert balance_of(ann.pk) == after
    audit = AuditEntry.objects.get()
    assert (audit.action, audit.actor_label, audit.reason) == (
        "points.adjust",
        "chief",
        "event prize",
    )
    assert audit.details == {"before": points, "change": by, "after": after}
    entry = Entry.objects.latest("pk")
    assert (entry.actor_user_id, entry.actor_label, entry.note) == (7, "chief", "event prize")
    assert OutboxMessage.objects.get().params == {"entry_id": entry.pk}


def test_a_repeat_changes_nothing_more(change):
    ann = make_member(points=100)

    assert change(ann) == change(ann)

    assert balance_of(ann.pk) == 70
    assert AuditEntry.objects.count() == OutboxMessage.objects.count() == 1


def test_a_frozen_wallet_can_be_corrected(change):
    ann = make_member(points=100)
    ann.frozen_at = NOW
    ann.save()

    assert change(ann).after == 70


@pytest.mark.parametrize(
    ("by", "reason", "refusal"),
    [
        (-101, "x", BelowZero),
        (0, "x", InvalidAmount),
        (10**12 + 1, "x", InvalidAmount),
        (5, " \n", ReasonRequired),
    ],
)
def test_what_cannot_be_is_refused(change, state, by, reason, refusal):
    ann = make_member(points=100)
    before = state()

    with pytest.raises(refusal):
        change(ann, by, reason=reason)

    assert state() == before


def test_another_change_under_the_same_key_is_refused(change, state):
    ann = make_member(points=100)
    change(ann)
    before = state()

    with pytest.raises(KeyReused):
        change(ann, -31)

    assert state() == before
