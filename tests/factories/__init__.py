"""Makes the smallest consistent rows."""

from itertools import count

from django.utils import timezone

from accounts.models import Member
from points.models import Entry, ItemEntry
from points.services import Cause, credit, lock_wallet, open_wallet
from points.services.items import ItemCause, add_item

_ids = count(700_000_001)
_keys = count(1)


def make_member(*, points: int = 0, **fields) -> Member:
    """A member with an open wallet and that many points, without welcome points."""
    telegram_id = fields.pop("telegram_id", None) or next(_ids)
    fields.setdefault("first_name", f"Member{telegram_id % 1000}")
    member = Member.objects.create(telegram_id=telegram_id, **fields)
    open_wallet(member.pk)
    if points:
        give_points(member, points)
    return member


def give_points(member: Member, amount: int) -> None:
    from django.db import transaction

    with transaction.atomic():
        cause = Cause(
            kind=Entry.Kind.ADJUSTMENT,
            key=f"factory:{member.pk}:{next(_keys)}",
            now=timezone.now(),
            despite_freeze=True,
        )
        credit(lock_wallet(member.pk), amount, cause)


def give_item(member: Member, kind: str, quantity: int = 1, *, key: str = "") -> None:
    from django.db import transaction

    with transaction.atomic():
        cause = ItemCause(
            kind=ItemEntry.Cause.GIFT,
            key=key or f"factory:{member.pk}:{next(_keys)}",
            now=timezone.now(),
        )
        add_item(lock_wallet(member.pk), kind, quantity, cause)
