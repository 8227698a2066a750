"""The groups the bot is met in."""

from django.db import transaction

from accounts.models import NAME_LENGTH_MAX, Chat

from .audit import Actor, record


def refresh_chat(telegram_id: int, *, kind: str, title: str) -> Chat:
    """The group with this id, made on first sight; writes only what changed."""
    title = title.replace("\x00", "")[:NAME_LENGTH_MAX]
    chat, is_new = Chat.objects.get_or_create(
        telegram_id=telegram_id, defaults={"kind": kind, "title": title}
    )
    if not is_new and (chat.kind, chat.title) != (kind, title):
        chat.kind, chat.title = kind, title
        chat.save(update_fields=["kind", "title"])
    return chat


def set_bot_membership(telegram_id: int, *, is_member: bool) -> None:
    Chat.objects.filter(telegram_id=telegram_id).update(bot_is_member=is_member)


@transaction.atomic
def set_chat_enabled(*, telegram_id: int, is_enabled: bool, actor: Actor) -> bool:
    """Whether messages there earn anything. False when it was so before."""
    changed = Chat.objects.filter(telegram_id=telegram_id, is_enabled=not is_enabled).update(
        is_enabled=is_enabled
    )
    if changed:
        title = Chat.objects.values_list("title", flat=True).get(telegram_id=telegram_id)
        target = f"{title} ({telegram_id})".strip()
        record("chat.enable" if is_enabled else "chat.disable", actor=actor, target=target)
    return bool(changed)


@transaction.atomic
def move_chat(old_telegram_id: int, new_telegram_id: int) -> None:
    """A group that became a supergroup has a new id: what was set for it goes along."""
    old = Chat.objects.filter(telegram_id=old_telegram_id)
    new = Chat.objects.filter(telegram_id=new_telegram_id)
    if not new.exists():
        old.update(telegram_id=new_telegram_id, kind="supergroup")
    elif old.filter(is_enabled=True).update(is_enabled=False, bot_is_member=False):
        # Somebody spoke under the new id before we heard of the move.
        new.update(is_enabled=True)
