"""The one list of periodic jobs, read by `manage.py rqcron botrunner.schedule`."""

from rq import cron

from botrunner.jobs import beat, purge
from project.jobs import clear_sessions

cron.register(clear_sessions, "low", cron="17 3 * * *", job_timeout=600)
cron.register(beat, "default", cron="* * * * *", job_timeout=30)
cron.register(purge, "low", cron="41 3 * * *", job_timeout=1800)
