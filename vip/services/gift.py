"""A member pays for another's VIP."""

from datetime import datetime
from functools import partial

from django.db import transaction

from accounts.errors import MemberGone
from accounts.selectors import list_members
from accounts.services import queue_message
from points.services import Cause, check_age, debit, lock_wallet
from vip.errors import GiftRefused, SelfGift
from vip.models import Grant

from .sale import ENTRY_KIND, Receipt, find_receipt, hand_over, make_receipt, open_sale, sell_once


@transaction.atomic
def give_plan(
    *, giver_id: int, receiver_id: int, plan_id: int, quoted_price: int, key: str, now: datetime
) -> Receipt:
    """Debits the giver and extends the receiver's VIP, once per key, as buy_plan does.

    Locks the giver's wallet, then the receiver's membership: one of each, so that two who
    give to each other at once do not wait for each other. Raises SelfGift, GiftRefused,
    AccountTooNew, MemberGone, and what buy_plan raises.
    """
    if giver_id == receiver_id:
        raise SelfGift()
    find = partial(
        find_receipt,
        key,
        kind=Grant.Kind.GIFT,
        payer_id=giver_id,
        member_id=receiver_id,
        plan_id=plan_id,
        price=quoted_price,
    )
    return sell_once(partial(_give, giver_id, receiver_id, plan_id, quoted_price, key, now), find)


def _give(
    giver_id: int, receiver_id: int, plan_id: int, quoted_price: int, key: str, now: datetime
) -> Receipt | None:
    """None when the entry of this key is there already."""
    wallet = lock_wallet(giver_id)
    sale = open_sale(member_id=receiver_id, plan_id=plan_id, quoted_price=quoted_price, now=now)
    _check_people(giver_id, receiver_id, now)
    cause = Cause(
        kind=ENTRY_KIND, key=key, now=now, counterparty_id=receiver_id, note=str(sale.days)
    )
    posting = debit(wallet, sale.price, cause)
    if not posting.is_new:
        return None
    grant_id = hand_over(sale, posting, kind=Grant.Kind.GIFT, key=key, now=now)
    queue_message(
        kind="vip.gift",
        key=f"vip.gift:{grant_id}",
        member_id=receiver_id,
        due_at=now,
        grant=grant_id,
    )
    return make_receipt(sale, posting)


def _check_people(giver_id: int, receiver_id: int, now: datetime) -> None:
    """The giver's freeze and balance are debit's to check.

    Who is too new to send points would send them as VIP: one rule for both.
    """
    people = list_members([giver_id, receiver_id])
    giver = people[giver_id]
    if giver.anonymised_at is not None:
        raise MemberGone()
    check_age(giver.joined_at, now)
    receiver = people[receiver_id]
    if receiver.is_frozen or receiver.anonymised_at is not None:
        raise GiftRefused(name=receiver.display_name)
