"""On demand: by /backup, by the button, and what comes back of it."""

import pytest
from django.utils import timezone

from accounts.models import AuditEntry, OutboxMessage
from accounts.services import SYSTEM, order_backup, tell_of_backups
from botrunner.outbox import make_call
from project.backups import BackupFailed, make_backup
from project.jobs import back_up
from project.models import BackupRun
from tests.factories import make_member
from tests.factories.staff import make_staff_member
from tests.phone import Phone

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.valkey]


def answer() -> str:
    tell_of_backups(now=timezone.now())
    return make_call(OutboxMessage.objects.get(kind="backup.ended"))["params"]["text"]


def list_jobs() -> list[str]:
    from django_rq import get_queue

    return [job.func_name for job in get_queue("low").jobs]


def test_a_chief_orders_one_in_the_bot_and_is_told_of_its_end():
    make_member(points=70)
    phone = Phone(make_staff_member("Chief"))

    assert "A backup is being made" in phone.say("/backup")
    assert list_jobs() == ["project.jobs.back_up"]
    back_up()

    text = answer()
    assert "read again and adds up" in text
    assert "70 points" in text
    entry = AuditEntry.objects.get(action="backup.order")
    assert (entry.origin, entry.actor_label) == ("bot", phone.member.staff_user.username)


def test_he_is_told_when_it_fails(settings, tmp_path):
    phone = Phone(make_staff_member("Chief"))
    phone.say("/backup")
    (tmp_path / "file").write_text("")
    settings.BACKUP_DIR = settings.BACKUP_EMERGENCY_DIR = tmp_path / "file" / "none"

    with pytest.raises(BackupFailed):
        back_up()

    assert "The older ones are untouched" in answer()


def test_told_once_however_often_is_looked():
    phone = Phone(make_staff_member("Chief"))
    phone.say("/backup")
    back_up()

    for _ in range(3):
        tell_of_backups(now=timezone.now())

    assert OutboxMessage.objects.filter(kind="backup.ended").count() == 1


@pytest.mark.parametrize("group", ["Junior", "Senior"])
def test_others_cannot(group):
    phone = Phone(make_staff_member(group))

    phone.say("/backup")

    assert not BackupRun.objects.exists()
    assert list_jobs() == []


def test_members_do_not_even_hear_of_it():
    phone = Phone(make_member())

    assert "backup" not in phone.say("/backup").lower().replace("/backup", "")
    assert "/backup" not in phone.say("/help")
    assert not BackupRun.objects.exists()


def test_an_impatient_chief_orders_one():
    phone = Phone(make_staff_member("Chief"))
    for _ in range(5):
        phone.say("/backup")

    back_up()

    assert BackupRun.objects.count() == 1


def test_without_redis_the_next_one_by_the_clock_fulfils_it(settings, tmp_path):
    settings.RQ_QUEUES = {
        name: {**queue, "URL": f"unix://{tmp_path}/nowhere.sock"}
        for name, queue in settings.RQ_QUEUES.items()
    }
    phone = Phone(make_staff_member("Chief"))

    assert "A backup is being made" in phone.say("/backup")
    make_backup()

    assert "adds up" in answer()


def test_one_order_by_the_dashboard_and_one_by_the_bot_are_both_fulfilled_by_one_backup():
    Phone(make_staff_member("Chief")).say("/backup")
    order_backup(actor=SYSTEM, member=None, now=timezone.now())

    name = make_backup().name

    assert set(BackupRun.objects.values_list("state", "name")) == {("good", name)}
    assert BackupRun.objects.count() == 2
