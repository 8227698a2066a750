"""Who may make backups hears once that something is wrong, and once that it is over."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import OutboxMessage
from accounts.services import tell_of_backups
from botrunner.outbox import make_call
from project.backups.figures import last_backup
from project.backups.watch import LatenessWatch
from project.incidents import close_incident, list_open, open_incident
from project.models import BackupRun, Incident
from tests.factories import make_member
from tests.factories.staff import make_staff_member, make_staff_user

pytestmark = pytest.mark.django_db

NOW = timezone.now()
MINUTE = timedelta(minutes=1)


def note_good(moment) -> BackupRun:
    return BackupRun.objects.create(
        state="good", name="x", ordered_at=moment, started_at=moment, finished_at=moment
    )


def texts(kind: str) -> list[str]:
    found = OutboxMessage.objects.filter(kind=kind).order_by("pk")
    return [make_call(message)["params"]["text"] for message in found]


@pytest.mark.parametrize(
    ("cause", "words"),
    [
        ("backup.restored", "A backup was restored at the start."),
        ("backup.drill", "The restore drill failed."),
        ("backup.second", "The second place takes no backups."),
    ],
)
def test_the_home_page_shows_what_is_open_beside_a_good_backup(cause, words):
    note_good(NOW - MINUTE)
    open_incident(cause, "why", NOW)
    open_incident("sms.7", "of no concern to backups", NOW)

    reading = last_backup(NOW)

    assert (reading.value, reading.note, reading.state) == ("1 min ago", words, "warn")
    close_incident(cause, NOW)
    assert last_backup(NOW).state == "good"


def test_late_is_more_than_ten_minutes_and_not_ten():
    note_good(NOW - 10 * MINUTE)
    watch = LatenessWatch(NOW - 60 * MINUTE)

    watch.look(NOW)
    assert list_open() == []

    watch.look(NOW + timedelta(seconds=1))
    assert [incident.cause for incident in list_open()] == ["backup.late"]


def test_a_fresh_one_ends_it():
    watch = LatenessWatch(NOW - 60 * MINUTE)
    watch.look(NOW)
    note_good(NOW + MINUTE)

    watch.look(NOW + 2 * MINUTE)

    assert list_open() == []
    assert Incident.objects.get().closed_at == NOW + 2 * MINUTE


def test_after_a_stop_of_everything_the_first_backup_is_given_its_time():
    note_good(NOW - timedelta(days=3))
    watch = LatenessWatch(NOW)

    watch.look(NOW + 10 * MINUTE)
    assert list_open() == []

    watch.look(NOW + 11 * MINUTE)
    assert len(list_open()) == 1


def test_a_backup_from_the_future_does_not_hide_that_there_is_none():
    """The clock was set back since."""
    note_good(NOW + timedelta(days=300))
    watch = LatenessWatch(NOW + timedelta(days=300))
    watch.look(NOW)

    watch.look(NOW + 11 * MINUTE)

    assert len(list_open()) == 1
    assert last_backup(NOW).state == "warn"


def test_the_setting_is_heard(settings):
    settings.BACKUP_LATE_MINUTES = 90
    note_good(NOW - 60 * MINUTE)

    LatenessWatch(NOW - timedelta(days=1)).look(NOW)

    assert list_open() == []
    assert last_backup(NOW).state == "good"


def test_staff_hear_of_it_once_and_of_its_end_once():
    chief, creator = make_staff_member("Chief"), make_staff_member("Creator")
    open_incident("backup.primary", "No space left on device", NOW)

    for _ in range(3):
        open_incident("backup.primary", "No space left on device", NOW)
        tell_of_backups(now=NOW)

    begun = texts("incident.begun")
    assert len(begun) == 2
    assert set(OutboxMessage.objects.values_list("member_id", flat=True)) == {chief.pk, creator.pk}
    assert all("first place takes no backups" in text for text in begun)
    assert all("No space left on device" in text for text in begun)

    close_incident("backup.primary", NOW)
    for _ in range(3):
        tell_of_backups(now=NOW)

    ended = texts("incident.ended")
    assert len(ended) == 2
    assert all("takes backups again" in text for text in ended)


def test_a_second_incident_is_told_anew():
    make_staff_member("Chief")
    for _ in range(2):
        open_incident("backup.late", "There is none yet.", NOW)
        tell_of_backups(now=NOW)
        close_incident("backup.late", NOW)
        tell_of_backups(now=NOW)

    assert len(texts("incident.begun")) == len(texts("incident.ended")) == 2


def test_what_was_over_before_anybody_was_told_is_not_told():
    make_staff_member("Chief")
    open_incident("backup.late", "x", NOW)
    close_incident("backup.late", NOW)

    assert tell_of_backups(now=NOW) == 0
    assert not OutboxMessage.objects.exists()


def test_who_may_make_no_backups_hears_nothing():
    make_member()
    make_staff_member("Senior")
    make_staff_user("Chief")
    former = make_staff_member("Chief")
    former.staff_user.is_active = False
    former.staff_user.save()
    open_incident("backup.late", "x", NOW)

    tell_of_backups(now=NOW)

    assert not OutboxMessage.objects.exists()


@pytest.mark.parametrize("language", ["en", "ru", "fr", "ar"])
@pytest.mark.parametrize(
    "cause",
    [
        f"backup.{name}"
        for name in ("late", "failed", "primary", "second", "s3", "drill", "restored")
    ],
)
def test_each_cause_has_words_in_every_language(language, cause):
    make_staff_member("Chief", language=language)
    open_incident(cause, "<b>reason</b>", NOW)
    tell_of_backups(now=NOW)
    close_incident(cause, NOW)
    tell_of_backups(now=NOW)

    (begun,), (ended,) = texts("incident.begun"), texts("incident.ended")

    assert "&lt;b&gt;reason" in begun
    assert len(begun) > 30 and len(ended) > 15


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_bots_that_look_at_once_tell_it_once():
    from tests.concurrency import run_together

    make_staff_member("Chief")
    open_incident("backup.late", "x", NOW)

    counts = run_together(*[lambda: tell_of_backups(now=NOW)] * 4)

    assert sorted(counts) == [0, 0, 0, 1]
    assert OutboxMessage.objects.count() == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_bots_that_find_it_at_once_open_one_incident():
    from tests.concurrency import run_together

    run_together(*[lambda: open_incident("backup.late", "x", NOW)] * 4)

    assert Incident.objects.count() == 1


def test_a_bot_that_alone_began_anew_tells_ten_minutes_later_and_not_at_once():
    """It cannot know whether everything was stopped; the age it tells is the true one."""
    note_good(NOW - timedelta(hours=3))
    watch = LatenessWatch(NOW)

    watch.look(NOW + 10 * MINUTE)
    assert list_open() == []
    watch.look(NOW + 10 * MINUTE + timedelta(seconds=1))

    (incident,) = list_open()
    assert "The last good one is of" in incident.words


def test_an_alarm_that_was_told_stays_through_a_new_start_of_the_bot():
    note_good(NOW - timedelta(hours=3))
    LatenessWatch(NOW - timedelta(days=1)).look(NOW)
    tell_of_backups(now=NOW)

    LatenessWatch(NOW).look(NOW)

    assert [incident.cause for incident in list_open()] == ["backup.late"]
    assert tell_of_backups(now=NOW) == 0
