"""Jobs of the frame itself."""

from django.core.management import call_command
from django.utils import timezone

from project.backups import BackupBusy, make_backup
from project.backups.check import verify_again
from project.backups.drill import drill
from project.dashboard import close_days, list_charts

JOB_SECONDS_MAX = 3_600


def clear_sessions() -> None:
    call_command("clearsessions")


def back_up(patience_seconds: float = 0) -> str:
    """Raises BackupFailed, so that the job counts as failed."""
    try:
        return make_backup(patience_seconds=patience_seconds).name
    except BackupBusy:
        return "Another one is being made."


def verify_backup(name: str) -> str:
    return verify_again(name, timezone.now())


def drill_restore() -> str:
    return drill().error


def close_chart_days() -> None:
    """Sums yesterday for the home page before anybody has to wait for it."""
    today = timezone.now().date()
    for chart in list_charts():
        close_days(chart, today)
