"""Members talk in the group, which earns them XP."""

from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING

from botrunner.demo.vouches import CHAT_ID
from points.services import earn_by_message

if TYPE_CHECKING:
    from accounts.models import Member
    from botrunner.demo.history import Story

MESSAGES_MAX = 12
VOICE_SHARE = 0.15


def talk(story: "Story", member: "Member", moment: datetime) -> None:
    """Some write much and some little, day after day; a few messages are voice."""
    # Dice of his own: what is said, no other act may follow from.
    dice = Random(story.next_key("talk"))  # noqa: S311
    eagerness = 1 + member.pk % MESSAGES_MAX
    for number in range(dice.randint(1, eagerness)):
        story.next_key("message")
        earn_by_message(
            member_id=member.pk,
            chat_telegram_id=CHAT_ID,
            message_id=story.acts,
            voice_seconds=dice.randrange(5, 60) if dice.random() < VOICE_SHARE else 0,
            now=moment + timedelta(seconds=90 * number),
            chance=dice,
        )
