import re
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Member, OutboxMessage
from accounts.services import SYSTEM, claim_messages, freeze
from botrunner.callbacks import pack
from botrunner.outbox import LEASE, make_call
from points.games.blackjack import DOUBLE, STAND
from points.models import Game, PlayLimits, Progress
from points.selectors import balance_of, hash_of
from points.services import BLACKJACK_IDLE, end_due_games
from tests.factories import give_points, make_member
from tests.phone import Phone
from tests.points.games.blackjack_tables import find_operation, is_natural, loses, sit_down, wins
from tests.queries import at_most

pytestmark = pytest.mark.django_db


@pytest.fixture
def phone():
    return Phone(make_member(points=500))


def sit(phone, *args, **more):
    """The member's table as /blackjack shows it."""
    sit_down(phone.member, *args, now=timezone.now(), **more)
    return phone.say("/blackjack")


def is_soft_17(table) -> bool:
    return not table.is_over and sorted(card % 13 for card in table.player) == [0, 5]


def deal_open_table(phone, stake=10):
    """Deals until a table is not over at once."""
    phone.say(f"/blackjack {stake}")
    text = phone.press(f"Deal for {stake}")
    while "Stand" not in " ".join(phone.buttons):
        text = phone.press("Again")
    return text


def told(phone) -> str:
    """What the outbox holds for him; its buttons are on the phone then."""
    [message] = claim_messages(now=timezone.now() + timedelta(days=1), limit=9, lease=LEASE)
    phone.screen = make_call(message)["params"]
    return phone.screen["text"]


def test_the_card_shows_stake_return_and_the_hash_of_what_will_be_dealt(phone):
    text = phone.say("/blackjack 25")
    shown = re.search(r"🔒 <code>([0-9a-f]+)</code>", text)[1]
    table = phone.press("Deal for 25")

    assert "25 points" in text and "99.6" in text
    assert hash_of(Game.objects.get().seed).startswith(shown)
    assert shown in table or Game.objects.get().is_finished


def test_how_it_goes_leads_back_to_the_same_card(phone):
    before = phone.say("/blackjack 25")

    assert "996,665 of 1,000,000" in phone.press("How it goes")
    assert phone.press("Back") == before


def test_the_table_hides_the_dealers_second_card_until_the_end(phone):
    text = sit(phone, wins, STAND)
    hidden = Game.objects.get()

    assert "🂠" in text and "Stake: <b>10 points" in text
    assert hidden.seed not in text
    over = phone.press("Stand")
    assert "🂠" not in over
    assert "You won: <b>20 points" in over
    assert "Again for 10" in phone.buttons[0]


def test_a_soft_hand_shows_both_its_counts(phone):
    assert re.search(r"A.*= 7/17", sit(phone, is_soft_17))


def test_a_table_is_played_with_its_buttons(phone):
    deal_open_table(phone)
    presses = 0
    while "Again for 10" not in phone.buttons[0]:
        phone.press("Hit")
        presses += 1

    game = Game.objects.latest("id")
    assert len(game.choices["moves"]) == presses
    assert balance_of(phone.member.pk) == phone.member.wallet.balance


def test_doubling_is_offered_with_its_price_on_the_first_two_cards(phone):
    sit(phone, wins, DOUBLE, stake=100)
    assert "⏫ Double (100)" in phone.buttons

    assert "<b>400 points" in phone.press("Double")
    assert balance_of(phone.member.pk) == 700


def test_after_a_card_doubling_is_over(phone):
    sit(phone)
    phone.press("Hit")

    assert not [label for label in phone.buttons if "Double" in label]


@pytest.mark.parametrize("keeps_back", ["points", "limit"])
def test_doubling_is_not_offered_out_of_reach(keeps_back):
    phone = Phone(make_member(points=150 if keeps_back == "points" else 500))
    if keeps_back == "limit":
        PlayLimits.objects.create(member=phone.member, daily_loss_max=199)
    sit(phone, stake=100)

    assert [label.split()[-1] for label in phone.buttons[:2]] == ["Hit", "Stand"]
    assert not [label for label in phone.buttons if "Double" in label]


def test_a_double_that_came_out_of_reach_leaves_the_member_at_his_table(phone):
    text = sit(phone, stake=100)
    PlayLimits.objects.create(member=phone.member, daily_loss_max=150)

    assert phone.press("Double") == text
    assert "cannot double" in phone.toast
    assert not [label for label in phone.buttons if "Double" in label]
    assert Game.objects.get().choices == {"moves": []}


@pytest.mark.parametrize("label", ["Hit", "Stand", "Double"])
def test_a_button_pressed_twice_shows_the_same(phone, label):
    sit(phone)
    data = phone.data_of(label)

    assert (phone.press_data(data), phone.buttons) == (phone.press_data(data), phone.buttons)


