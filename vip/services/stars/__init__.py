"""Points for Telegram Stars: packs, invoices, payments, refunds. Other apps import from here."""

from .invoices import check_invoice, make_invoice
from .payments import receive_payment
from .refund_sending import claim_refunds, decline_refund, finish_refund, put_off_refund
from .refunds import note_refund, refund_payment
from .support import answer_support, ask_support, save_terms

__all__ = [
    "answer_support",
    "ask_support",
    "check_invoice",
    "claim_refunds",
    "decline_refund",
    "finish_refund",
    "make_invoice",
    "note_refund",
    "put_off_refund",
    "receive_payment",
    "refund_payment",
    "save_terms",
]
