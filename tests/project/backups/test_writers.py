"""A backup made while four processes write: it opens, adds up, and is of its own start."""

import os
import subprocess
import sys

import pytest
from django.conf import settings as live_settings
from django.db import connection

from points.models import Entry
from project.backups import make_backup
from project.backups.check import check_backup
from tests.factories import make_member

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

WRITE = """
import django, sys; django.setup()
from django.db import connection, transaction
connection.settings_dict["NAME"] = sys.argv[1]
from django.utils import timezone
from points.models import Entry
from points.services import Cause, credit, lock_wallet
number, first = 0, True
while True:
    with transaction.atomic():
        cause = Cause(kind=Entry.Kind.ADJUSTMENT, key=f"writer:{sys.argv[2]}:{number}",
            now=timezone.now(), despite_freeze=True)
        credit(lock_wallet(int(sys.argv[2])), 1 + number % 7, cause)
    number += 1
    if first:
        print("writing", flush=True)
        first = False
"""


def start_writer(member) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-c", WRITE, str(connection.settings_dict["NAME"]), str(member.pk)],
        cwd=live_settings.BASE_DIR,
        env={**os.environ, "PYTHONPATH": str(live_settings.BASE_DIR)},
        stdout=subprocess.PIPE,
        text=True,
    )


def test_four_processes_write_meanwhile():
    writers = [start_writer(make_member(points=5)) for _ in range(4)]
    try:
        for writer in writers:
            assert writer.stdout.readline() == "writing\n"
        for _ in range(3):
            written_before = Entry.objects.count()

            backup = make_backup()

            written_after = Entry.objects.count()
            check_backup(backup)
            # All that was there when it began, and nothing from after its end.
            assert written_before <= backup.holdings.entries <= written_after
            assert written_after > written_before
            assert all(writer.poll() is None for writer in writers)
    finally:
        for writer in writers:
            writer.kill()
            writer.communicate()
