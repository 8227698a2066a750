"""Everything that may be done with VIP. Other apps import from here."""

from vip.audience import Audience, Filter

from .attempts import begin_attempt, end_attempt, retry_order
from .buy import buy_plan
from .gift import give_plan
from .grant import draft_grant, grant_vip, revoke_many
from .orders import (
    cancel_order,
    carry_out_order,
    claim_quiet_orders,
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
    "begin_attempt",
    "buy_plan",
    "cancel_order",
    "carry_out_order",
    "claim_quiet_orders",
    "continue_order",
    "draft_grant",
    "end_attempt",
    "give_plan",
    "grant_vip",
    "retry_order",
    "revoke_many",
    "revoke_vip",
    "save_plan",
    "wake_worker",
]
