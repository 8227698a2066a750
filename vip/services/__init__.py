"""Everything that may be done with VIP. Other apps import from here."""

from vip.audience import Audience

from .buy import Receipt, buy_plan
from .grant import carry_out_grant, draft_grant, grant_vip
from .plans import save_plan
from .revoke import revoke_vip

__all__ = [
    "Audience",
    "Receipt",
    "buy_plan",
    "carry_out_grant",
    "draft_grant",
    "grant_vip",
    "revoke_vip",
    "save_plan",
]
