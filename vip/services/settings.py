"""The owner changes the numbers of VIP, premium and videos."""

from datetime import datetime

from django.db import transaction

from accounts.services import Actor, save_settings
from vip.models import VipSettings
from vip.selectors import get_settings

from .auto_search import hurry_auto_searches


@transaction.atomic
def save_vip_settings(row: VipSettings, *, actor: Actor, now: datetime) -> None:
    """Saves and audits. Once a raised limit is committed, who had used it up goes on."""
    is_raised = row.auto_search_daily_max > get_settings().auto_search_daily_max
    save_settings(row, actor=actor)
    if is_raised:
        transaction.on_commit(lambda: hurry_auto_searches(now))