def test_a_repeated_update_is_answered_the_same(phone):
    phone.say("/blackjack 10")
    data = phone.data_of("Deal")

    assert phone.press_data(data) == phone.press_data(data)
    assert Game.objects.count() == 1


def test_a_member_at_a_table_is_shown_it_whatever_he_opens(phone):
    phone.say("/blackjack 50")
    another = phone.data_of("Deal")
    table = sit(phone)

    assert phone.press_data(another) == table
    phone.say("/games")
    assert phone.press("Blackjack") == table
    assert phone.say("/blackjack 77") == table
    assert balance_of(phone.member.pk) == 490


def test_a_natural_is_told_at_once(phone):
    operation_id = find_operation(phone.member, is_natural)
    phone.say("/blackjack")
    text = phone.press_data(pack(phone.user["id"], "blackjack.deal", 10, operation_id))

    assert "Blackjack!" in text and "25 points" in text


def test_a_dealers_natural_says_why_nothing_can_be_done(phone):
    operation_id = find_operation(
        phone.member, lambda table: table.is_dealers_natural and not table.is_players_natural
    )
    phone.say("/blackjack")
    text = phone.press_data(pack(phone.user["id"], "blackjack.deal", 10, operation_id))

    assert "The dealer has a blackjack." in text and "10 points lost" in text


@pytest.mark.parametrize("wish", [wins, loses])
def test_who_let_his_time_run_out_is_told_how_it_ended(phone, wish):
    sit(phone, wish, STAND)
    stale = phone.data_of("Hit")

    end_due_games(now=timezone.now() + BLACKJACK_IDLE, limit=9)

    text = told(phone)
    assert "time was up, so you stood" in text
    assert ("You won" if wish is wins else "Not this time") in text
    assert "🂠" not in text
    phone.press("Again")
    deal = phone.data_of("Deal for 10")
    assert ("You won" if wish is wins else "Not this time") in phone.press_data(stale)
    # Below the result stands the very card that the message led to.
    assert phone.data_of("Again for 10") == deal


def test_a_game_that_is_over_can_be_checked(phone):
    sit(phone, wins, STAND)
    game = Game.objects.get()
    assert game.seed not in phone.say(f"/verify {game.pk}")
    assert "against" not in phone.text
    phone.say("/blackjack")
    phone.press("Stand")

    text = phone.say(f"/verify {game.pk}")
    assert "against the dealer" in text and "the same result" in text and game.seed in text


def test_a_level_reached_while_he_was_away_is_told_too(phone):
    Progress.objects.create(member=phone.member, xp=95, level=1)
    sit(phone, wins, STAND)

    end_due_games(now=timezone.now() + BLACKJACK_IDLE, limit=9)

    assert "level 2" in told(phone)


def test_who_is_frozen_gets_his_stake_back_and_is_told_so(phone):
    sit(phone)
    freeze(member_id=phone.member.pk, actor=SYSTEM, reason="fraud", now=timezone.now())
    OutboxMessage.objects.all().delete()
    assert "Stand" not in phone.press("Stand")

    end_due_games(now=timezone.now() + BLACKJACK_IDLE, limit=9)

    text = told(phone)
    assert "10 points are back" in text and "🂠" in text
    assert balance_of(phone.member.pk) == 500


def test_a_banned_member_is_not_dealt_to(phone):
    phone.say("/blackjack 10")
    Member.objects.update(banned_at=timezone.now())
    phone.press("Deal")

    assert not Game.objects.exists()


def test_in_a_group_the_table_belongs_to_who_asked(phone):
    group, other = phone.in_group(), Phone(make_member(points=50)).in_group()
    sit_down(phone.member, now=timezone.now())
    group.say("/blackjack 10")

    assert "somebody else" in other.press_data(group.data_of("Hit"))
    assert "🏠 Menu" not in group.buttons
    group.press("Stand")
    assert Game.objects.get().is_finished


def test_the_group_of_a_table_is_kept(phone):
    group = phone.in_group()
    group.say("/blackjack 10")
    group.press("Deal")

    assert Game.objects.get().chat_telegram_id == -1001


@pytest.mark.parametrize("language", ["en", "fr", "ru", "ar"])
def test_cards_run_from_left_to_right_in_every_language(language):
    phone = Phone(make_member(points=500, language=language))
    text = sit(phone)

    for line in text.splitlines():
        if "🂠" in line:
            assert re.search(r"(⁦)?\S+️ 🂠", line)
    assert text.count("⁦") == text.count("⁩")


def test_blackjack_needs_few_queries(phone):
    give_points(phone.member, 500)
    sit(phone, wins, STAND)

    with at_most(9):
        phone.say("/blackjack")
    with at_most(30):
        phone.press("Stand")
