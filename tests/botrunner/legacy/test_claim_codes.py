"""Claiming an account of another network by a code: from the dashboard to the member's bag."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from accounts.errors import MemberGone
from accounts.models import AuditEntry, ClaimAttempt, LegacyAccount, LegacyCode, LegacyRecord
from accounts.services import COMMAND, delete_member, issue_claim_code
from accounts.services.legacy_codes import ATTEMPTS_MAX
from botrunner.legacy.claims import claim_by_code
from points.models import Entry, Progress
from points.selectors import bag_of
from tests.botrunner.legacy.files import balances, run, write
from tests.factories import make_member
from tests.phone import Phone

pytestmark = pytest.mark.django_db


@pytest.fixture
def account(tmp_path) -> LegacyAccount:
    """55 was in both bots: what each held is his, under its own entry."""
    run("points_json", write(tmp_path, "points.json", {"55": 100, "56": 20}))
    write(tmp_path, "users.csv", "user_id,username,balance,xp\n55,old_ann,40,350\n")
    write(
        tmp_path, "user_inventory.csv", "user_id,item_type,quantity\n55,jackpot,2\n55,jackpot,1\n"
    )
    run("community_csv", tmp_path)
    return LegacyAccount.objects.get(legacy_id=55)


def issue(account, days=7, now=None) -> str:
    return issue_claim_code(
        account_id=account.pk, days=days, actor=COMMAND, now=now or timezone.now()
    )


def test_the_card_says_what_there_is_and_a_tap_brings_it(account):
    phone = Phone(make_member(telegram_id=7001, points=1))

    card = phone.say(f"/claim {issue(account)}")
    assert "Is this account yours?" in card and "old_ann" in card
    assert "140 points" in card and "350 XP" in card and "× 2" in card
    assert balances() == {7001: 1}
    done = phone.press("Yes, it is mine")

    assert "It is yours now." in done and "140 points" in done
    assert balances() == {7001: 141}
    assert Progress.objects.get(member=phone.member.pk).xp == 350
    assert bag_of(phone.member.pk) == {"jackpot": 2}
    assert Entry.objects.filter(kind="legacy_import").count() == 2
    audit = AuditEntry.objects.get(action="legacy.claim")
    assert audit.details["given"]["points"] == 2
    assert audit.target == f"Member {phone.member.pk}"


def test_pressed_again_or_sent_again_it_is_the_same_and_gives_nothing_more(account):
    phone, code = Phone(make_member(telegram_id=7001)), issue(account)
    phone.say(f"/claim {code}")
    button = phone.screen["reply_markup"]["inline_keyboard"][0][0]["callback_data"]

    receipts = {phone.press_data(button) for _ in range(3)}
    again = phone.say(f"/claim {code}")

    assert len(receipts) == 1 and "It is yours now." in receipts.pop()
    assert "You have used this code" in again
    assert balances() == {7001: 140}


def test_a_code_is_read_however_it_is_typed(account):
    code = issue(account).lower()

    card = Phone(make_member()).say(f"/claim {code[:5]} {code[5:]}")

    assert "Is this account yours?" in card


def test_what_is_imported_later_of_a_claimed_account_is_the_members(account, tmp_path):
    phone = Phone(make_member(telegram_id=7001))
    phone.say(f"/claim {issue(account)}")
    phone.press("Yes, it is mine")

    write(tmp_path, "active_multipliers.csv", "user_id,multiplier_value,games_remaining\n55,2,2\n")
    (tmp_path / "users.csv").unlink()
    run("community_csv", tmp_path)

    assert LegacyRecord.objects.get(part="multiplier").member == phone.member


def test_each_wrong_case_has_its_answer(account):
    first, second = Phone(make_member()), Phone(make_member())
    assert "ask the staff for a code" in first.say("/claim")
    assert "not right" in first.say("/claim NONSENSE99")

    used = issue(account)
    first.say(f"/claim {used}")
    second.say(f"/claim {used}")
    first.press("Yes, it is mine")

    assert "Another member has claimed" in second.press("Yes, it is mine")
    assert "Another member has claimed" in second.say(f"/claim {used}")


def test_a_code_past_its_time_or_replaced_says_so(account):
    phone = Phone(make_member())
    old, shown = issue(account), issue(account, days=1)
    assert "The time of this code is over" in phone.say(f"/claim {old}")

    phone.say(f"/claim {shown}")
    phone.now = timezone.now() + timedelta(days=1, minutes=1)

    assert "The time of this code is over" in phone.press("Yes, it is mine")
    assert balances().get(55) is None and not LegacyRecord.objects.exclude(member=None).exists()


def test_a_cancelled_card_moves_nothing_and_the_code_stays_good(account):
    phone, code = Phone(make_member(telegram_id=7001)), issue(account)
    phone.say(f"/claim {code}")

    assert "Nothing was moved" in phone.press("Cancel")
    phone.say(f"/claim {code}")
    phone.press("Yes, it is mine")

    assert balances() == {7001: 140}


def test_too_many_wrong_codes_are_heard_no_more_for_a_while(account):
    phone, code = Phone(make_member()), issue(account)
    for number in range(ATTEMPTS_MAX):
        assert "not right" in phone.say(f"/claim WRONG{number}")

    assert "Too many wrong codes" in phone.say(f"/claim {code}")
    phone.now = timezone.now() + timedelta(hours=1, seconds=5)
    assert "Is this account yours?" in phone.say(f"/claim {code}")


def test_anothers_card_is_nobody_elses(account):
    owner, thief = Phone(make_member()), Phone(make_member(telegram_id=7009))
    owner.say(f"/claim {issue(account)}")
    button = owner.screen["reply_markup"]["inline_keyboard"][0][0]["callback_data"]

    assert "too old" in thief.press_data(button)
    assert 7009 not in balances() or balances()[7009] == 0


def test_only_the_hash_of_a_code_is_kept(account):
    code = issue(account)

    stored = LegacyCode.objects.get()
    assert code not in str(vars(stored)) and len(stored.code_hash) == 64
    assert code not in str(list(AuditEntry.objects.values()))


def test_staff_issue_a_code_that_is_shown_once(account, staff):
    client = staff("Chief")
    url = reverse("admin:accounts_legacyaccount_change", args=[account.pk])
    shown = client.get(url).content.decode()
    assert "old_ann" in shown and "Not claimed" in shown and "Issue a code" in shown

    page = client.post(url, {"days": 3}).content.decode()

    code = re.search(r"/claim ([A-Z0-9]{10})", page)
    assert code and code[1] not in client.get(url).content.decode()
    assert AuditEntry.objects.get(action="legacy.code").actor_label == "vera"
    phone = Phone(make_member())
    phone.say(f"/claim {code[1]}")
    phone.press("Yes, it is mine")
    after = client.get(url).content.decode()
    assert "Claimed" in after and "Issue a code" not in after
    assert client.post(url, {"days": 3}, follow=True).status_code == 200
    assert LegacyCode.objects.count() == 1


@pytest.mark.parametrize("days", ["0", "31", "x", ""])
def test_a_code_lasts_as_long_as_is_allowed(account, staff, days):
    client = staff("Chief")

    client.post(reverse("admin:accounts_legacyaccount_change", args=[account.pk]), {"days": days})

    assert not LegacyCode.objects.exists()


def test_the_list_finds_by_id_and_by_name(account, staff):
    client = staff("Chief")
    url = reverse("admin:accounts_legacyaccount_changelist")

    for words, there in (("55", True), ("OLD_A", True), ("56", False), ("nn", False)):
        assert ("old_ann" in client.get(url, {"q": words}).content.decode()) is there
    assert "old_ann" in client.get(url, {"claimed": "no"}).content.decode()
    assert "old_ann" not in client.get(url, {"claimed": "yes"}).content.decode()


@pytest.mark.parametrize("group", ["Junior", "Senior"])
def test_who_may_not_issue_codes_sees_no_accounts(account, staff, group):
    client = staff(group)
    url = reverse("admin:accounts_legacyaccount_change", args=[account.pk])

    assert client.get(url).status_code == client.post(url, {"days": 3}).status_code == 403
    assert not LegacyCode.objects.exists()


def test_who_is_deleted_before_he_confirms_gets_nothing_and_leaves_it_to_others(account):
    member, code = make_member(), issue(account)
    Phone(member).say(f"/claim {code}")
    now, code_id = timezone.now(), LegacyCode.objects.get().pk
    delete_member(member_id=member.pk, actor=COMMAND, now=now)

    with pytest.raises(MemberGone):
        claim_by_code(code_id=code_id, member_id=member.pk, now=now)

    account.refresh_from_db()
    assert account.member is None and LegacyCode.objects.get().used_at is None


def test_wrong_codes_from_before_the_clock_was_set_back_shut_nobody_out(account):
    phone = Phone(make_member())
    for number in range(ATTEMPTS_MAX):
        phone.say(f"/claim WRONG{number}")
    ClaimAttempt.objects.update(attempted_at=timezone.now() + timedelta(days=1))

    assert "Is this account yours?" in phone.say(f"/claim {issue(account)}")


def test_who_deletes_his_data_is_no_longer_named_and_nobody_claims_it_again(account):
    phone, code = Phone(make_member()), issue(account)
    phone.say(f"/claim {code}")
    phone.press("Yes, it is mine")
    delete_member(member_id=phone.member.pk, actor=COMMAND, now=timezone.now())

    account.refresh_from_db()
    assert account.username == ""
    assert "Another member has claimed" in Phone(make_member()).say(f"/claim {code}")


@pytest.mark.parametrize("language", ["fr", "ru", "ar"])
def test_every_answer_is_in_the_members_language(account, language):
    phone, english = Phone(make_member(language=language)), Phone(make_member())
    code = issue(account)
    for words in ("/claim", "/claim WRONG", f"/claim {code}"):
        assert phone.say(words) != english.say(words)
    assert "older bot" not in phone.press_data(
        phone.screen["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    )


@pytest.mark.postgres
def test_accounts_are_searched_by_the_beginning_of_a_username_by_index():
    found = LegacyAccount.objects.filter(username__istartswith="old_a")

    with connection.cursor() as cursor:
        # An empty table is read whole whatever indexes it has.
        cursor.execute("SET LOCAL enable_seqscan = off")
        assert "legacy_account_username_start" in found.explain()
