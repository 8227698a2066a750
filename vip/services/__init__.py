"""Everything that may be done with VIP. Other apps import from here."""

from vip.audience import Audience, Filter
from vip.tokens import PREFIX as PASS_PREFIX

from .attempts import begin_attempt, end_attempt, retry_order
from .auto_search import search_for_due, set_auto_search, tell_finds
from .boost import boost_auto_search
from .buy import buy_plan
from .gift import give_plan
from .grant import draft_grant, grant_vip, revoke_many
from .networks import renew_postback_secret, save_network, try_network
from .orders import (
    cancel_order,
    carry_out_order,
    claim_quiet_orders,
    continue_order,
    wake_worker,
)
from .pass_links import LinkErrand, PassLink, ask_for_link, find_link, keep_link
from .pass_upkeep import drop_expired_passes
from .passes import PassUse, offer_pass, prove_pass, use_pass
from .plans import save_plan
from .revoke import revoke_vip
from .sale import Receipt

__all__ = [
    "PASS_PREFIX",
    "Audience",
    "Filter",
    "LinkErrand",
    "PassLink",
    "PassUse",
    "Receipt",
    "ask_for_link",
    "begin_attempt",
    "boost_auto_search",
    "buy_plan",
    "cancel_order",
    "carry_out_order",
    "claim_quiet_orders",
    "continue_order",
    "draft_grant",
    "drop_expired_passes",
    "end_attempt",
    "find_link",
    "give_plan",
    "grant_vip",
    "keep_link",
    "offer_pass",
    "prove_pass",
    "renew_postback_secret",
    "retry_order",
    "revoke_many",
    "revoke_vip",
    "save_network",
    "save_plan",
    "search_for_due",
    "set_auto_search",
    "tell_finds",
    "try_network",
    "use_pass",
    "wake_worker",
]
