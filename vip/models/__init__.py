"""The tables of VIP, by what they are for. Everybody imports from here."""

from .membership import DAYS_MAX, VIP_UNTIL_MAX, Grant, Membership, Plan
from .orders import GrantOrder
from .settings import VipSettings

__all__ = [
    "DAYS_MAX",
    "VIP_UNTIL_MAX",
    "Grant",
    "GrantOrder",
    "Membership",
    "Plan",
    "VipSettings",
]
