"""What a member brings along from an older bot. The caller sees to it that it comes once, and
has locked the member's wallet."""

from collections.abc import Collection
from datetime import datetime

from vip.models import AutoSearch, Grant, SeenBefore

from .auto_search import wake_auto_search
from .passes import lock_membership


def import_vip(*, member_id: int, until: datetime, key: str, note: str, now: datetime) -> None:
    """VIP lasts until the later time, to the second. What had ended by now changes nothing."""
    membership = lock_membership(member_id)
    before = membership.vip_until
    if until <= now or (before and before >= until):
        return
    membership.vip_until = until
    membership.save(update_fields=["vip_until"])
    Grant.objects.create(
        membership=membership,
        kind=Grant.Kind.LEGACY,
        key=key,
        until_before=before,
        until_after=until,
        reason=note,
        created_at=now,
    )
    wake_auto_search(member_id, now)


def import_premium(*, member_id: int, until: datetime) -> None:
    """Premium lasts until the later time; what has ended is kept as when it did."""
    membership = lock_membership(member_id)
    if membership.premium_until is None or membership.premium_until < until:
        membership.premium_until = until
        membership.save(update_fields=["premium_until"])


def import_seen(*, member_id: int, numbers: Collection[int]) -> None:
    """The draw passes these videos over, also those that are published later."""
    SeenBefore.objects.bulk_create(
        [SeenBefore(member_id=member_id, number=number) for number in numbers],
        batch_size=1_000,
        ignore_conflicts=True,
    )


def import_auto_search(
    *, member_id: int, is_on: bool, boost: int, boost_until: datetime | None, now: datetime
) -> None:
    """What he has chosen here stays. Without VIP it rests until he is VIP again."""
    is_boosted = boost > 0 and boost_until is not None and boost_until > now
    AutoSearch.objects.get_or_create(
        pk=member_id,
        defaults={
            "is_on": is_on,
            "due_at": now if is_on else None,
            "boost": boost if is_boosted else 0,
            "boost_until": boost_until if is_boosted else None,
        },
    )
