"""Everything that may be done with numbers. Other apps import from here."""

from .batches import delete_batch, disable_batch, enable_batch, undo_batch
from .counting import fold_counts, rebuild_stock, verify_stock
from .drawing import free_rested
from .lease import (
    change_number,
    extend_lease,
    lease_number,
    release_lease,
    settle_expired,
)
from .sms import SmsArrival, receive_sms, resend_sms
from .upkeep import renew_secret, save_upkeep

__all__ = [
    "SmsArrival",
    "change_number",
    "delete_batch",
    "disable_batch",
    "enable_batch",
    "extend_lease",
    "fold_counts",
    "free_rested",
    "lease_number",
    "rebuild_stock",
    "receive_sms",
    "release_lease",
    "renew_secret",
    "resend_sms",
    "save_upkeep",
    "settle_expired",
    "undo_batch",
    "verify_stock",
]
