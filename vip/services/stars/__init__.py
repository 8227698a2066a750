"""Points for Telegram Stars: packs, invoices and payments. Other apps import from here."""

from .invoices import check_invoice, make_invoice
from .packs import save_star_pack
from .payments import receive_payment

__all__ = ["check_invoice", "make_invoice", "receive_payment", "save_star_pack"]
