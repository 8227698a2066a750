import logging
from datetime import timedelta
from functools import partial

import psycopg
import pytest
from django.db import IntegrityError, InterfaceError, OperationalError, connection
from django.utils import timezone
from django.utils.translation import get_language

from accounts.models import AuditEntry, Member
from botrunner import inbox, microbatch
from botrunner.heartbeat import process_name
from botrunner.models import InboxUpdate
from tests.botrunner.engine import bots
from tests.botrunner.engine.bots import make_update, press_update
from tests.botrunner.engine.probe import PROBED
from tests.concurrency import run_together

pytestmark = pytest.mark.django_db

State = InboxUpdate.State


def handle(*updates):
    inbox.store(list(updates))
    answers, _ = microbatch.handle_waiting({inbox.chat_id_of(update) for update in updates})
    return answers


def row(update) -> InboxUpdate:
    return InboxUpdate.objects.get(pk=update["update_id"])


def test_storing_says_what_is_new():
    first, second = make_update(), make_update()
    inbox.store([first])

    new = inbox.store([first, second])

    assert new == {second["update_id"]}


def test_a_stored_update_is_kept_as_it_came():
    update = make_update("Grüße 👋 \\u0000 \\ \"quoted\" 'single' %s")

    inbox.store([update])

    assert row(update).payload == update


def test_a_nul_in_a_text_is_left_out():
    update = make_update("a\x00b \\\\\x00c")

    inbox.store([update])

    assert row(update).payload["message"]["text"] == "ab \\\\c"


def test_an_update_that_cannot_be_stored_keeps_no_other_from_being_stored(caplog):
    good, bad = make_update("/probe"), make_update("secret-words")
    bad["message"]["chat"]["id"] = 2**70

    new = inbox.store([bad, good])

    assert new == {good["update_id"]}
    assert f"update {bad['update_id']} cannot be stored" in caplog.text
    assert "secret-words" not in caplog.text


def test_storing_nothing_asks_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert inbox.store([]) == set()


def test_a_handled_update_has_its_answer_recorded():
    update = make_update("/probe hello")

    [answer] = handle(update)

    assert answer.calls[0]["params"]["text"] == f"probed u{update['update_id']} hello"
    assert (row(update).state, row(update).calls) == (State.HANDLED, answer.calls)


def test_an_update_without_an_answer_is_finished_at_once():
    update = make_update()
    update["message"]["from"]["is_bot"] = True

    handle(update)

    assert row(update).state == State.ANSWERED


def test_nothing_is_handled_twice():
    update = make_update()
    handle(update)

    answers, is_more = microbatch.handle_waiting([inbox.chat_id_of(update)])

    assert (answers, is_more) == ([], False)
    assert AuditEntry.objects.filter(action=PROBED).count() == 1


def test_only_the_chats_asked_for_are_handled():
    update = make_update(telegram_id=900_002)
    inbox.store([update])

    answers, _ = microbatch.handle_waiting([900_003])

    assert answers == []
    assert inbox.list_unfinished_chats() == [900_002]


def test_answers_come_in_the_order_of_the_updates():
    updates = [make_update(f"/probe {n}", telegram_id=900_010 + n % 2) for n in range(6)]

    answers = handle(*reversed(updates))

    assert [a.update_id for a in answers] == [u["update_id"] for u in updates]


def test_a_batch_is_bounded_and_says_that_more_waits(monkeypatch):
    monkeypatch.setattr(microbatch, "BATCH_SIZE", 2)
    updates = [make_update() for _ in range(3)]
    inbox.store(updates)

    first, is_more = microbatch.handle_waiting([900_001])
    second, is_still_more = microbatch.handle_waiting([900_001])

    assert (len(first), is_more) == (2, True)
    assert (len(second), is_still_more) == (1, False)


@pytest.mark.django_db(transaction=True)
def test_one_batch_is_one_transaction(django_assert_max_num_queries):
    updates = [make_update() for _ in range(20)]
    handle(make_update())
    inbox.store(updates)

    with django_assert_max_num_queries(20 * 5 + 6) as captured:
        microbatch.handle_waiting([900_001])

    begun = [q for q in captured.captured_queries if q["sql"].startswith("BEGIN")]
    assert len(begun) == 1


def test_a_failing_update_costs_the_others_nothing():
    good, bad, last = make_update(), make_update("/broken"), make_update()

    answers = handle(good, bad, last)

    assert [a.update_id for a in answers] == [u["update_id"] for u in (good, bad, last)]
    targets = AuditEntry.objects.filter(action=PROBED).values_list("target", flat=True)
    assert sorted(targets) == [f"u{good['update_id']}", f"u{last['update_id']}"]


def test_a_failing_update_is_answered_with_an_apology_and_marked_failed():
    update = make_update("/broken secret-words")

    [answer] = handle(update)
    inbox.mark_answered([answer.update_id])

    assert "Nothing was changed" in answer.calls[0]["params"]["text"]
    assert (row(update).state, row(update).last_error) == (State.FAILED, "ValueError")
    assert row(update).attempts == 1


