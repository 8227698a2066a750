"""Imports a file of numbers: what the dashboard's form does, for larger files and scripts."""

import json
from argparse import ArgumentParser
from collections.abc import Sequence
from os import SEEK_END
from pathlib import Path
from typing import Any, BinaryIO

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.services import COMMAND
from numbers.errors import FileRefused
from numbers.importing import faults
from numbers.importing.parse import Line
from numbers.models import Batch, BatchJob, Pool
from numbers.services import begin_attempt, take_step
from numbers.services.background import begin_import
from numbers.services.imports import (
    AT_ONCE_BYTES_MAX,
    COMMAND_BYTES_MAX,
    REJECTIONS_TOLD_MAX,
    load_file,
)
from project.words import say_left


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
                self._import(file, options)
        except FileRefused as refusal:
            params = {**refusal.params}
            if params["fault"] == faults.SAME_FILE_RUNNING:
                # It was killed half-way, or works elsewhere: either way it goes on from there.
                self._watch(BatchJob.objects.get(batch=params["batch_id"], done_at=None), options)
                return
            params.pop("batch_id", None)
            raise self._failure(options, **params) from None
        except OSError as error:
            words = faults.FILE_WORDS[faults.UNREADABLE].format(problem=error.strerror)
            raise self._failure(options, faults.UNREADABLE, words) from None

    def _import(self, file: BinaryIO, options: dict[str, Any]) -> None:
        terms = {
            "pool": self._find_pool(options["pool"], options["country"].upper()),
            "original_name": options["file"].name,
            "actor": COMMAND,
            "rights_confirmed": options["rights_confirmed"],
            "now": timezone.now(),
            "bytes_max": COMMAND_BYTES_MAX,
        }
        if file.seek(0, SEEK_END) > AT_ONCE_BYTES_MAX:
            self._watch(begin_import(file, is_watched=True, **terms), options)
        else:
            batch, outcome = load_file(file, **terms)
            self._print(batch, outcome.rejections, options)

    def _watch(self, job: BatchJob, options: dict[str, Any]) -> None:
        """Loads the file block by block. Killed, a worker or the same command goes on with it."""
        shown = -1
        while job.is_running and begin_attempt(job_id=job.pk, now=timezone.now()):
            job = take_step(job.pk, timezone.now())
            if job.percent > shown and not options["json"]:
                shown = job.percent
                left = f", about {say_left(job.time_left)} left" if job.time_left else ""
                self.stderr.write(f"{shown} %, {job.line:,} lines{left}")
        batch = Batch.objects.select_related("pool").get(pk=job.batch_id)
        rejections = batch.rejections.all()[:REJECTIONS_TOLD_MAX]
        self._print(batch, [Line(row.line, row.value, row.reason) for row in rejections], options)
        job.refresh_from_db()
        if job.is_unfinished or job.is_cancelled:
            raise CommandError("The import was cancelled, or has stopped: see its page.")

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

    def _print(self, batch: Batch, rejections: Sequence[Line], options: dict[str, Any]) -> None:
        if options["json"]:
            report = {
                "batch": batch.pk,
                "pool": batch.pool.name,
                "accepted": batch.accepted_count,
                "duplicates": batch.duplicate_count,
                "rejected_count": batch.rejected_count,
                "rejected": _as_dicts(rejections),
            }
            self.stdout.write(json.dumps(report, ensure_ascii=False))
            return
        self._list(rejections)
        more = batch.rejected_count - len(rejections)
        if more > 0:
            self.stdout.write(f"and {more} more: see the batch's page")
        self.stdout.write(
            f"{batch.accepted_count} accepted, {batch.duplicate_count} duplicates, "
            f"{batch.rejected_count} rejected (duplicates included)"
        )

    def _list(self, rejections: Sequence[Line]) -> None:
        for line in rejections:
            self.stdout.write(f"line {line.line}: {line.reason}: {line.value!r}")


def _as_dicts(rejections: Sequence[Line]) -> list[dict[str, Any]]:
    return [{"line": line.line, "value": line.value, "reason": line.reason} for line in rejections]
