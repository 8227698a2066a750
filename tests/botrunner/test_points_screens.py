"""Points as members meet them: balance, history, daily bonus, leaderboard."""

from datetime import UTC, datetime, timedelta

import pytest

from points.selectors import HISTORY_PAGE, balance_of
from tests.factories import give_points, make_member
from tests.phone import Phone
from tests.queries import at_most

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOSTILE = "<b>{{ x }}</b>&\u202e" + "x" * 200


@pytest.fixture
def ann():
    phone = Phone(make_member(points=120, first_name="Ann", username="ann"))
    phone.now = NOW
    return phone


@pytest.mark.parametrize("command", ["/points", "/lc"])
def test_the_balance_is_told(ann, command):
    assert "You have <b>120 points</b>" in ann.say(command)


def test_another_members_balance_is_told_and_leads_to_sending(ann):
    boris = make_member(points=7, first_name=HOSTILE, username="boris")

    text = ann.say("/points @boris")

    assert "has <b>7 points</b>" in text
    assert "&lt;b&gt;{{ x }}&lt;/b&gt;&amp;" in text
    assert "\u202e" not in text
    assert len(text) < 200
    assert "How many points" in ann.press("Send points")
    assert boris.wallet.balance == 7


def test_in_a_group_the_balance_is_one_line(ann):
    group = ann.in_group()

    assert "120 points" in group.say("/points")
    assert group.buttons == []


def test_each_line_of_the_history_explains_itself(ann):
    make_member(first_name="Boris <i>", username="boris")
    ann.say("/daily")
    ann.say("/send @boris 50 tea & cake")
    ann.press("Confirm")

    text = ann.say("/history")

    assert (
        "<b>\u221250</b> to \u2068Boris &lt;i&gt;\u2069 · \u2068tea &amp; cake\u2069\n<i>1 Mar"
        in text
    )
    assert "<b>+25</b> Daily bonus, day 1\n" in text
    assert "<b>+120</b> Changed by the team\n" in text
    assert "you have 95 points" in text


def test_a_bought_vip_is_told_in_days(ann):
    give_points(ann.member, 500)
    ann.say("/vip")
    ann.press("1 day")
    ann.press("Confirm")

    assert "<b>\u2212500</b> VIP · 1 day\n" in ann.say("/history")


def test_the_history_is_turned_page_by_page(ann):
    for _ in range(HISTORY_PAGE):
        give_points(ann.member, 1)

    newest = ann.say("/history")
    oldest = ann.press("Older")

    assert (newest.count("<i>"), oldest.count("<i>")) == (HISTORY_PAGE, 1)
    assert "+120" in oldest
    assert ann.press("Newer") == newest


def test_the_history_is_private(ann):
    assert "private" in ann.in_group().say("/history")


@pytest.mark.parametrize("command", ["/daily", "/cadeau"])
def test_the_daily_bonus_is_claimed_at_once(ann, command):
    text = ann.say(command)

    assert "+25 points" in text
    assert "✅\u00a025 · ▫️\u00a030" in text
    assert "Next: 30 points in 1\u00a0day" in text
    assert balance_of(ann.member.pk) == 145


def test_too_early_tells_how_long_and_how_much(ann):
    ann.say("/daily")
    ann.now = NOW + timedelta(hours=20, minutes=30)

    text = ann.say("/daily")

    assert "Come back in <b>3\u00a0h 30\u00a0min</b> for 30 points" in text
    assert balance_of(ann.member.pk) == 145


def test_vip_collects_every_12_hours(ann):
    from vip.models import Membership

    Membership.objects.create(member=ann.member, vip_until=NOW + timedelta(days=9))
    ann.say("/daily")
    ann.now = NOW + timedelta(hours=12)

    text = ann.say("/daily")

    assert "day 2" in text
    assert "in 12\u00a0h" in text


def test_the_ladder_stays_on_its_last_step(ann):
    for day in range(9):
        ann.now = NOW + timedelta(days=day)
        text = ann.say("/daily")

    assert "day 9" in text
    assert "✅\u00a060 · ✅\u00a0100" in text
    assert "▫️" not in text


@pytest.mark.parametrize("command", ["/top", "/leaderboard", "/classement"])
def test_the_leaderboard_shows_the_ten_and_ones_own_place(ann, command):
    from vip.models import Membership

    rich = [make_member(points=1000 - number, first_name=f"R{number}") for number in range(10)]
    Membership.objects.create(member=rich[0], vip_until=NOW + timedelta(days=9))

    text = ann.say(command)

    assert "🥇 👑 \u2068R0\u2069 · 1,000\n\u200e🥈 \u2068R1\u2069 · 999\n" in text
    assert "10. \u2068R9\u2069 · 991" in text
    assert text.endswith("…\n\u200e11. <b>\u2068Ann\u2069</b> · 120")


def test_a_leader_is_not_pinned_twice(ann):
    assert ann.say("/top").count("Ann") == 1


@pytest.mark.parametrize("command", ["/points", "/points @boris", "/history", "/top"])
def test_a_screen_takes_few_queries(ann, command):
    make_member(username="boris")
    for number in range(12):
        make_member(points=1000 - number)
    ann.say("/points")

    with at_most(5):
        ann.say(command)


def test_a_frozen_member_is_told_so(ann):
    member = ann.member
    member.frozen_at = NOW
    member.save()

    assert "frozen" in ann.say("/points")
    assert "frozen" in ann.say("/daily")
    assert balance_of(member.pk) == 120
