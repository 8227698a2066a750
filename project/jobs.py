"""Jobs of the frame itself."""

from django.core.management import call_command
from django.utils import timezone

from project.backups import make_backup
from project.dashboard import close_days, list_charts

JOB_SECONDS_MAX = 3_600


def clear_sessions() -> None:
    call_command("clearsessions")


def back_up() -> str:
    """Raises BackupFailed, so that the job counts as failed."""
    return make_backup().name


def close_chart_days() -> None:
    """Sums yesterday for the home page before anybody has to wait for it."""
    today = timezone.now().date()
    for chart in list_charts():
        close_days(chart, today)
