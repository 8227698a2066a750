"""Everything that may be done with VIP. Other apps import from here."""

from vip.audience import Audience, Filter
from vip.tokens import PREFIX as PASS_PREFIX

from .attempts import begin_attempt, end_attempt, retry_order
from .auto_search import search_for_due, set_auto_search, tell_finds
from .boost import boost_auto_search
from .buy import buy_plan
from .captions import clean_tags
from .endings import queue_ending_notices
from .for_sale import save_plan, save_star_pack
from .gift import give_plan
from .grant import draft_grant, grant_vip, revoke_many
from .legacy import import_auto_search, import_premium, import_seen, import_vip
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
from .publish import (
    SentFile,
    draft_video,
    drop_draft,
    next_number,
    note_file,
    publish_video,
    save_video,
    take_down_video,
)
from .revoke import revoke_vip
from .sale import Receipt
from .settings import save_vip_settings
from .video_aside import handle_reports, put_back_video, refuse_file
from .video_reports import ReportReason, report_video
from .videos import Shown, next_video, replace_video, resume_hour, show_again
from .view_tallies import forget_views, tally_views

__all__ = [
    "PASS_PREFIX",
    "Audience",
    "Filter",
    "LinkErrand",
    "PassLink",
    "PassUse",
    "Receipt",
    "ReportReason",
    "SentFile",
    "Shown",
    "ask_for_link",
    "begin_attempt",
    "boost_auto_search",
    "buy_plan",
    "cancel_order",
    "carry_out_order",
    "claim_quiet_orders",
    "clean_tags",
    "continue_order",
    "draft_grant",
    "draft_video",
    "drop_draft",
    "drop_expired_passes",
    "end_attempt",
    "find_link",
    "forget_views",
    "give_plan",
    "grant_vip",
    "handle_reports",
    "import_auto_search",
    "import_premium",
    "import_seen",
    "import_vip",
    "keep_link",
    "next_number",
    "next_video",
    "note_file",
    "offer_pass",
    "prove_pass",
    "publish_video",
    "put_back_video",
    "queue_ending_notices",
    "refuse_file",
    "renew_postback_secret",
    "replace_video",
    "report_video",
    "resume_hour",
    "retry_order",
    "revoke_many",
    "revoke_vip",
    "save_network",
    "save_plan",
    "save_star_pack",
    "save_video",
    "save_vip_settings",
    "search_for_due",
    "set_auto_search",
    "show_again",
    "take_down_video",
    "tally_views",
    "tell_finds",
    "try_network",
    "use_pass",
    "wake_worker",
]
