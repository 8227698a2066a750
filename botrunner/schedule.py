"""The one list of periodic jobs, read by `manage.py rqcron botrunner.schedule`."""

from rq import cron

from project.jobs import clear_sessions

cron.register(clear_sessions, "low", cron="17 3 * * *", job_timeout=600)
