"""Makes one backup now."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from project.backups import BackupFailed, make_backup
from project.backups.places import S3

PATIENCE_SECONDS = 60


class Command(BaseCommand):
    help = "Copies the database and the uploaded files, checks the copy, and keeps it."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            backup = make_backup(patience_seconds=PATIENCE_SECONDS)
        except BackupFailed as error:
            raise CommandError(str(error)) from error
        place = f"S3, {backup.name}" if backup.place == S3 else backup.folder
        self.stdout.write(
            f"{place}: {backup.holdings.members} members, {backup.holdings.points} points,"
            f" {len(backup.uploads)} uploaded files, {backup.bytes} bytes in {backup.seconds} s"
        )