def test_the_log_of_a_failure_has_no_contents(caplog):
    with caplog.at_level(logging.DEBUG):
        handle(make_update("/broken secret-words"))

    assert "ValueError" in caplog.text
    assert "secret-words" not in caplog.text


def test_a_failing_button_is_answered_over_the_chat(monkeypatch):
    monkeypatch.setattr(microbatch, "handle_update", fail_with(ValueError))

    [answer] = handle(press_update("x"))

    assert [call["method"] for call in answer.calls] == ["answerCallbackQuery"]
    assert answer.calls[0]["params"]["show_alert"] is True


def test_the_apology_is_in_the_members_language(monkeypatch):
    Member.objects.create(telegram_id=900_001, language="fr")
    spoken = []
    monkeypatch.setattr(
        microbatch.apology, "render", lambda name: spoken.append(get_language()) or "désolé"
    )

    handle(make_update("/broken"))

    assert spoken == ["fr"]


@pytest.mark.parametrize("error", [OperationalError("deadlock"), IntegrityError("username taken")])
def test_a_passing_database_error_is_tried_again(monkeypatch, error):
    monkeypatch.setattr(microbatch, "RETRY_SECONDS", 0)
    real, failures = microbatch.handle_update, iter([error] * 2)

    def handle_at_last(*args):
        error = next(failures, None)
        if error:
            raise error
        return real(*args)

    monkeypatch.setattr(microbatch, "handle_update", handle_at_last)

    [answer] = handle(make_update("/probe"))

    assert answer.calls[0]["params"]["text"].startswith("probed")


def test_an_error_that_stays_is_given_up(monkeypatch):
    monkeypatch.setattr(microbatch, "RETRY_SECONDS", 0)
    monkeypatch.setattr(microbatch, "handle_update", fail_with(OperationalError))
    update = make_update()

    handle(update)

    assert row(update).last_error == "OperationalError"


def fail_with(error):
    def handle_update(*args):
        raise error("with contents")

    return handle_update


def take(*, by="bot@other:2", others=(), own_before=None):
    own_before = own_before or timezone.now() + timedelta(seconds=1)
    answers = inbox.take_unanswered(by=by, others=others, own_before=own_before)
    return [answer.update_id for answer in answers]


def test_what_a_living_process_has_in_hand_is_left_to_it():
    update = make_update()
    handle(update)
    ours = process_name("bot")

    assert row(update).handled_by == ours
    assert take(others=[ours]) == []
    assert take() == [update["update_id"]]
    assert row(update).handled_by == "bot@other:2"
    assert take(by=ours, others=["bot@other:2"]) == []


def test_an_answer_of_ones_own_is_taken_up_only_when_it_is_old():
    update = make_update()
    handle(update)
    ours = process_name("bot")

    assert take(by=ours, own_before=timezone.now() - timedelta(seconds=90)) == []
    assert take(by=ours) == [update["update_id"]]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_many_that_start_at_once_one_takes_each_answer():
    updates = [make_update(telegram_id=900_100 + n) for n in range(40)]
    handle(*updates)

    names = [f"bot@new:{n}" for n in range(3)]
    taken = run_together(*[partial(take, by=name, others=names) for name in names])

    assert sorted(sum(taken, [])) == sorted(update["update_id"] for update in updates)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_an_update_outlives_a_database_that_goes_away_under_it(monkeypatch):
    monkeypatch.setattr(microbatch, "RETRY_SECONDS", 0)
    real = microbatch.handle_update

    def handle_and_lose(*args):
        with psycopg.connect(bots.database_url(), autocommit=True) as other:
            pid = connection.connection.info.backend_pid
            other.execute("SELECT pg_terminate_backend(%s)", [pid])
        return real(*args)

    update = make_update("/probe")
    inbox.store([update])
    monkeypatch.setattr(microbatch, "handle_update", handle_and_lose)
    with pytest.raises((OperationalError, InterfaceError)):
        microbatch.handle_waiting([900_001])
    monkeypatch.setattr(microbatch, "handle_update", real)
    connection.close()

    [answer] = microbatch.handle_waiting([900_001])[0]

    assert answer.calls[0]["params"]["text"].startswith("probed")


def test_an_answer_once_given_is_not_unanswered():
    first, second = make_update(), make_update()
    handle(first, second)

    inbox.mark_answered([first["update_id"]])

    assert take() == [second["update_id"]]


def test_a_repeated_update_has_the_answer_of_the_first_time():
    update = make_update("/probe once")
    [answer] = handle(update)
    inbox.mark_answered([answer.update_id])

    assert inbox.list_answers([update["update_id"]]) == [answer]


def test_old_answered_updates_are_purged_and_waiting_ones_kept():
    answered, waiting, fresh = make_update(), make_update(telegram_id=900_005), make_update()
    handle(answered, fresh)
    inbox.mark_answered([answered["update_id"], fresh["update_id"]])
    inbox.store([waiting])
    now = timezone.now()
    InboxUpdate.objects.exclude(pk=fresh["update_id"]).update(received_at=now - timedelta(days=8))

    assert inbox.purge(now) == 1
    left = set(InboxUpdate.objects.values_list("pk", flat=True))
    assert left == {waiting["update_id"], fresh["update_id"]}
