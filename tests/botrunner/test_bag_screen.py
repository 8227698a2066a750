import pytest
from django.utils import timezone

from accounts.models import Member, OutboxMessage
from accounts.services import SYSTEM
from botrunner.notices import NOTICES
from botrunner.texts import item_name
from points.exports import export_member
from points.models import Entry, Multiplier, PointsSettings
from points.selectors import bag_of, balance_of, count_jackpots
from points.services import give_items
from tests.factories import give_item, make_member
from tests.phone import Phone
from tests.queries import at_most

pytestmark = pytest.mark.django_db


@pytest.fixture
def phone():
    member = make_member()
    give_item(member, "jackpot", 3)
    return Phone(member)


def test_the_bag_shows_what_is_in_it(phone):
    text = phone.say("/bag")

    assert "Jackpot · <b>3</b>" in text
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

    with at_most(6):
        phone.say("/bag")
    with at_most(13):
        phone.press("Open one")


def test_a_gift_is_told_with_a_way_to_the_bag():
    give_items(
        members=Member.objects.filter(pk=make_member().pk),
        kind="multiplier_x3",
        quantity=3,
        reason="contest",
        key="k",
        actor=SYSTEM,
        now=timezone.now(),
    )

    reply = NOTICES["points.gift"](OutboxMessage.objects.get())

    assert "✨ Multiplier ×3 · <b>3</b>" in reply.text
    assert reply.keyboard[0][0].route == "bag"


def test_a_gift_queued_by_an_older_release_was_of_jackpots():
    message = OutboxMessage(kind="points.gift", params={"count": 2})

    assert "🎰 Jackpot · <b>2</b>" in NOTICES["points.gift"](message).text


def test_a_bag_is_exported(phone):
    phone.say("/bag")
    phone.press("Open one")

    data = export_member(phone.member.pk)

    assert data["items"] == [{"kind": "jackpot", "quantity": 2}]
    assert [entry["change"] for entry in data["item_entries"]] == [-1, 3]
    assert data["multiplier"] is None


def test_a_search_that_finds_an_item_says_which():
    PointsSettings.objects.create(search_item_percent=100)
    phone = Phone(make_member())

    text = phone.say("/search")

    (kind,) = bag_of(phone.member.pk)
    assert f"in your bag now: {item_name(kind)}" in text


@pytest.fixture
def owner():
    member = make_member()
    give_item(member, "multiplier_x2", 2)
    give_item(member, "multiplier_x3", 1)
    return Phone(member)


def test_multipliers_are_used_from_the_bag(owner):
    assert "✨ Multiplier ×2 · <b>2</b>" in owner.say("/bag")
    assert owner.buttons[:2] == ["✨ Use ×2", "✨ Use ×3"]

    text = owner.press("Use ×2")
    assert "🎲 Games" in owner.buttons

    assert "multiplier ×2 is on" in text and "next two games" in text and "×2 left: 1" in text
    assert "×2 on what you win in your next 2 games" in owner.say("/bag")
    exported = export_member(owner.member.pk)["multiplier"]
    assert (exported["factor"], exported["games_left"]) == (2, 2)


def test_a_second_multiplier_is_refused_and_says_how_long(owner):
    owner.say("/bag")
    third = owner.data_of("Use ×3")
    owner.press("Use ×2")

    text = owner.press_data(third)

    assert "×2 is on for 2 more games" in text
    assert bag_of(owner.member.pk) == {"multiplier_x2": 1, "multiplier_x3": 1}


def test_a_double_tap_uses_one_and_shows_the_same(owner):
    owner.say("/bag")
    data = owner.data_of("Use ×2")

    assert owner.press_data(data) == owner.press_data(data)
    assert bag_of(owner.member.pk)["multiplier_x2"] == 1


def test_an_old_button_uses_nothing_that_is_gone(owner):
    owner.say("/bag")
    old = owner.data_of("Use ×3")
    owner.say("/bag")
    owner.press("Use ×3")
    Multiplier.objects.update(games_left=0)

    assert "no such multiplier" in owner.press_data(old)
    assert "🔍 Search" in owner.buttons


def test_a_frozen_member_keeps_his_multipliers(owner):
    owner.say("/bag")
    Member.objects.update(frozen_at=timezone.now())

    assert "frozen" in owner.press("Use ×2")
    assert not Multiplier.objects.exists()
