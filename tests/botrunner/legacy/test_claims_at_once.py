"""Two phones with one claim code at the same moment."""

from threading import Barrier

import pytest
from django.utils import timezone

from accounts.errors import LegacyAccountTaken, TooManyClaimAttempts
from accounts.models import ClaimAttempt, LegacyAccount, LegacyCode, LegacyRecord
from accounts.services import COMMAND, find_claim_code, issue_claim_code, legacy, legacy_codes
from accounts.services.legacy_codes import ATTEMPTS_MAX
from botrunner.legacy import claims
from botrunner.legacy.claims import claim_by_code
from points.models import Entry
from tests.botrunner.legacy.files import balances, run, write
from tests.concurrency import PATIENCE_SECONDS, run_together
from tests.factories import make_member

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
NOW = timezone.now()
PHONES = 6


def claim_together(folder):
    run("points_json", write(folder, "points.json", {"55": 100}))
    account = LegacyAccount.objects.get(legacy_id=55)
    issue_claim_code(account_id=account.pk, days=7, actor=COMMAND, now=NOW)
    code = LegacyCode.objects.get()
    members = [make_member() for _ in range(PHONES)]
    return run_together(
        *[
            lambda pk=member.pk: claim_by_code(code_id=code.pk, member_id=pk, now=NOW)
            for member in members
        ]
    )


def test_a_code_sent_by_many_at_once_gives_to_one(tmp_path):
    results = claim_together(tmp_path)

    assert sum(isinstance(result, list) for result in results) == 1
    assert sum(isinstance(result, LegacyAccountTaken) for result in results) == PHONES - 1
    assert sum(balances().values()) == 100
    assert Entry.objects.filter(kind="legacy_import").count() == 1


def test_taken_without_the_rows_it_would_give_to_several(tmp_path, monkeypatch):
    """The code and the account only read, and the pieces not locked: each finds them free."""

    def read_only(*, code_id, member_id, now):
        return LegacyCode.objects.select_related("account").get(pk=code_id, used_at=None)

    everybody = Barrier(PHONES)

    def claim_unlocked(*, legacy_id, member_id, now):
        pieces = list(LegacyRecord.objects.filter(owner_id=legacy_id))
        everybody.wait(PATIENCE_SECONDS)
        return legacy.Claim(pieces, True)

    monkeypatch.setattr(claims, "take_claim_code", read_only)
    monkeypatch.setattr(claims, "claim_account", claim_unlocked)
    monkeypatch.setattr("botrunner.legacy.apply._key", lambda record: f"legacy:{id(record)}")

    claim_together(tmp_path)

    assert Entry.objects.filter(kind="legacy_import").count() > 1


def guess_together():
    member_id = make_member().pk
    guesses = [f"WRONG{n:05}" for n in range(3 * ATTEMPTS_MAX)]
    return run_together(
        *[
            lambda code=code: find_claim_code(member_id=member_id, code=code, now=NOW)
            for code in guesses
        ]
    )


def test_guesses_from_many_chats_at_once_are_as_few_as_one_by_one():
    results = guess_together()

    assert results.count(None) == ClaimAttempt.objects.count() == ATTEMPTS_MAX
    assert sum(isinstance(result, TooManyClaimAttempts) for result in results) == 2 * ATTEMPTS_MAX


def test_without_the_lock_more_are_heard(monkeypatch):
    check = legacy_codes._check_attempts
    everybody = Barrier(3 * ATTEMPTS_MAX)

    def check_together(*args):
        check(*args)
        everybody.wait(60)

    monkeypatch.setattr(legacy_codes, "lock_member", lambda member_id: None)
    monkeypatch.setattr(legacy_codes, "_check_attempts", check_together)

    assert guess_together().count(None) > ATTEMPTS_MAX
