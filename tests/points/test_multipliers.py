from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from accounts.errors import MemberGone
from points.errors import KeyReused, MultiplierActive, NothingToUse, WalletFrozen
from points.models import ItemEntry, Multiplier
from points.selectors import active_multiplier, bag_of
from points.services import play_slots, use_multiplier
from project.errors import Refusal
from tests.concurrency import run_together
from tests.factories import give_item, make_member
from tests.points.conftest import NOW
from tests.queries import at_most

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
X2, X3 = "multiplier_x2", "multiplier_x3"


def use(member, kind=X2, key="u", now=NOW):
    return use_multiplier(member_id=member.pk, kind=kind, key=key, now=now)


def play(member, number):
    return play_slots(member_id=member.pk, stake=1, operation_id=f"play{number}", now=NOW)


def make_owner(x2=1, x3=0, **fields):
    member = make_member(points=100)
    for kind, quantity in ((X2, x2), (X3, x3)):
        if quantity:
            give_item(member, kind, quantity)
    for name, value in fields.items():
        setattr(member, name, value)
    member.save()
    return member


@pytest.mark.parametrize(("kind", "factor"), [(X2, 2), (X3, 3)])
def test_a_multiplier_goes_from_the_bag_to_the_next_two_games(kind, factor):
    ann = make_owner(1, 1)

    switched = use(ann, kind)

    assert (switched.factor, switched.games, switched.left) == (factor, 2, 0)
    assert kind not in bag_of(ann.pk)
    assert [play(ann, number).seat.multiplier for number in range(3)] == [factor, factor, 1]
    assert active_multiplier(ann.pk) is None


@pytest.mark.parametrize("played", [0, 1])
def test_one_is_active_at_a_time(state, played):
    ann = make_owner(1, 1)
    use(ann)
    for number in range(played):
        play(ann, number)
    before = state()

    with pytest.raises(MultiplierActive) as caught:
        use(ann, X3, "other")

    assert caught.value.params == {"factor": 2, "games": 2 - played}
    assert state() == before


def test_after_its_games_another_can_be_used():
    ann = make_owner(1, 1)
    use(ann)
    play(ann, 1), play(ann, 2)

    assert use(ann, X3, "other").factor == 3


@pytest.mark.parametrize("jump", [timedelta(), DAY, -DAY])
def test_the_same_key_uses_one_whatever_has_happened_since(state, jump):
    ann = make_owner(2)
    first = use(ann)
    play(ann, 1), play(ann, 2)
    before = state()

    assert use(ann, now=NOW + jump) == first
    assert state() == before


@pytest.mark.parametrize("change", ["member", "kind"])
def test_a_key_of_another_use_is_refused(state, change):
    ann, boris = make_owner(1, 1), make_owner(1, 1)
    use(ann)
    before = state()

    with pytest.raises(KeyReused):
        use(boris) if change == "member" else use(ann, X3)

    assert state() == before


@pytest.mark.parametrize(
    ("x2", "fields", "refusal"),
    [
        (0, {}, NothingToUse),
        (1, {"frozen_at": NOW}, WalletFrozen),
        (1, {"banned_at": NOW}, WalletFrozen),
        (1, {"anonymised_at": NOW}, MemberGone),
    ],
)
def test_what_cannot_be_used_stays_in_the_bag(state, x2, fields, refusal):
    ann = make_owner(x2, **fields)
    before = state()

    with pytest.raises(refusal):
        use(ann)

    assert state() == before


def test_using_needs_few_queries():
    ann = make_owner(2)

    with at_most(10):
        use(ann)


class AnyCourse(TestCase):
    @examples(max_examples=30, deadline=None)
    @given(
        st.lists(
            st.tuples(st.sampled_from(["use2", "use3", "play"]), st.integers(1, 5)), max_size=15
        )
    )
    def test_each_use_works_on_two_games_and_none_is_lost(self, course):
        ann, multiplied = make_owner(3, 3), 0

        for number, (act, key) in enumerate(course):
            if act == "play":
                multiplied += play(ann, number).seat.multiplier > 1
                continue
            try:
                use(ann, X2 if act == "use2" else X3, f"{act}{ann.pk}.{key}")
            except Refusal:
                continue

        used = ItemEntry.objects.filter(item__member=ann, cause="used").count()
        assert sum(bag_of(ann.pk).values()) == 6 - used
        active = active_multiplier(ann.pk)
        assert multiplied == 2 * used - (active.games_left if active else 0)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_one_card", [True, False])
def test_twenty_presses_at_once_use_one(is_one_card):
    ann = make_owner(20)

    results = run_together(
        *(lambda n=n: use(ann, key="u" if is_one_card else f"u{n}") for n in range(20))
    )

    assert bag_of(ann.pk) == {X2: 19}
    assert Multiplier.objects.get().games_left == 2
    refused = [result for result in results if isinstance(result, MultiplierActive)]
    assert len(refused) == (0 if is_one_card else 19)
    assert len({repr(result) for result in results if result not in refused}) == 1
