import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from accounts.services import COMMAND
from points.models import LedgerCheck
from points.services import verify_ledger


class Command(BaseCommand):
    help = "Re-sums the whole ledger. Ends with code 1 when anything does not add up."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="Print the result as JSON.")

    def handle(self, *args: Any, **options: Any) -> None:
        check = verify_ledger(actor=COMMAND, now=timezone.now())
        self.stdout.write(json.dumps(_as_dict(check)) if options["json"] else _as_line(check))
        if not options["json"]:
            for fault in check.faults:
                self.stderr.write(json.dumps(fault))
        if check.faults:
            sys.exit(1)


def _as_dict(check: LedgerCheck) -> dict[str, Any]:
    fields = ("wallets", "entries", "minted", "burnt", "in_games", "faults")
    return {"ok": not check.faults, **{name: getattr(check, name) for name in fields}}


def _as_line(check: LedgerCheck) -> str:
    verdict = f"{len(check.faults)} FAULTS" if check.faults else "clean"
    held = check.minted - check.burnt - check.in_games
    return (
        f"Ledger {verdict}: {check.wallets} wallets, {check.entries} entries, "
        f"{check.minted} minted - {check.burnt} burnt = {held} held + {check.in_games} in games"
    )
