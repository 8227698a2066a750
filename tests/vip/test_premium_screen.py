"""Premium by ad as members meet it: the page, the link, coming back."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from tests.factories import make_member
from tests.factories.ads import make_network, offer_token, token_of
from tests.phone import Phone
from tests.queries import at_most
from vip.models import AdNetwork, Membership, Pass, VipSettings
from vip.selectors import premium_until

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def network():
    return make_network()


def make_phone(now=NOON, **fields) -> Phone:
    phone = Phone(make_member(**fields))
    phone.now = now
    return phone


def return_with(phone: Phone, token: str) -> str:
    return phone.say(f"/start {token}")


def test_the_page_says_what_is_got_before_any_link():
    phone = make_phone()

    text = phone.say("/premium")

    assert "12 hours</b> of premium" in text
    assert "videos without a limit, instead of 5 an hour" in text
    assert "an ad by another company" in text
    assert "works once, and is valid for 1\u00a0h" in text
    assert "Left today: 4 of 4" in text
    assert phone.buttons == ["🔗 Get my link", "⬅️ Back", "🏠 Menu"]
    assert not Pass.objects.exists()


def test_the_vip_screen_leads_there_and_back():
    phone = make_phone()
    phone.say("/vip")

    assert "🎟 <b>Premium</b>" in phone.press("Premium by ad")
    assert "not VIP" in phone.press("Back")


def test_vips_are_told_that_they_need_none():
    phone = make_phone()
    Membership.objects.create(member=phone.member, vip_until=NOON + HOUR)

    assert "You need no premium" in phone.say("/premium")
    assert phone.buttons == ["⬅️ Back", "🏠 Menu"]
    phone.say("/vip")
    assert "🎟 Premium by ad" not in phone.buttons


def test_who_became_vip_since_the_page_gets_no_link():
    phone = make_phone()
    phone.say("/premium")
    Membership.objects.create(member=phone.member, vip_until=NOON + HOUR)

    assert "You need no premium" in phone.press("Get my link")
    assert not Pass.objects.exists()


def test_the_link_is_found_when_the_reply_is_sent_and_stands_in_no_record():
    phone = make_phone()
    phone.say("/premium")

    text = phone.press("Get my link")

    token = token_of(Pass.objects.get())
    assert "once, until 1 May 2026, 13:00" in text
    [edit] = [call for call in phone.calls if "link" in call]
    assert edit["link"]["kind"] == "pass"
    assert edit["link"]["params"] == {"pass_id": Pass.objects.get().pk}
    assert token[3:] not in json.dumps(phone.calls)
    # The button's waiting ends at once: the network may take ten seconds.
    assert phone.calls[0]["method"] == "answerCallbackQuery"


def test_pressed_twice_there_is_one_offer():
    phone = make_phone()
    phone.say("/premium")
    get = phone.data_of("Get my link")

    phone.press_data(get)
    first = Pass.objects.get().pk
    phone.press_data(get)

    assert Pass.objects.get().pk == first


def test_coming_back_with_the_token_gives_premium():
    phone = make_phone(timezone="Asia/Dubai")
    token = offer_token(phone.member, NOON)

    text = return_with(phone, token)

    assert "Premium is yours" in text
    assert "until 2 May 2026, 04:00" in text
    assert "3 more links today" in text
    assert phone.buttons == ["🎬 Videos", "🏠 Menu"]
    assert premium_until(phone.member.pk) == NOON + 12 * HOUR
    assert "You have premium until 2 May 2026, 04:00" in phone.say("/vip")


def test_the_page_tells_of_premium_that_is_running():
    phone = make_phone()
    return_with(phone, offer_token(phone.member, NOON))

    text = phone.say("/premium")

    assert "You have premium until 2 May 2026, 00:00" in text
    assert "is not added to it" in text
    assert "Left today: 3 of 4" in text


def test_a_token_in_another_state_is_answered_in_its_own_words():
    phone, thief = make_phone(), make_phone()
    token = offer_token(phone.member, NOON)

    foreign = return_with(thief, token)
    return_with(phone, token)
    used = return_with(phone, token)
    late = offer_token(phone.member, NOON)
    phone.now = NOON + HOUR
    expired = return_with(phone, late)
    unknown = return_with(phone, "ad_" + "x" * 32)

    assert "made for somebody else" in foreign
    assert "already been used" in used and "until 2 May" in used
    assert "time of this link is over" in expired
    assert "do not know this link" in unknown
    assert len({foreign, used, expired, unknown}) == 4


def test_every_refusal_has_a_way_out():
    phone = make_phone()

    return_with(phone, "ad_guessed")

    assert phone.buttons == ["🎟 Premium", "🏠 Menu"]
    assert "Left today: 4 of 4" in phone.press("Premium")


@pytest.mark.parametrize("payload", ["ad", "ad_", "ad__", "ad_<b>x</b>", "ad_" + "z" * 4000])
def test_a_malformed_token_is_unknown(payload):
    text = return_with(make_phone(), payload)

    assert "do not know this link" in text
    assert "<b>x" not in text


@pytest.mark.parametrize("payload", ["", "xx", "ads_1", "AD_x", "_", "0", "%61d_x"])
def test_other_parameters_open_the_menu_as_ever(payload):
    phone = make_phone()

    assert "Daily bonus" in " ".join((return_with(phone, payload), *phone.buttons))


def test_invitations_count_as_ever():
    inviter = make_member(first_name="Ann")
    phone = Phone(id=990_001, first_name="Newcomer", username="", language_code="en")

    text = return_with(phone, f"ref_{inviter.referral_code}")

    assert "invitation from \u2068Ann\u2069" in text


def test_at_the_cap_the_page_says_when_there_is_more_in_the_members_zone():
    phone = make_phone(timezone="Asia/Dubai")
    VipSettings.objects.create(passes_daily_max=1)
    return_with(phone, offer_token(phone.member, NOON))

    text = phone.say("/premium")

    assert "used the 1 link of today" in text
    assert "from 2 May 2026, 04:00" in text
    assert "🔗 Get my link" not in phone.buttons


def test_an_old_button_at_the_cap_is_refused():
    phone = make_phone()
    VipSettings.objects.create(passes_daily_max=1)
    phone.say("/premium")
    get = phone.data_of("Get my link")
    return_with(phone, offer_token(phone.member, NOON))

    assert "used the 1 link of today" in phone.press_data(get)


def test_without_a_network_the_page_says_so_and_vip_has_no_button():
    AdNetwork.objects.update(is_active=False)
    phone = make_phone()

    assert "not offered at the moment" in phone.say("/premium")
    assert phone.buttons == ["⬅️ Back", "🏠 Menu"]
    phone.say("/vip")
    assert "🎟 Premium by ad" not in phone.buttons


def test_in_a_group_it_is_answered_in_private():
    phone = make_phone().in_group()

    phone.say("/premium")

    assert phone.buttons == ["Open our private chat"]


def test_a_hostile_name_changes_nothing():
    phone = make_phone(first_name="<b>\u202e{{ x }}%(left)s", last_name="z" * 200)
    phone.say("/premium")
    phone.press("Get my link")

    assert "Premium is yours" in return_with(phone, token_of(Pass.objects.get()))


def test_the_page_the_link_and_the_way_back_take_few_queries():
    phone = make_phone()
    phone.now = phone.member.last_seen_at

    with at_most(8):
        phone.say("/premium")
    with at_most(16):
        phone.press("Get my link")
    token = token_of(Pass.objects.get())
    with at_most(16):
        return_with(phone, token)
