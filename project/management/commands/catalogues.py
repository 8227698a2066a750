"""Keeps the translations complete: update, missing, fill, compile, check."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    help = "Gathers, fills, compiles and checks the translations of the bot's texts."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True)
        acts.add_parser("update", help="Bring the .po files to the texts of the sources.")
        acts.add_parser("compile", help="Write the .mo files.")
        acts.add_parser("check", help="List what is missing or wrong; exit 1 if anything is.")
        missing = acts.add_parser("missing", help="Print what is untranslated, as JSON.")
        missing.add_argument("language")
        fill = acts.add_parser("fill", help="Take over translations from such a JSON file.")
        fill.add_argument("language")
        fill.add_argument("file", type=Path)

    def handle(self, *args: Any, act: str, **options: Any) -> None:
        try:
            from project.catalogues import acts
        except ModuleNotFoundError as error:
            if error.name != "babel":
                raise
            raise CommandError(
                "This command needs Babel: pip install -r requirements-dev.txt"
            ) from error
        language = options.get("language", "")
        if language and language not in acts.list_languages():
            raise CommandError(f"Choose one of: {', '.join(acts.list_languages())}")
        if act == "update":
            self.stdout.write(acts.update())
        elif act == "compile":
            self.stdout.write(acts.compile_all())
        elif act == "missing":
            self.stdout.write(json.dumps(acts.missing(language), ensure_ascii=False, indent=1))
        elif act == "fill":
            self._fill(acts, language, options["file"])
        else:
            self._check(acts)

    def _fill(self, acts: Any, language: str, file: Path) -> None:
        try:
            entries = json.loads(file.read_text(encoding="utf-8"))
            filled, faults = acts.fill(language, entries)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise CommandError(f"{file} cannot be read: {error}") from error
        for fault in faults:
            self.stderr.write(fault)
        self.stdout.write(f"{filled} filled, {len(faults)} refused.")
        if faults:
            raise CommandError("Nothing was written for the refused ones.")

    def _check(self, acts: Any) -> None:
        faults = [fault for code in acts.list_languages() for fault in acts.list_faults(code)]
        for fault in faults:
            self.stderr.write(fault)
        if faults:
            raise CommandError(f"{len(faults)} faults in the catalogues.")
        self.stdout.write("The catalogues are complete.")
