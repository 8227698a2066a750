"""A member agrees to the rules of a pool."""

from datetime import datetime

from django.db import transaction

from numbers.errors import NoNumbers, RulesNotAccepted
from numbers.models import Pool, RulesAcceptance


@transaction.atomic
def accept_rules(*, member_id: int, pool_id: int, version: int, now: datetime) -> None:
    """Once a version; a repeat changes nothing.

    Raises NoNumbers for a pool not offered, RulesNotAccepted when he was shown an earlier version.
    """
    pool = Pool.objects.filter(pk=pool_id, is_active=True).first()
    if pool is None:
        raise NoNumbers()
    if version != pool.rules_version:
        raise RulesNotAccepted(pool_id=pool_id)
    RulesAcceptance.objects.bulk_create(
        [RulesAcceptance(pool=pool, member_id=member_id, version=version, accepted_at=now)],
        ignore_conflicts=True,
    )
