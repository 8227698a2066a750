"""Three pools of numbers that ring nowhere: ranges reserved for drama and fiction.

United Kingdom: Ofcom's 07700 900000-900999. United States: 555-0100 to 555-0199 of any area.
France: Arcep's 06 39 98 00 00 to 06 39 98 99 99.
"""

from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256

from django.core.files.base import ContentFile

from accounts.services import Actor
from numbers.models import Batch, Number, Pool

_POOLS = (
    ("United Kingdom (demo)", "GB", 10, "uk", (447_700_900_000, 300)),
    ("United States (demo)", "US", 5, "us", (12_025_550_100, 100)),
    ("France (demo)", "FR", 15, "fr", (33_639_980_000, 150)),
)


def stock_pools(actor: Actor, now: datetime) -> Iterator[Pool]:
    for name, country, price, code, (first, count) in _POOLS:
        pool = Pool.objects.create(name=name, country=country, price=price)
        numbers = range(first, first + count)
        content = "Number\r\n" + "".join(f"+{number}\r\n" for number in numbers)
        batch = Batch(
            pool=pool,
            original_name=f"demo_{code}.csv",
            sha256=sha256(content.encode()).hexdigest(),
            accepted_count=count,
            uploader_label=actor.label,
            rights_confirmed_at=now,
            created_at=now,
        )
        batch.file.save(f"pool_{now:%Y%m%d_%H%M%S}_{code}.csv", ContentFile(content.encode()))
        Number.objects.bulk_create(
            Number(pool=pool, batch=batch, e164=number) for number in numbers
        )
        yield pool
