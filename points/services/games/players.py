"""Who is still in a game that several play."""

from points.models import Seat

from .table import HeldGame


def is_out(held: HeldGame, seat: Seat) -> bool:
    """Frozen or banned meanwhile, or gone with all his data: he neither wins nor loses."""
    return held.wallets[seat.member_id].is_frozen or seat.member.anonymised_at is not None
