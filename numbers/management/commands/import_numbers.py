"""Imports a file of numbers: what the dashboard's form does, for larger files and scripts."""

import json
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.services import COMMAND
from numbers.errors import FileRefused
from numbers.importing import faults
from numbers.importing.load import COMMAND_BYTES_MAX, Outcome, load_file
from numbers.importing.parse import Line
from numbers.models import Batch, Pool


class Command(BaseCommand):
    help = "Import a CSV file of phone numbers into a pool; makes the pool if it is new."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--pool", required=True, help="Name of the pool.")
        parser.add_argument("--country", default="", help="ISO code of a new pool, such as AE.")
        parser.add_argument(
            "--rights-confirmed",
            action="store_true",
            help="You declare that you have the right to use these numbers.",
        )
        parser.add_argument("--json", action="store_true", help="Print one JSON object.")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with options["file"].open("rb") as file:
                batch, outcome = load_file(
                    file,
                    pool=self._find_pool(options["pool"], options["country"].upper()),
                    original_name=options["file"].name,
                    actor=COMMAND,
                    rights_confirmed=options["rights_confirmed"],
                    now=timezone.now(),
                    bytes_max=COMMAND_BYTES_MAX,
                )
        except FileRefused as refusal:
            raise self._failure(options, **refusal.params) from None
        except OSError as error:
            words = faults.FILE_WORDS[faults.UNREADABLE].format(problem=error.strerror)
            raise self._failure(options, faults.UNREADABLE, words) from None
        self._print(batch, outcome, options)

    def _find_pool(self, name: str, country: str) -> Pool:
        pool = Pool.objects.filter(name=name).first()
        if pool is None:
            pool = Pool(name=name, country=country)
            try:
                pool.full_clean()
            except ValidationError as error:
                raise CommandError("; ".join(error.messages)) from None
        elif country and pool.country != country:
            known = pool.country or "no country"
            raise CommandError(f"The pool {name} has {known}, not {country}.")
        return pool

    def _failure(
        self, options: dict[str, Any], fault: str, words: str, rejections: Sequence[Line] = ()
    ) -> CommandError:
        if options["json"]:
            report = {"error": fault, "message": words, "rejected": _as_dicts(rejections)}
            self.stdout.write(json.dumps(report, ensure_ascii=False))
        else:
            self._list(rejections)
        return CommandError(words)

    def _print(self, batch: Batch, outcome: Outcome, options: dict[str, Any]) -> None:
        if options["json"]:
            report = {
                "batch": batch.pk,
                "pool": batch.pool.name,
                "accepted": outcome.accepted,
                "duplicates": outcome.duplicates,
                "rejected_count": outcome.rejected,
                "rejected": _as_dicts(outcome.rejections),
            }
            self.stdout.write(json.dumps(report, ensure_ascii=False))
            return
        self._list(outcome.rejections)
        self.stdout.write(
            f"{outcome.accepted} accepted, {outcome.duplicates} duplicates, "
            f"{outcome.rejected} rejected (duplicates included)"
        )

    def _list(self, rejections: Sequence[Line]) -> None:
        for line in rejections:
            self.stdout.write(f"line {line.line}: {line.reason}: {line.value!r}")


def _as_dicts(rejections: Sequence[Line]) -> list[dict[str, Any]]:
    return [{"line": line.line, "value": line.value, "reason": line.reason} for line in rejections]
