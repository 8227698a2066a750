"""Everything that may be done with VIP. Other apps import from here."""

from .buy import Receipt, buy_plan

__all__ = ["Receipt", "buy_plan"]
