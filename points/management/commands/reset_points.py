"""manage.py reset_points --reason "A new season" --yes"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Sum
from django.utils import timezone
from django.utils.crypto import get_random_string

from accounts.errors import ReasonRequired
from accounts.services import COMMAND, clean_reason
from points.models import Wallet
from points.services import reset_points
from project.backups import BackupFailed, make_backup

BACKUP_PATIENCE_SECONDS = 60


class Command(BaseCommand):
    help = (
        "Starts afresh: makes a backup, then brings every balance to zero, each by an entry of"
        " the ledger. History, XP, items, VIP and stakes of games under way stay. Stopped in"
        " the middle, the same command takes the rest."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--yes", action="store_true", help="without it nothing is changed")
        parser.add_argument(
            "--reason", default="Starting afresh", help="stands in each entry and in the audit"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            reason = clean_reason(options["reason"])
        except ReasonRequired as refusal:
            raise CommandError("Give a reason.") from refusal
        if not options["yes"]:
            full = Wallet.objects.filter(balance__gt=0)
            points = full.aggregate(sum=Sum("balance"))["sum"] or 0
            raise CommandError(
                f"This would take {points:,} points from {full.count():,} wallets."
                " Nothing was changed: say --yes."
            )
        try:
            backup = make_backup(patience_seconds=BACKUP_PATIENCE_SECONDS)
        except BackupFailed as error:
            raise CommandError(f"{error} Nothing was changed.") from error
        self.stdout.write(f"Backup {backup.name} has the balances as they were.")
        done = reset_points(
            reason=reason,
            key=f"reset:{get_random_string(12)}",
            backup=backup.name,
            actor=COMMAND,
            now=timezone.now(),
        )
        self.stdout.write(f"{done.points:,} points taken from {done.wallets:,} wallets.")
