"""The end of work on a batch, as it is told in Telegram to who ordered it."""

import pytest
from django.utils import timezone

from accounts.models import OutboxMessage
from accounts.services import COMMAND, bot_actor, web_actor
from botrunner.outbox import make_call
from numbers.importing import reader
from numbers.models import Batch, BatchJob
from numbers.services import begin_removal, cancel_job, end_attempt, retry_job, take_step
from tests.factories.numbers import make_pool
from tests.factories.staff import make_staff_member, make_staff_user
from tests.numbers.imports import begin, finish, mixed_lines

pytestmark = pytest.mark.django_db
MARKS = dict.fromkeys(map(ord, "\u2066\u2067\u2068\u2069"))


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch):
    monkeypatch.setattr(reader, "BLOCK_BYTES", 2_048)


@pytest.fixture
def vera():
    return make_staff_member("Chief", first_name="Vera")


def begin_as(member, lines=None, **terms):
    actor = web_actor(member.staff_user)
    return begin(lines or mixed_lines(), actor=actor, **terms)


def told(member):
    messages = OutboxMessage.objects.filter(member=member).order_by("pk")
    calls = [make_call(message) for message in messages]
    assert {call["method"] for call in calls if call} <= {"sendMessage"}
    return [call["params"]["text"].translate(MARKS) for call in calls if call]


def stop(job, fault="OSError"):
    BatchJob.objects.filter(pk=job.pk).update(attempts=BatchJob.ATTEMPTS_MAX)
    return end_attempt(job_id=job.pk, fault=fault, now=timezone.now())


def test_the_end_of_an_import_is_told_to_who_uploaded_it(vera):
    finish(begin_as(vera, original_name="<b>spring.csv", pool=make_pool(name="Emirates")))

    (text,) = told(vera)
    assert "✅ The numbers are imported." in text
    assert "File: &lt;b&gt;spring.csv" in text and "Emirates" in text
    assert "Accepted: 270\nRejected: 30\nDuplicates among them: 8" in text


def test_an_import_of_nothing_but_bad_lines_says_so(vera):
    finish(begin_as(vera, ["broken"] * 300))

    (text,) = told(vera)
    assert "No line of the file became a number" in text and "Rejected: 300" in text


def test_one_that_has_stopped_is_told_once_each_time(vera):
    job = begin_as(vera)
    take_step(job.pk, timezone.now())

    stop(job)
    (text,) = told(vera)
    assert "The import has stopped" in text
    retry_job(job_id=job.pk, actor=COMMAND, now=timezone.now())
    assert told(vera) == []  # it goes on: what was not sent yet is not true any more
    stop(job)

    assert OutboxMessage.objects.filter(kind="numbers.job_stopped").count() == 2


def test_one_whose_process_died_at_each_try_is_told_too(vera):
    from numbers.services import begin_attempt

    job = begin_as(vera)
    BatchJob.objects.update(attempts=BatchJob.ATTEMPTS_MAX)

    assert not begin_attempt(job_id=job.pk, now=timezone.now())

    assert "The import has stopped" in told(vera)[0]


def test_a_cancelled_one_is_told_unless_he_did_it_himself(vera):
    own, other = begin_as(vera), begin_as(vera, ["x"] * 400, pool=make_pool())

    cancel_job(job_id=own.pk, actor=web_actor(vera.staff_user), now=timezone.now())
    assert told(vera) == []
    cancel_job(job_id=other.pk, actor=web_actor(make_staff_user("Chief")), now=timezone.now())

    assert "The import was cancelled" in told(vera)[0]


def test_the_end_of_a_removal_is_told(vera):
    pool = make_pool(free=3)
    batch = pool.batches.get()
    Batch.objects.update(original_name="spring.csv")
    actor = bot_actor(vera)
    job = begin_removal(batch_id=batch.pk, is_undo=False, actor=actor, now=timezone.now())

    finish(job)

    (text,) = told(vera)
    assert "file of numbers was deleted" in text and "Numbers deleted: 3" in text


def test_who_is_not_linked_or_works_by_command_is_not_told():
    finish(begin(mixed_lines(), actor=web_actor(make_staff_user("Chief"))))
    finish(begin(["x"] * 300, pool=make_pool(), actor=COMMAND))

    assert not OutboxMessage.objects.exists()


def test_a_file_sent_to_the_bot_has_its_card_and_no_second_message(vera):
    finish(begin(mixed_lines(), actor=bot_actor(vera)))

    assert not OutboxMessage.objects.exists()


def test_of_a_batch_that_was_undone_meanwhile_nothing_is_told(vera):
    finish(begin_as(vera))
    BatchJob.objects.all().delete()

    assert told(vera) == []


def test_the_log_says_which_job_failed_and_of_what(vera, caplog):
    job = begin_as(vera)

    stop(job)

    assert f"BatchJob {job.pk}: a step failed of OSError" in caplog.messages
