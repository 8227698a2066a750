"""Pools with numbers in them, and members who hold one."""

from datetime import datetime, timedelta
from itertools import count

from django.utils import timezone

from accounts.models import Member
from numbers.models import Batch, Lease, Number, Pool, Provider
from numbers.services import lease_number
from tests.factories import make_member

_serials = count(1)
_digits = count(971_500_000_001)


def make_pool(*, free: int = 0, **fields) -> Pool:
    """A pool offered to members, with one batch of that many free numbers."""
    fields.setdefault("name", f"Pool {next(_serials)}")
    pool = Pool.objects.create(**fields)
    if free:
        make_batch(pool, free=free)
    return pool


def make_batch(pool: Pool, *, free: int = 0) -> Batch:
    serial = next(_serials)
    batch = Batch.objects.create(
        pool=pool,
        original_name=f"file{serial}.csv",
        file=f"file{serial}.csv",
        sha256=f"{serial:064x}",
        uploader_label="tests",
        rights_confirmed_at=timezone.now(),
        accepted_count=free,
    )
    Number.objects.bulk_create(
        Number(pool=pool, batch=batch, e164=next(_digits)) for _ in range(free)
    )
    return batch


def make_lease(
    *, pool: Pool | None = None, member: Member | None = None, now: datetime | None = None, **terms
) -> Lease:
    """A number held from `now` on, taken as a member takes it."""
    pool = pool or make_pool(free=1)
    return lease_number(
        member_id=(member or make_member()).pk,
        pool_id=pool.pk,
        price=terms.pop("price", pool.price),
        key=terms.pop("key", f"test:{next(_serials)}"),
        now=now or timezone.now(),
    )


def make_provider(slug: str = "acme") -> Provider:
    return Provider.objects.create(slug=slug, secret="not-a-real-secret")


def minutes(value: float) -> timedelta:
    return timedelta(minutes=value)
