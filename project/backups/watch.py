"""Is the newest good backup young enough? Asked by the bot too: the worker may be what is dead."""

from datetime import datetime, timedelta

from django.conf import settings

from project.incidents import close_incident, open_incident

from .runs import newest_good

CAUSE = "backup.late"


class LatenessWatch:
    """After a stop of everything the first backup is given its time."""

    def __init__(self, since: datetime) -> None:
        self._since = since

    def look(self, now: datetime) -> None:
        late = timedelta(minutes=settings.BACKUP_LATE_MINUTES)
        good = newest_good(now)
        made_at = good.started_at if good else None
        if made_at and now - made_at <= late:
            close_incident(CAUSE, now)
            return
        # After the clock was set back it begins anew.
        self._since = min(self._since, now)
        if now - max(made_at or self._since, self._since) > late:
            last = f"The last good one is of {made_at:%d %b %Y, %H:%M} UTC." if made_at else ""
            open_incident(CAUSE, last or "There is none yet.", now)
