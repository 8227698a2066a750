"""Restores the newest backup into a scratch database and says what came of it."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from project.backups.drill import drill


class Command(BaseCommand):
    help = "Tries whether the newest backup can be restored. It changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        done = drill()
        if done.error:
            raise CommandError(f"{done.name or 'No backup'}: {done.error}")
        self.stdout.write(
            f"{done.name} was restored in {done.seconds} s: {done.members} members,"
            f" {done.points} points, {done.entries} entries, and the ledger adds up."
        )
