"""Everything that may be done with points. Other apps import from here."""

from .ledger import (
    Cause,
    HeldWallet,
    Posting,
    credit,
    debit,
    find_posting,
    lock_wallet,
    lock_wallets,
    open_wallet,
)
from .referral import reward_referral
from .welcome import welcome

__all__ = [
    "Cause",
    "HeldWallet",
    "Posting",
    "credit",
    "debit",
    "find_posting",
    "lock_wallet",
    "lock_wallets",
    "open_wallet",
    "reward_referral",
    "welcome",
]
