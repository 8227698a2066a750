"""Games as they stand, and what a member brings to the next one."""

from points.games import slots
from points.games.fairness import hash_of, seed_of
from points.models import Multiplier

__all__ = ["SLOTS_SYMBOLS", "active_multiplier", "hash_of", "seed_of", "slots_return"]

SLOTS_SYMBOLS = slots.SYMBOLS


def slots_return() -> float:
    """What comes back of an even stake; an odd one loses half a point more where halves are cut."""
    return slots.return_to_player(stake=2)


def active_multiplier(member_id: int) -> Multiplier | None:
    return Multiplier.objects.filter(pk=member_id, games_left__gt=0).first()
