"""Fills an empty house with invented members and their last thirty days."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from botrunner.demo.load import load


class Command(BaseCommand):
    help = "Loads invented members with thirty days of history. Run again, it changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.SANDBOX:
            raise CommandError("There is a bot token: demo members do not belong among real ones.")
        count = load(timezone.now())
        self.stdout.write(
            f"Loaded {count} demo members." if count else "The demo data is loaded already."
        )
