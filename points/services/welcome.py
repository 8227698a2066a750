"""The first points of a new member."""

from datetime import datetime

from django.db import transaction

from points.models import Entry
from points.selectors import get_settings

from .ledger import Cause, credit, lock_wallet, open_wallet


@transaction.atomic
def welcome(member_id: int, *, now: datetime) -> None:
    """Opens the wallet and credits the welcome points, once in a member's life."""
    open_wallet(member_id)
    amount = get_settings().welcome_points
    if amount:
        cause = Cause(kind=Entry.Kind.WELCOME, key=f"welcome:{member_id}", now=now)
        credit(lock_wallet(member_id), amount, cause)
