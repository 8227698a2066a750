"""Codes of the app and recovery codes: each once, near its time, and not by guessing."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from accounts import totp
from accounts.models import AuditEntry, RecoveryCode, SecondFactor
from accounts.services import (
    COMMAND,
    Answer,
    check_code,
    enrol,
    remove_second_factor,
    renew_recovery_codes,
)
from accounts.services.second_factor import FAILURES_MAX, RECOVERY_CODES, REST
from tests.concurrency import run_together

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 21, 12, 0, 5, tzinfo=UTC)
LATER = NOW + timedelta(minutes=5)


def enrolled(username="vera", now=NOW):
    user = User.objects.create_user(username, is_staff=True)
    secret = totp.new_secret()
    code = totp.code_at(secret, totp.step_at(now))
    _, codes = enrol(user=user, secret=secret, code=code, actor=COMMAND, now=now)
    return user, secret, codes


def code_of(secret, at):
    return totp.code_at(secret, totp.step_at(at))


def wrong_code(secret, at):
    near = {totp.code_at(secret, totp.step_at(at) + drift) for drift in (-1, 0, 1)}
    return next(code for code in ("000000", "111111", "222222", "333333") if code not in near)


# The six last digits of the eight of RFC 6238, appendix B.
@pytest.mark.parametrize(
    ("seconds", "code"),
    [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")],
)
def test_codes_are_those_of_the_rfc(seconds, code):
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"

    assert totp.code_at(secret, seconds // 30) == code


@pytest.mark.parametrize(
    ("steps", "answer"),
    [
        (-2, Answer.WRONG),
        (-1, Answer.RIGHT),
        (0, Answer.RIGHT),
        (1, Answer.RIGHT),
        (2, Answer.WRONG),
    ],
)
def test_a_clock_may_be_half_a_minute_wrong(steps, answer):
    user, secret, _ = enrolled()
    code = totp.code_at(secret, totp.step_at(LATER) + steps)

    assert check_code(user_id=user.pk, code=code, now=LATER) is answer


def test_a_code_is_taken_once_and_no_older_one_after_it():
    user, secret, _ = enrolled()
    code, older = code_of(secret, LATER), code_of(secret, LATER - timedelta(seconds=30))

    answers = [check_code(user_id=user.pk, code=each, now=LATER) for each in (code, code, older)]

    assert answers == [Answer.RIGHT, Answer.WRONG, Answer.WRONG]


def test_the_code_of_the_enrolment_does_not_log_in_again():
    user, secret, _ = enrolled()

    assert check_code(user_id=user.pk, code=code_of(secret, NOW), now=NOW) is Answer.WRONG


def test_a_clock_set_back_makes_no_used_code_new():
    user, secret, _ = enrolled()
    check_code(user_id=user.pk, code=code_of(secret, LATER), now=LATER)

    assert check_code(user_id=user.pk, code=code_of(secret, NOW), now=NOW) is Answer.WRONG


def test_a_code_may_be_typed_as_the_app_shows_it():
    user, secret, _ = enrolled()
    code = code_of(secret, LATER)

    answer = check_code(user_id=user.pk, code=f" {code[:3]} {code[3:]} ", now=LATER)

    assert answer is Answer.RIGHT


def test_a_recovery_code_is_taken_once_in_either_case():
    user, _, codes = enrolled()

    answers = [check_code(user_id=user.pk, code=codes[0].lower(), now=LATER) for _ in range(2)]

    assert answers == [Answer.RIGHT, Answer.WRONG]
    assert len(set(codes)) == RECOVERY_CODES


def test_a_recovery_code_of_another_user_is_wrong():
    user, _, _ = enrolled()
    _, _, codes = enrolled("boris")

    assert check_code(user_id=user.pk, code=codes[0], now=LATER) is Answer.WRONG


@pytest.mark.parametrize("code", ["", " ", "12345", "1234567", "١٢٣٤٥٦", "' OR 1=1 --", "A" * 4000])
def test_odd_input_is_wrong(code):
    user, _, _ = enrolled()

    assert check_code(user_id=user.pk, code=code, now=LATER) is Answer.WRONG


def test_after_ten_wrong_codes_not_even_the_right_one_is_heard_for_an_hour():
    user, secret, codes = enrolled()
    for _ in range(FAILURES_MAX):
        check_code(user_id=user.pk, code=wrong_code(secret, LATER), now=LATER)
    just_before, after = LATER + REST - timedelta(seconds=1), LATER + REST

    assert check_code(user_id=user.pk, code=code_of(secret, LATER), now=LATER) is Answer.RESTS
    assert check_code(user_id=user.pk, code=codes[0], now=just_before) is Answer.RESTS
    assert check_code(user_id=user.pk, code=code_of(secret, after), now=after) is Answer.RIGHT
    assert SecondFactor.objects.get().failures == 0


def test_a_clock_that_is_set_back_does_not_prolong_the_rest_by_as_much():
    user, secret, codes = enrolled()
    for _ in range(FAILURES_MAX):
        check_code(user_id=user.pk, code=wrong_code(secret, LATER), now=LATER)

    set_back = LATER - timedelta(days=1)

    assert check_code(user_id=user.pk, code=codes[0], now=set_back) is Answer.RIGHT


def test_a_wrong_code_at_the_enrolment_changes_nothing():
    user = User.objects.create_user("vera", is_staff=True)
    secret = totp.new_secret()

    code = wrong_code(secret, NOW)

    assert enrol(user=user, secret=secret, code=code, actor=COMMAND, now=NOW) is None
    assert not SecondFactor.objects.exists()
    assert not AuditEntry.objects.exists()


def test_a_second_enrolment_takes_the_first_one_not_away():
    user, _, _ = enrolled()
    sealed, other = SecondFactor.objects.get().sealed_secret, totp.new_secret()

    code = code_of(other, LATER)

    assert enrol(user=user, secret=other, code=code, actor=COMMAND, now=LATER) is None
    assert SecondFactor.objects.get().sealed_secret == sealed


def test_neither_secret_nor_recovery_codes_stand_in_the_database():
    _, secret, codes = enrolled()
    factor = SecondFactor.objects.get()
    stored = {row.code_hash for row in RecoveryCode.objects.all()}

    assert secret not in factor.sealed_secret
    assert not stored & {code.replace("-", "") for code in codes}
    assert not any(secret in str(entry.details) for entry in AuditEntry.objects.all())


def test_with_another_secret_key_codes_are_wrong_and_nothing_breaks(settings):
    user, secret, _ = enrolled()
    settings.SECRET_KEY = "another-key-of-this-test-alone"

    answer = check_code(user_id=user.pk, code=code_of(secret, LATER), now=LATER)

    assert answer is Answer.WRONG


def test_new_recovery_codes_end_the_old_ones():
    user, _, old = enrolled()

    new = renew_recovery_codes(user=user, actor=COMMAND)

    assert check_code(user_id=user.pk, code=old[0], now=LATER) is Answer.WRONG
    assert check_code(user_id=user.pk, code=new[0], now=LATER) is Answer.RIGHT


def test_whoever_has_none_cannot_give_a_right_code():
    user = User.objects.create_user("vera", is_staff=True)

    assert check_code(user_id=user.pk, code="000000", now=NOW) is Answer.WRONG
    assert not remove_second_factor(user=user, actor=COMMAND)


def test_the_command_resets_it_and_says_so_in_the_audit(capsys):
    enrolled()

    call_command("reset_second_factor", "vera")

    assert not SecondFactor.objects.exists() and not RecoveryCode.objects.exists()
    entry = AuditEntry.objects.latest("pk")
    assert (entry.action, entry.target) == ("staff.second_factor_off", "vera")


@pytest.mark.parametrize(("username", "words"), [("nobody", "no user"), ("boris", "no second")])
def test_the_command_refuses_whom_it_cannot_help(username, words):
    User.objects.create_user("boris")

    with pytest.raises(CommandError, match=words):
        call_command("reset_second_factor", username)


@pytest.mark.postgres
@pytest.mark.parametrize("kind", ["app", "recovery"])
def test_one_code_at_the_same_time_from_many_sides_is_taken_once(kind, transactional_db):
    user, secret, codes = enrolled()
    code = code_of(secret, LATER) if kind == "app" else codes[0]

    answers = run_together(*[lambda: check_code(user_id=user.pk, code=code, now=LATER)] * 6)

    assert answers.count(Answer.RIGHT) == 1


@pytest.mark.postgres
def test_guesses_at_the_same_time_are_all_counted(transactional_db):
    user, secret, _ = enrolled()
    code = wrong_code(secret, LATER)

    run_together(*[lambda: check_code(user_id=user.pk, code=code, now=LATER)] * 6)

    assert SecondFactor.objects.get().failures == 6
