"""What the home page shows of backups."""

from datetime import datetime, timedelta

from project.figures import Figure, Reading
from project.navigation import SUPERUSER

from .store import last_failure, list_backups

LATE = timedelta(minutes=10)


def last_backup(now: datetime) -> Reading:
    failure = last_failure()
    backups = list_backups()
    if not backups:
        return Reading(
            "None yet", failure["words"] if failure else "One is made every 5 minutes", "warn"
        )
    age = now - backups[0].moment
    if failure:
        return Reading(_ago(age), f"The last attempt failed: {failure['words']}", "warn")
    if age > LATE:
        return Reading(_ago(age), "Is the worker running? There should be one every 5 min", "warn")
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
