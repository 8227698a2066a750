"""Periodic work of the bot's own tables. Jobs may run twice, or not at all for a while."""

from django.utils import timezone

from botrunner import cards, drafts, inbox, sent_pictures
from botrunner.heartbeat import forget_dead
from botrunner.models import Heartbeat


def beat() -> None:
    """Enqueued each minute by cron and run by a worker: its running shows that both live."""
    now = timezone.now()
    for kind in ("cron", "worker"):
        # One row for all: a worker runs each job in a process of its own.
        Heartbeat.objects.update_or_create(process=kind, defaults={"kind": kind, "beat_at": now})


def purge() -> None:
    """Drops answered updates and old drafts, which hold what people wrote, and what is useless."""
    now = timezone.now()
    inbox.purge(now)
    forget_dead(now)
    drafts.purge(now)
    sent_pictures.purge(now)
    cards.purge(now)
