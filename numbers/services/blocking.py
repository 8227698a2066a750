"""The block list of senders: whom it names, and how staff change it."""

from django.db import transaction

from accounts.services import Actor, record
from numbers.models import BlockedSender, fold_sender


def is_blocked(sender: str) -> bool:
    """By the unique index: every beginning of the name is asked for at once."""
    folded = fold_sender(sender)
    beginnings = [folded[: end + 1] for end in range(len(folded))]
    return (
        BlockedSender.objects.filter(folded__in=beginnings, is_prefix=True).exists()
        or BlockedSender.objects.filter(folded=folded).exists()
    )


@transaction.atomic
def block_sender(row: BlockedSender, *, actor: Actor) -> None:
    """Adds or changes a validated row. What came before stays as it was judged then."""
    verb = "change" if row.pk else "add"
    row.folded = fold_sender(row.name)
    row.save()
    record(
        f"numbers.blocked_sender.{verb}",
        actor=actor,
        target=row,
        reason=row.reason,
        is_prefix=row.is_prefix,
    )


@transaction.atomic
def unblock_sender(*, row_id: int, actor: Actor) -> None:
    row = BlockedSender.objects.select_for_update().filter(pk=row_id).first()
    if row is not None:
        record("numbers.blocked_sender.delete", actor=actor, target=row)
        row.delete()
