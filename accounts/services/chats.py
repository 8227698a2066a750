"""The groups the bot is met in."""

from accounts.models import NAME_LENGTH_MAX, Chat


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
