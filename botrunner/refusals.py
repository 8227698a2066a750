"""Makes words of a refusal: what is wrong, and what to do next.

The words of code `x` stand in templates/bot/refusals/x.html and are given the
refusal's params; tests/botrunner/test_refusals.py proves that each code has them.
"""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from botrunner.keyboards import home_row, stars_rows
from botrunner.replies import Button, Keyboard, Reply, render
from botrunner.requests import Request
from botrunner.texts import strip_marks
from project.errors import Refusal

# Refusals of a single press: said over the chat, the screen below stays as it is.
TOASTS = {"foreign_button"}


BUTTONS_ABREAST = 2
# What money helps against, while there are points for sale.
SOLVED_BY_STARS = {"not_enough_points"}

# Routes with labels; the words are chosen when they are shown.
DAILY, GAMES, INVITES, LEASE, LIMITS, NUMBERS = (
    ("daily", gettext_noop("🎁 Daily bonus")),
    ("games", gettext_noop("🎲 Games")),
    ("invites", gettext_noop("👥 Invite friends")),
    ("lease", gettext_noop("⏳ My number")),
    ("limits", gettext_noop("🛡 Limits")),
    ("numbers", gettext_noop("📱 Numbers")),
)
PREMIUM, READY, SEARCH, SEND, STARS, VIDEOS, VIP = (
    ("premium", gettext_noop("🎟 Premium")),
    ("ready", gettext_noop("⏱ What is ready")),
    ("search", gettext_noop("🔍 Search")),
    ("send", gettext_noop("💸 Send points")),
    ("stars", gettext_noop("⭐ Buy points")),
    ("videos", gettext_noop("▶️ Next video")),
    ("vip", gettext_noop("👑 VIP")),
)
# What helps against a refusal, offered above the menu's button.
WAYS_OUT = {
    "not_enough_points": (SEARCH, DAILY, GAMES, INVITES, READY),
    "pack_gone": (STARS,),
    "daily_too_early": (INVITES,),
    "search_too_early": (DAILY,),
    "nothing_to_open": (SEARCH,),
    "nothing_to_use": (SEARCH,),
    "unknown_plan": (VIP,),
    "vip_too_long": (VIP,),
    "account_too_new": (READY,),
    "already_extended": (LEASE,),
    "lease_over": (NUMBERS,),
    "no_numbers": (NUMBERS,),
    "too_many_leases": (LEASE,),
    "self_gift": (VIP,),
    "gift_refused": (VIP,),
    "auto_search_needs_vip": (VIP,),
    "self_transfer": (SEND,),
    "receiver_frozen": (SEND,),
    "multiplier_active": (GAMES,),
    "invalid_stake": (GAMES,),
    "stake_too_high": (GAMES,),
    "unknown_bet": (GAMES,),
    "game_not_found": (GAMES,),
    "games_paused": (LIMITS,),
    "loss_limit_reached": (LIMITS, GAMES),
    "foreign_pass": (PREMIUM,),
    "pass_cap_reached": (VIP,),
    "pass_expired": (PREMIUM,),
    "pass_used": (PREMIUM,),
    "premium_not_offered": (VIP,),
    "unknown_pass": (PREMIUM,),
    "video_gone": (VIDEOS,),
}


def build_refusal(request: Request, refusal: Refusal) -> Reply:
    text = render(f"refusals/{refusal.code}", **refusal.params)
    # A group's card is not the presser's own: it stays, and he alone is told.
    if request.is_button and (refusal.code in TOASTS or not request.is_private):
        return Reply(toast=strip_marks(text), is_alert=True)
    return Reply(text=text, keyboard=_ways_out(request, refusal))


def _ways_out(request: Request, refusal: Refusal) -> Keyboard:
    if not request.is_private:
        return ()
    ways = [Button(_(label), route) for route, label in WAYS_OUT.get(refusal.code, ())]
    rows = [ways[i : i + BUTTONS_ABREAST] for i in range(0, len(ways), BUTTONS_ABREAST)]
    if refusal.code in SOLVED_BY_STARS:
        rows += stars_rows()
    return [*rows, home_row()]
