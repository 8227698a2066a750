"""Periodic work of the points app; each may run twice."""

from django.utils import timezone

from accounts.services import SYSTEM
from points import services


def forget_group_messages() -> None:
    services.forget_group_messages(now=timezone.now())


def verify_ledger() -> None:
    services.verify_ledger(actor=SYSTEM, now=timezone.now())
