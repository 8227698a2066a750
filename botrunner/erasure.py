"""Forgets what the bot kept of a member who has his data deleted."""

from django.utils import timezone

from botrunner.models import Card, Draft, InboxUpdate, LeavingMessage, Prompt, SentFile


def erase_member(member_id: int, telegram_id: int) -> None:
    """Empties the updates of his private chat that are done with.

    Their numbers stay, so that none is handled twice; the one being handled is emptied
    by the inbox's own clearing.
    """
    Prompt.objects.filter(pk=member_id).delete()
    Draft.objects.filter(member_id=member_id).delete()
    SentFile.objects.filter(member_id=member_id).delete()
    # Few enough at any time to look through: they are kept for two days.
    Card.objects.filter(chat_id=telegram_id).delete()
    # Index: leaving_once. They leave now, and what names him goes with them.
    LeavingMessage.objects.filter(chat_id=telegram_id).update(leave_at=timezone.now())
    # Index inbox_done_of_chat.
    done = (InboxUpdate.State.ANSWERED, InboxUpdate.State.FAILED)
    InboxUpdate.objects.filter(chat_id=telegram_id, state__in=done).update(
        chat_id=0, payload={}, calls=[]
    )
