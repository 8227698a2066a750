"""Pools and providers as staff change them: each change is kept in the audit."""

from django.db import transaction
from django.utils import timezone

from accounts.services import Actor, record
from numbers.models import MAPPING_FIELDS, REQUEST_FIELDS, Pool, Provider, new_provider_secret

from .health import forget_failure

# A secret is never among them.
_FIELDS = {
    Pool: ("name", "country", "price", "is_active", "rules"),
    Provider: ("kind", "slug", "is_active", *REQUEST_FIELDS, *MAPPING_FIELDS),
}


@transaction.atomic
def save_upkeep(row: Pool | Provider, *, actor: Actor) -> None:
    """Writes a validated row; leases that run keep the terms they began with."""
    model, fields = type(row), _FIELDS[type(row)]
    stored = model._default_manager.select_for_update().filter(pk=row.pk)
    before = stored.values(*fields).first()
    old = Provider.objects.filter(pk=row.pk).first() if isinstance(row, Provider) else None
    if isinstance(row, Pool) and row.rules != (before or {}).get("rules", ""):
        row.rules_version += 1
    if isinstance(row, Provider):
        # It is asked anew at once, and how it does is not written back.
        row.poll_due_at, row.poll_failures = None, 0
        state = ["secret", "poll_due_at", "poll_failures"]
        row.save(update_fields=[*fields, *state] if before else None)
        if not row.is_active:
            forget_failure(row, timezone.now())
    else:
        row.save()
    after = {name: getattr(row, name) for name in fields}
    if isinstance(row, Provider) and old and row.secret != old.secret:
        after["its secret"] = "(changed)"
    if before != after:
        verb = "change" if before else "add"
        name = model._meta.model_name
        record(f"numbers.{name}.{verb}", actor=actor, target=row, before=before, after=after)


@transaction.atomic
def renew_secret(*, provider_id: int, actor: Actor) -> Provider:
    """The old secret signs nothing from now on."""
    provider = Provider.objects.select_for_update().get(pk=provider_id)
    provider.secret = new_provider_secret()
    provider.save(update_fields=["secret"])
    record("numbers.provider.new_secret", actor=actor, target=provider)
    return provider


def draft_pool(name: str, country: str) -> Pool:
    """A new pool, not stored yet. Raises ValidationError."""
    pool = Pool(name=name, country=country)
    pool.full_clean()
    return pool
