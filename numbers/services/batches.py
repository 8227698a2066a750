"""What staff do with a batch as a whole. Each act is audited; none touches a number in use."""

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from accounts.services import Actor, record
from numbers.errors import BatchLeased, BatchUsed
from numbers.models import Batch, Lease, Number

from .batch_jobs import refuse_busy


@transaction.atomic
def disable_batch(*, batch_id: int, actor: Actor) -> int:
    """Takes its free numbers out of the draw; returns how many. Leases go on to their end."""
    batch = lock_batch(batch_id)
    count = _move(batch, Number.State.FREE, Number.State.DISABLED)
    _set_state(batch, Batch.State.DISABLED, "numbers.disable_batch", actor, count)
    return count


@transaction.atomic
def enable_batch(*, batch_id: int, actor: Actor) -> int:
    """Puts its numbers back into the draw; returns how many."""
    batch = lock_batch(batch_id)
    count = _move(batch, Number.State.DISABLED, Number.State.FREE)
    _set_state(batch, Batch.State.ACTIVE, "numbers.enable_batch", actor, count)
    return count


@transaction.atomic
def undo_batch(*, batch_id: int, actor: Actor) -> int:
    """Takes an import back as if it had never been; returns the numbers removed.

    Raises BatchUsed once a member has held one of them, and BatchBusy.
    """
    batch = lock_batch(batch_id)
    refuse_busy(batch)
    used = Number.objects.filter(was_leased(), batch=batch).count()
    if used:
        raise BatchUsed(count=used)
    return _remove(batch, "numbers.undo_batch", actor)


@transaction.atomic
def delete_batch(*, batch_id: int, actor: Actor, now: datetime) -> int:
    """Takes a batch out of stock for good; returns the numbers removed.

    Numbers that members have held stay for the history, out of every draw. Raises
    BatchLeased and BatchBusy.
    """
    batch = lock_batch(batch_id)
    refuse_busy(batch)
    refuse_leased(batch, now)
    if not Number.objects.filter(was_leased(), batch=batch).exists():
        return _remove(batch, "numbers.delete_batch", actor)
    count = _erase(Number.objects.filter(~was_leased(), batch=batch))
    _move(batch, Number.State.FREE, Number.State.DISABLED)
    _set_state(batch, Batch.State.DELETED, "numbers.delete_batch", actor, count)
    return count


def lock_batch(batch_id: int) -> Batch:
    batches = Batch.objects.exclude(state=Batch.State.DELETED).select_related("pool")
    return batches.select_for_update(of=("self",)).get(pk=batch_id)


def was_leased() -> Exists:
    return Exists(Lease.objects.filter(number_id=OuterRef("pk")))


def refuse_leased(batch: Batch, now: datetime) -> None:
    live = Lease.objects.filter(
        number__batch=batch, ended_at__isnull=True, settled_at__isnull=True, expires_at__gt=now
    )
    if count := live.count():
        raise BatchLeased(count=count)


def _move(batch: Batch, old: Number.State, new: Number.State) -> int:
    return Number.objects.filter(batch=batch, state=old).update(state=new)


def _set_state(batch: Batch, state: Batch.State, action: str, actor: Actor, count: int) -> None:
    batch.state = state
    batch.save(update_fields=["state"])
    _audit(action, batch, actor, count)


def _remove(batch: Batch, action: str, actor: Actor) -> int:
    count = _erase(Number.objects.filter(~was_leased(), batch=batch))
    left = Number.objects.filter(batch=batch).count()
    if left:
        # Leased while we looked: the transaction takes everything back.
        raise BatchUsed(count=left)
    _audit(action, batch, actor, count)
    storage, name = batch.file.storage, batch.file.name
    batch.delete()
    if name:
        transaction.on_commit(lambda: storage.delete(name))
    return count


def _erase(numbers: QuerySet[Number]) -> int:
    """One statement, without loading a row. Rows that are being leased are waited for and kept."""
    free = numbers.exclude(state=Number.State.LEASED)
    return free._raw_delete(free.db)


def _audit(action: str, batch: Batch, actor: Actor, count: int) -> None:
    record(
        action,
        actor=actor,
        target=f"{batch.pool}: {batch.original_name}",
        batch_id=batch.pk,
        count=count,
    )
