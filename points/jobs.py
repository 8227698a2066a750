"""Periodic work of the points app; each may run twice."""

from django.utils import timezone

from accounts.services import SYSTEM
from points import services

GAMES_PER_LOOK = 200


def forget_group_messages() -> None:
    services.forget_group_messages(now=timezone.now())


def refresh_scores() -> None:
    services.refresh_scores(now=timezone.now())


def mark_boards() -> None:
    services.mark_boards()


def forget_day_scores() -> None:
    services.forget_day_scores(now=timezone.now())


def verify_ledger() -> None:
    services.verify_ledger(actor=SYSTEM, now=timezone.now())


def end_due_games() -> None:
    """The bot's own clock looks more often; this one ends games while no bot runs."""
    while services.end_due_games(now=timezone.now(), limit=GAMES_PER_LOOK) == GAMES_PER_LOOK:
        pass
