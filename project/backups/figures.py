"""What the home page shows of backups."""

from datetime import datetime, timedelta

from django.conf import settings

from project.figures import Figure, Reading
from project.incidents import list_open
from project.navigation import SUPERUSER

from .runs import newest_failed, newest_good


def last_backup(now: datetime) -> Reading:
    """Told by the database, not by the folders: they may lie on another machine."""
    good, failed = newest_good(now), newest_failed()
    every = f"One is made every {settings.BACKUP_EVERY_MINUTES} minutes"
    if good is None or good.started_at is None:
        return Reading("None yet", failed.error if failed else every, "warn")
    age = now - good.started_at
    if failed and failed.started_at and failed.started_at > good.started_at:
        return Reading(_ago(age), f"The last attempt failed: {failed.error}", "warn")
    if age > timedelta(minutes=settings.BACKUP_LATE_MINUTES):
        return Reading(_ago(age), f"Is the worker running? {every}", "warn")
    if trouble := list_open("backup"):
        return Reading(_ago(age), trouble[0].headline, "warn")
    return Reading(_ago(age), "Copied, reopened and re-summed", "good")


def _ago(age: timedelta) -> str:
    minutes = max(int(age.total_seconds() // 60), 0)
    if minutes < 60:
        return f"{minutes} min ago"
    return f"{minutes // 60} h ago" if minutes < 2_880 else f"{minutes // 1_440} days ago"


FIGURES = [
    Figure(
        label="Last backup",
        icon="backup",
        view="backups",
        permission=SUPERUSER,
        read=last_backup,
    )
]
