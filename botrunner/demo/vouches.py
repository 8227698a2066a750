"""Two providers, and members whose photos vouch for them."""

from datetime import datetime
from typing import TYPE_CHECKING

from accounts.services import refresh_chat, set_chat_enabled
from points.services import Photo, give_vouch, mark_providers

if TYPE_CHECKING:
    from accounts.models import Member
    from accounts.services import Actor
    from botrunner.demo.history import Story

CHAT_ID = -1_009_000_000_000_001
HEADLINES = ("Bicycles, repaired within a day", "Portraits and group photos")


def open_group(actor: "Actor") -> None:
    refresh_chat(CHAT_ID, kind="supergroup", title="Tallyhouse regulars (demo)")
    set_chat_enabled(telegram_id=CHAT_ID, is_enabled=True, actor=actor)


def list_providers(story: "Story") -> "list[Member]":
    """The first who joined with a username: captions name them."""
    return [member for member in story.members if member.username][: len(HEADLINES)]


def mark_first(story: "Story", actor: "Actor", moment: datetime) -> None:
    """Called after each who joins: marks him if he is one of them."""
    for member, headline in zip(list_providers(story), HEADLINES, strict=False):
        if member is story.members[-1]:
            mark_providers(member_ids=[member.pk], headline=headline, actor=actor, now=moment)


def vouch(story: "Story", member: "Member", moment: datetime) -> None:
    """Does nothing on the first days, when nobody can be vouched for yet."""
    if providers := list_providers(story):
        key = story.next_key("photo")
        give_vouch(
            provider_id=story.dice.choice(providers).pk,
            author_id=member.pk,
            photo=Photo(chat_telegram_id=CHAT_ID, message_id=story.acts, unique_id=key),
            now=moment,
        )
