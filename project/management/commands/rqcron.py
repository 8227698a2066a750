"""Stands before django_rq's command of this name: two of that one run every job twice."""

from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.utils.module_loading import import_string
from django_rq.management.commands import rqcron

from project.cron_lease import LeasedScheduler


class Command(rqcron.Command):
    help = "Runs the schedule; of several such processes one works and the others wait."

    def handle(self, *args: Any, **options: Any) -> None:
        scheduler = LeasedScheduler(logging_level=options["logging_level"])
        scheduler.load_config_from_file(options["config_path"])
        if not scheduler.get_jobs():
            raise CommandError(f"{options['config_path']} registers no jobs.")
        end_beats = import_string(settings.HEARTBEAT)("cron")
        try:
            scheduler.start()  # type: ignore[no-untyped-call]
        finally:
            end_beats()
