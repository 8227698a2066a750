import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from numbers.services import rebuild_stock, verify_stock


class Command(BaseCommand):
    help = "Counts every number. Ends with code 1 when a count that is kept is not the same."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--rebuild", action="store_true", help="Put right what is not the same."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        faults = verify_stock()
        for fault in faults:
            self.stderr.write(json.dumps(fault))
        if not faults:
            self.stdout.write("Stock clean: every count is what was counted.")
            return
        if options["rebuild"]:
            rebuild_stock()
            self.stdout.write(f"Stock rebuilt: {len(faults)} counts were wrong.")
            return
        self.stdout.write(f"Stock {len(faults)} FAULTS: --rebuild counts anew.")
        sys.exit(1)
