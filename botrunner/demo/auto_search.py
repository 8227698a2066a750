"""A few members for whom the bot searches, one of them boosted."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from accounts.services import set_notification
from botrunner.perks import search_perks
from vip.selectors import list_vips
from vip.services import boost_auto_search, search_for_due, set_auto_search

if TYPE_CHECKING:
    from accounts.services import Actor
    from botrunner.demo.history import Story

SEEKERS = 4


def switch_on(story: "Story", actor: "Actor", now: datetime) -> None:
    """From here on the bot's own clock goes on with it, as with everybody's."""
    vips = list_vips((member.pk for member in story.members), now)
    seekers = [member for member in story.members if member.pk in vips and not member.is_frozen]
    for member in seekers[:SEEKERS]:
        # Nobody is behind them to read what was found.
        set_notification(member=member, kind="points", is_on=False)
        set_auto_search(member_id=member.pk, is_on=True, now=now)
    for member in seekers[:1]:
        boost_auto_search(
            member_id=member.pk,
            added=20,
            until=now + timedelta(days=7),
            reason="Helped newcomers all week",
            actor=actor,
            key=story.next_key("boost"),
            now=now,
        )
    search_for_due(now=now, perks=search_perks(is_vip=True), chance=story.dice)
