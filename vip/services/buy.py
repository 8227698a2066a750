"""A member buys VIP with his points."""

from datetime import datetime
from functools import partial

from django.db import transaction

from points.services import Cause, debit, lock_wallet
from vip.models import Grant

from .sale import ENTRY_KIND, Receipt, find_receipt, hand_over, make_receipt, open_sale, sell_once


@transaction.atomic
def buy_plan(
    *, member_id: int, plan_id: int, quoted_price: int, key: str, now: datetime
) -> Receipt:
    """Debits the price and extends VIP, once per key: a repeat returns the first receipt.

    Locks the wallet, then the membership. Raises UnknownPlan, PriceChanged, VipTooLong,
    NotEnoughPoints, WalletFrozen, and KeyReused when the key bought something else.
    """
    find = partial(
        find_receipt,
        key,
        kind=Grant.Kind.PURCHASE,
        payer_id=member_id,
        member_id=member_id,
        plan_id=plan_id,
        price=quoted_price,
    )
    return sell_once(partial(_buy, member_id, plan_id, quoted_price, key, now), find)


def _buy(
    member_id: int, plan_id: int, quoted_price: int, key: str, now: datetime
) -> Receipt | None:
    """None when the entry of this key is there already."""
    wallet = lock_wallet(member_id)
    sale = open_sale(member_id=member_id, plan_id=plan_id, quoted_price=quoted_price, now=now)
    cause = Cause(kind=ENTRY_KIND, key=key, now=now, note=str(sale.days))
    posting = debit(wallet, sale.price, cause)
    if not posting.is_new:
        return None
    hand_over(sale, posting, kind=Grant.Kind.PURCHASE, key=key, now=now)
    return make_receipt(sale, posting)
