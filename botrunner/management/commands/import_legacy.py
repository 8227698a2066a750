"""manage.py import_legacy points_json /old/bot/points.json --dry-run"""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.services import COMMAND, record
from botrunner.legacy import claims, csv_files
from botrunner.legacy.found import Found
from botrunner.legacy.kinds import CLAIMS, CSV_FILES, KINDS, TELEGRAM
from botrunner.legacy.load import Outcome, load, read_totals
from botrunner.legacy.values import Bad

FAULTS_TOLD_MAX = 10_000


class Command(BaseCommand):
    help = (
        "Brings in what an older bot left in its files: what is sound is imported, the rest is"
        " listed. Run again, it changes nothing; stopped half-way, it goes on. See docs/legacy.md."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("kind", choices=sorted(KINDS))
        parser.add_argument("path", type=Path, help="the file, or the folder it is in")
        parser.add_argument("--dry-run", action="store_true", help="Look, and write nothing.")
        parser.add_argument("--json", action="store_true", help="Print one JSON object.")
        parser.add_argument(
            "--ids",
            choices=("legacy", "telegram"),
            help="Whose ids the users have; by default legacy for points_json and"
            " community_csv, whose pieces are held until somebody claims them.",
        )

        parser.add_argument(
            "--rights-confirmed",
            action="store_true",
            help="You declare that you have the right to use the numbers of csv_files.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        kind, is_dry = options["kind"], options["dry_run"]
        before = read_totals()
        try:
            found, outcome = self._import(kind, options)
        except Bad as bad:
            raise CommandError(str(bad)) from None
        report = _report(found, outcome, before, is_dry)
        if not is_dry and (outcome.given or outcome.held):
            counted = {name: report[name] for name in ("given", "held", "members_new")}
            record("legacy.import", actor=COMMAND, target=kind, **counted)
        if options["json"]:
            self.stdout.write(json.dumps(report, ensure_ascii=False))
        else:
            self._print(report)

    def _import(self, kind: str, options: dict[str, Any]) -> tuple[Found, Outcome]:
        path, is_dry, now = options["path"], options["dry_run"], timezone.now()
        if kind == CSV_FILES:
            if not (is_dry or options["rights_confirmed"]):
                raise CommandError("Confirm with --rights-confirmed that you may use the numbers.")
            return csv_files.bring(path, is_dry=is_dry, now=now)
        if kind == CLAIMS:
            return claims.claim_listed(path, is_dry=is_dry, now=now)
        ids = options["ids"] or KINDS[kind].ids or TELEGRAM
        found = KINDS[kind].read(path)
        outcome = load(found, are_telegram=ids == TELEGRAM, is_dry=is_dry, now=now)
        return found, outcome

    def _print(self, report: dict[str, Any]) -> None:
        for note in report["notes"]:
            self.stdout.write(note)
        for fault in report["faults"]:
            self.stdout.write(f"{fault['file']}: {fault['place']}: {fault['reason']}")
        if report["faults_count"] > len(report["faults"]):
            self.stdout.write(f"and {report['faults_count'] - len(report['faults']):,} more")
        given = "would be given to members" if report["is_dry_run"] else "given to members"
        words = {"given": given, "held": "held for a claim", "known": "there already"}
        for name, said in words.items():
            parts = ", ".join(f"{count:,} of {part}" for part, count in report[name].items())
            self.stdout.write(f"{said}: {parts or 'nothing'}")
        self.stdout.write(
            f"members: {report['members_new']:,} new, {report['members_known']:,} known"
        )
        amounts = ", ".join(f"{count:,} {name}" for name, count in report["amounts"].items())
        self.stdout.write(f"new here: {amounts or 'no points'}")
        self.stdout.write(f"bad: {report['faults_count']:,}")
        for when in ("before", "after"):
            totals = ", ".join(f"{count:,} {name}" for name, count in report[when].items())
            self.stdout.write(f"{when}: {totals}")


def _report(found: Found, outcome: Outcome, before: dict[str, int], is_dry: bool) -> dict[str, Any]:
    return {
        "is_dry_run": is_dry,
        "notes": found.notes,
        "faults_count": len(found.faults),
        "faults": [asdict(fault) for fault in found.faults[:FAULTS_TOLD_MAX]],
        "given": dict(outcome.given),
        "held": dict(outcome.held),
        "known": dict(outcome.known),
        "amounts": {name: count for name, count in outcome.amounts.items() if count},
        "members_new": len(outcome.members_new),
        "members_known": len(outcome.members_known - outcome.members_new),
        "before": before,
        "after": read_totals(),
    }
