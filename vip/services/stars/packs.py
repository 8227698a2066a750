"""What is for sale. Each change of a pack is kept in the audit: prices have a history."""

from django.db import transaction

from accounts.services import Actor, record
from vip.models import StarPack

FIELDS = ("points", "stars", "position", "is_active")


@transaction.atomic
def save_star_pack(pack: StarPack, *, actor: Actor) -> StarPack:
    """Writes a validated pack. Sold ones keep what they were: a payment holds its own terms."""
    before = StarPack.objects.select_for_update().filter(pk=pack.pk).values(*FIELDS).first()
    after = {name: getattr(pack, name) for name in FIELDS}
    if before == after:
        return pack
    pack.save()
    record(
        "vip.star_pack.change" if before else "vip.star_pack.add",
        actor=actor,
        target=f"pack {pack.pk}",
        before=before,
        after=after,
    )
    return pack
