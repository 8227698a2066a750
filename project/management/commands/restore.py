"""Puts a backup in the place of the database; the present one is kept aside."""

from contextlib import ExitStack
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from project.backups import BackupFailed
from project.backups.errors import plain_words
from project.backups.facts import describe_change
from project.backups.restore import find_backup, restore
from project.running.preflight import CannotStart, claim_folder


class Command(BaseCommand):
    help = "Restores a backup by its name, or the newest good one. Stop Tallyhouse first."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "name", nargs="?", default="latest", help="as the page Backups lists it, or: latest"
        )
        parser.add_argument(
            "--force", action="store_true", help="also while other processes use the database"
        )

    def handle(self, *, name: str, force: bool, **options: Any) -> None:
        with ExitStack() as stack:
            try:
                if not force:
                    stack.enter_context(claim_folder(settings.VAR_DIR))
                backup = find_backup(name, self.stderr.write)
                done = restore(backup, is_forced=force)
            except CannotStart as error:
                raise CommandError(f"{error} (Or restore with --force.)") from error
            except (BackupFailed, OSError) as error:
                raise CommandError(plain_words(error)) from error
        self.stdout.write(f"Restored {backup.name}. What was there before is kept as {done.aside}.")
        for line in describe_change(done.before, done.after):
            self.stdout.write(line)
        self.stdout.write("Now: manage.py migrate, manage.py verify_ledger, then start Tallyhouse.")
