"""A document sent by staff: the questions, the declaration, and what becomes of the file."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.utils import timezone
from telegram.error import BadRequest, NetworkError

from accounts.models import AuditEntry, OutboxMessage
from botrunner import file_work
from botrunner.file_work import work_on_file
from botrunner.models import SentFile
from botrunner.outbox import make_call
from botrunner.sent_files import FILE_BYTES_MAX, purge, wake_quiet_files
from numbers.importing import reader
from numbers.models import Batch, BatchJob, Number, Pool
from numbers.services import cancel_job, imports
from tests.factories import make_member
from tests.factories.numbers import make_pool
from tests.factories.staff import make_staff_user
from tests.numbers.imports import mixed_lines, numbered
from tests.phone import Phone

pytestmark = pytest.mark.django_db
LINES = numbered(1_000_000, 5)


def make_phone(group="Senior"):
    return Phone(make_member(staff_user=make_staff_user(group)))


def send_file(phone, **document):
    document = {"file_id": "F1", "file_name": "list.csv", "file_size": 70, **document}
    return phone.say("", document=document)


@pytest.fixture
def telegram(monkeypatch):
    """What Telegram hands out: the lines, or the errors, one a try."""
    answers = []

    async def download(file_id, target):
        answer = answers.pop(0) if answers else LINES
        if isinstance(answer, Exception):
            raise answer
        target.write(answer if isinstance(answer, bytes) else "\n".join(answer).encode())

    monkeypatch.setattr(file_work, "_download", download)
    return answers


@pytest.fixture
def anything_is_large(monkeypatch):
    monkeypatch.setattr(file_work, "AT_ONCE_BYTES_MAX", 500)
    monkeypatch.setattr(imports, "AT_ONCE_BYTES_MAX", 500)
    monkeypatch.setattr(reader, "BLOCK_BYTES", 1_024)


def confirm(phone=None, pool=None):
    phone, pool = phone or make_phone(), pool or make_pool(name="Emirates", country="AE")
    send_file(phone)
    phone.press("Emirates")
    phone.press("Yes, import")
    return SentFile.objects.latest("pk")


def told():
    """The texts of the edits of the card, oldest first."""
    calls = [make_call(message) for message in OutboxMessage.objects.order_by("pk")]
    assert {call["method"] for call in calls} <= {"editMessageText"}
    return [call["params"]["text"] for call in calls]


# The questions


def test_the_pool_and_the_right_are_asked_before_anything_is_fetched():
    phone = make_phone()
    make_pool(name="Emirates", country="AE")

    assert "Which pool" in send_file(phone)
    card = phone.press("Emirates")
    assert "🇦🇪" in card and "Emirates" in card and "list.csv" in card
    assert "Do you have the right" in card
    assert SentFile.objects.get().state == "asked"
    assert "on its way" in phone.press("Yes, import")

    sent = SentFile.objects.get()
    assert (sent.state, sent.message_id, Batch.objects.count()) == ("confirmed", phone.screen_id, 0)


def test_a_new_pool_is_named_and_given_a_country(telegram):
    phone = make_phone()
    make_pool(name="Taken")
    send_file(phone)

    phone.press("New pool")
    assert "of that name already" in phone.say("Taken")
    assert "of that name already" in phone.say("x" * 81)
    assert "two letters" in phone.say("Emirates")
    assert "No country" in phone.say("ZZ")
    assert "No country" in phone.say("Emirates")
    assert "The pool is new" in phone.say("ae")
    phone.press("Yes, import")
    assert not Pool.objects.filter(name="Emirates").exists()
    telegram.append([f"05{n}" for n in range(1_000_000, 1_000_003)] + ["0501234567"])
    work_on_file(SentFile.objects.get().pk)

    pool = Pool.objects.get(name="Emirates")
    assert pool.country == "AE"
    assert Number.objects.filter(pool=pool, e164=971_501_234_567).exists()


def test_a_new_pool_may_be_of_any_country():
    phone = make_phone()
    send_file(phone)
    phone.press("New pool")
    phone.say("World")

    assert "🌐 World" in phone.press("Any country").replace("\u2068", "").replace("\u2069", "")


def test_many_pools_are_paged():
    phone = make_phone()
    for n in range(10):
        make_pool(name=f"Pool {n:02}")
    send_file(phone)
    assert sum("Pool 0" in label for label in phone.buttons) == 8

    phone.press("Next")

    assert sum("Pool 0" in label for label in phone.buttons) == 2
    phone.press("Previous")
    assert any("Pool 00" in label for label in phone.buttons)


def test_a_cancelled_file_is_forgotten():
    phone = make_phone()
    send_file(phone)
    yes_of_another = phone.data_of("Cancel")

    assert "Nothing was imported" in phone.press("Cancel")
    assert "Nothing was imported" in phone.press_data(yes_of_another)
    assert not SentFile.objects.exists()


def test_a_file_too_large_for_telegram_is_told_at_once():
    assert "20 MB" in send_file(make_phone(), file_size=FILE_BYTES_MAX + 1)
    assert not SentFile.objects.exists()


@pytest.mark.parametrize("group", ["", "Junior"])
def test_who_may_not_import_is_not_asked(group):
    phone = make_phone(group) if group else Phone(make_member())

    send_file(phone)

    assert not SentFile.objects.exists()


@pytest.mark.parametrize("kind", ["image/png", "video/mp4", "audio/ogg"])
def test_pictures_and_films_are_no_lists_of_numbers(kind):
    send_file(make_phone(), mime_type=kind)

    assert not SentFile.objects.exists()


def test_in_a_group_nothing_is_asked():
    send_file(make_phone().in_group())

    assert not SentFile.objects.exists()


def test_hostile_names_are_text():
    phone = make_phone()
    make_pool(name="<b>P</b>")

    text = send_file(phone, file_name="../<i>\u202e{{ 7*7 }}.csv")

    assert "&lt;i&gt;" in text and "<i>" not in text and "\u202e" not in text


def test_an_old_card_leads_nowhere():
    phone = make_phone()
    make_pool(name="Emirates")
    send_file(phone)
    data = phone.data_of("Emirates")
    SentFile.objects.all().delete()

    assert "This card is over" in phone.press_data(data)


def test_pressed_twice_it_begins_once():
    phone = make_phone()
    make_pool(name="Emirates")
    send_file(phone)
    phone.press("Emirates")
    data = phone.data_of("Yes, import")
    phone.press_data(data)
    at = SentFile.objects.get().confirmed_at

    phone.press_data(data)

    assert SentFile.objects.get().confirmed_at == at


# The work


def test_a_small_file_is_imported_and_told(telegram):
    sent = confirm()

    work_on_file(sent.pk)
    work_on_file(sent.pk)

    batch = Batch.objects.get()
    assert (batch.accepted_count, batch.original_name) == (5, "list.csv")
    assert AuditEntry.objects.get(action="numbers.import").origin == "bot"
    (text,) = told()
    assert "The numbers are imported" in text and "Accepted: 5" in strip(text)


def strip(text):
    return "".join(letter for letter in text if letter not in "\u2066\u2067\u2068\u2069")


@pytest.mark.usefixtures("anything_is_large")
def test_a_large_file_is_told_of_each_tenth_of_the_way(telegram):
    telegram.append(mixed_lines())
    sent = confirm()

    work_on_file(sent.pk)

    assert Number.objects.count() == 270
    assert BatchJob.objects.get().percent == 100
    keys = OutboxMessage.objects.order_by("pk").values_list("key", flat=True)
    steps = [key.rpartition(":")[2] for key in keys]
    assert steps[-1] == "end" and 3 < len(steps) <= 11
    assert "Rejected: 30" in strip(told()[-1])
    assert "Duplicates among them: 8" in strip(told()[-1])


@pytest.mark.usefixtures("anything_is_large")
def test_a_worker_that_dies_loses_its_step_alone(telegram, monkeypatch):
    telegram.append(mixed_lines())
    sent = confirm()
    with monkeypatch.context() as patch:
        patch.setattr(file_work, "TURN_SECONDS", -1.0)
        patch.setattr(file_work, "wake_file_worker", lambda pk: None)
        work_on_file(sent.pk)
    assert 0 < Number.objects.count() < 270

    work_on_file(sent.pk)

    assert (Number.objects.count(), Batch.objects.count()) == (270, 1)
    assert SentFile.objects.get().state == "over"


def test_dying_between_the_import_and_its_note_imports_once(telegram, monkeypatch):
    sent = confirm()
    with monkeypatch.context() as patch, pytest.raises(ZeroDivisionError):
        patch.setattr(SentFile, "save", lambda *args, **options: 1 / 0)
        work_on_file(sent.pk)
    assert Batch.objects.count() == 1

    work_on_file(sent.pk)

    sent.refresh_from_db()
    assert (sent.state, sent.fault, sent.batch_id) == ("over", "", Batch.objects.get().pk)


@pytest.mark.usefixtures("anything_is_large")
def test_cancelled_in_the_dashboard_it_ends_in_the_chat(telegram, monkeypatch):
    telegram.append(mixed_lines())
    sent = confirm()
    monkeypatch.setattr(file_work, "TURN_SECONDS", -1.0)
    work_on_file(sent.pk)
    job = BatchJob.objects.get()
    cancel_job(job_id=job.pk, actor=job_actor(), now=timezone.now())

    work_on_file(sent.pk)

    assert "cancelled" in told()[-1]


def job_actor():
    from accounts.services import COMMAND

    return COMMAND


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (b"", "empty"),
        (b"PK\x03\x04rest", "not a CSV file"),
        (["broken"], "No line of the file"),
        (b"1" * 2_000_000, "too long"),
        (BadRequest("wrong file_id"), "no longer has this file"),
    ],
)
def test_a_file_that_cannot_be_imported_is_told_why(telegram, answer, words):
    telegram.append(answer)
    sent = confirm()

    work_on_file(sent.pk)

    (text,) = told()
    assert words in text
    assert not Batch.objects.exists()


def test_the_same_file_again_is_told(telegram):
    phone = make_phone()
    pool = make_pool(name="Emirates")
    work_on_file(confirm(phone, pool).pk)

    work_on_file(confirm(phone, pool).pk)

    assert "imported before" in told()[-1]
    assert Batch.objects.count() == 1


def test_telegram_away_is_tried_again_and_not_for_ever(telegram):
    telegram.extend([NetworkError("away")] * SentFile.ATTEMPTS_MAX)
    sent = confirm()
    for _ in range(SentFile.ATTEMPTS_MAX):
        work_on_file(sent.pk)
        assert SentFile.objects.get().state == "confirmed"

    work_on_file(sent.pk)

    assert "could not be imported just now" in told()[-1]


def test_who_lost_the_right_meanwhile_imports_nothing(telegram):
    sent = confirm()
    sent.member.staff_user.groups.clear()

    work_on_file(sent.pk)

    assert "may not import" in told()[-1]
    assert not Batch.objects.exists()


def test_who_may_not_make_pools_makes_none_of_one_that_was_deleted(telegram):
    """Confirmed while it was there."""
    pool = make_pool(name="Emirates", country="AE")
    sent = confirm(pool=pool)
    user = sent.member.staff_user
    user.groups.clear()
    user.user_permissions.add(Permission.objects.get(codename="import_numbers"))
    pool.delete()

    work_on_file(sent.pk)

    assert "may not import" in told()[-1]
    assert not Batch.objects.exists() and not Pool.objects.exists()


def test_who_may_not_make_pools_any_more_names_none(telegram):
    phone = make_phone()
    send_file(phone)
    phone.press("New pool")
    user = phone.member.staff_user
    user.groups.clear()
    user.user_permissions.add(Permission.objects.get(codename="import_numbers"))

    assert "two letters" not in phone.say("Emirates")


def test_the_sweep_finds_quiet_files_once():
    sent, minute = confirm(), timedelta(minutes=1)

    assert wake_quiet_files(sent.beat_at + 0.9 * minute) == 0
    assert wake_quiet_files(sent.beat_at + 1.1 * minute) == 1
    assert wake_quiet_files(sent.beat_at + 1.2 * minute) == 0


def test_what_is_asked_about_and_left_is_forgotten():
    phone = make_phone()
    send_file(phone)
    sent = SentFile.objects.get()

    purge(sent.beat_at + timedelta(days=1))
    assert SentFile.objects.exists()
    purge(sent.beat_at + timedelta(days=3))
    assert not SentFile.objects.exists()
