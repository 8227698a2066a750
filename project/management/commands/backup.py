"""Makes one backup now."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from project.backups import BackupFailed, make_backup


class Command(BaseCommand):
    help = "Copies the database and the uploaded files, checks the copy, and keeps it."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            backup = make_backup()
        except BackupFailed as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"{backup.folder}: {backup.members} members, {backup.points} points,"
            f" {backup.uploads} uploaded files, {backup.bytes} bytes in {backup.seconds} s"
        )
