"""The words of outbox messages, made when they are sent: kind -> maker.

A maker returns None when there is nothing to tell any more (the VIP was
renewed, the lease is gone): the message is dropped. It runs with the member's
language switched on.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from botrunner import (
    game_notices,
    member_notices,
    number_notices,
    points_notices,
    staff_notices,
    vip_notices,
)
from botrunner.replies import Reply

if TYPE_CHECKING:
    from accounts.models import OutboxMessage

Maker = Callable[["OutboxMessage"], Reply | None]

NOTICES: dict[str, Maker] = {
    "accounts.unbanned": member_notices.tell_unbanned,
    "accounts.frozen": member_notices.tell_frozen,
    "accounts.unfrozen": member_notices.tell_unfrozen,
    "accounts.staff_message": member_notices.tell_staff_message,
    "numbers.free": number_notices.tell_free,
    "lease.expired": number_notices.tell_expired,
    "numbers.file": number_notices.tell_file,
    "numbers.job_over": number_notices.tell_job_over,
    "numbers.job_stopped": number_notices.tell_job_stopped,
    "sms.received": number_notices.tell_sms,
    "sms.withheld": number_notices.tell_withheld,
    "points.referral": member_notices.tell_referral,
    "games.table": game_notices.tell_table,
    "games.blackjack_ended": game_notices.tell_blackjack_ended,
    "points.game_cancelled": game_notices.tell_game_cancelled,
    "points.provider": points_notices.tell_provider,
    "points.received": points_notices.tell_received,
    "points.adjusted": points_notices.tell_adjusted,
    "points.gift": points_notices.tell_gift,
    "points.daily_ready": points_notices.tell_daily_ready,
    "points.search_ready": points_notices.tell_search_ready,
    **staff_notices.MAKERS,
    **vip_notices.MAKERS,
}
