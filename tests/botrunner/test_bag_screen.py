import pytest
from django.utils import timezone

from accounts.models import Member, OutboxMessage
from accounts.services import SYSTEM
from botrunner.notices import NOTICES
from points.exports import export_member
from points.models import Entry
from points.selectors import balance_of, count_jackpots
from points.services import give_items
from tests.factories import make_member
from tests.phone import Phone
from tests.queries import at_most

pytestmark = pytest.mark.django_db


def give(member, quantity):
    give_items(
        member_ids=[member.pk],
        quantity=quantity,
        reason="contest",
        key="k",
        actor=SYSTEM,
        now=timezone.now(),
    )


@pytest.fixture
def phone():
    member = make_member()
    give(member, 3)
    return Phone(member)


def test_the_bag_shows_what_is_in_it(phone):
    text = phone.say("/bag")

    assert "Jackpots: <b>3</b>" in text
    assert phone.buttons[:2] == ["🎰 Open one", "🎰 Open all (3)"]


def test_an_empty_bag_says_how_to_fill_it():
    phone = Phone(make_member())

    assert "empty" in phone.say("/sac")
    assert "🔍 Search" in phone.buttons


def test_the_menu_leads_to_the_bag(phone):
    phone.say("/start")

    assert "Your bag" in phone.press("Bag")


def test_opening_one_leaves_the_rest(phone):
    phone.say("/bag")

    text = phone.press("Open one")

    assert f"+{balance_of(phone.member.pk)} points" in text and "left: 2" in text
    assert "🎰 Open all (2)" in phone.buttons


def test_opening_all_empties_the_bag(phone):
    phone.say("/bag")

    text = phone.press("Open all")

    assert "left: 0" in text
    assert not any("Open" in button for button in phone.buttons)


def test_a_double_tap_opens_once_and_shows_the_same(phone):
    phone.say("/bag")
    data = phone.data_of("Open one")

    first, second = phone.press_data(data), phone.press_data(data)

    assert first == second
    assert (count_jackpots(phone.member.pk), Entry.objects.count()) == (2, 1)


def test_an_old_button_opens_nothing_that_is_gone(phone):
    phone.say("/bag")
    old = phone.data_of("Open one")
    phone.press("Open all")

    assert "nothing to open" in phone.press_data(old)
    assert Entry.objects.count() == 1


def test_a_frozen_member_keeps_his_jackpots(phone):
    phone.say("/bag")
    Member.objects.update(frozen_at=timezone.now())

    assert "frozen" in phone.press("Open one")
    assert count_jackpots(phone.member.pk) == 3


def test_the_bag_needs_few_queries(phone):
    phone.say("/bag")

    with at_most(5):
        phone.say("/bag")
    with at_most(12):
        phone.press("Open one")


def test_a_gift_is_told_with_a_way_to_the_bag(phone):
    reply = NOTICES["points.gift"](OutboxMessage.objects.get())

    assert "jackpots: <b>3</b>" in reply.text
    assert reply.keyboard[0][0].route == "bag"


def test_a_bag_is_exported(phone):
    phone.say("/bag")
    phone.press("Open one")

    data = export_member(phone.member.pk)

    assert data["items"] == [{"kind": "jackpot", "quantity": 2}]
    assert [entry["change"] for entry in data["item_entries"]] == [-1, 3]


def test_a_search_that_finds_a_jackpot_says_so():
    from points.models import PointsSettings

    PointsSettings.objects.create(search_item_percent=100)

    assert "jackpot" in Phone(make_member()).say("/search")
