"""Everything that may be done with VIP. Other apps import from here."""

from vip.audience import Audience, Filter

from .buy import buy_plan
from .gift import give_plan
from .grant import draft_grant, grant_vip, revoke_many
from .orders import (
    cancel_order,
    carry_out_order,
    claim_stopped_orders,
    continue_order,
    wake_worker,
)
from .plans import save_plan
from .revoke import revoke_vip
from .sale import Receipt

__all__ = [
    "Audience",
    "Filter",
    "Receipt",
    "buy_plan",
    "cancel_order",
    "carry_out_order",
    "claim_stopped_orders",
    "continue_order",
    "draft_grant",
    "give_plan",
    "grant_vip",
    "revoke_many",
    "revoke_vip",
    "save_plan",
    "wake_worker",
]
