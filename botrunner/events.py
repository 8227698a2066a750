"""Updates that no screen answers: who can be reached, and which groups the bot is in."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import translation

from accounts.selectors import get_member, language_spoken
from accounts.services import (
    Reachability,
    move_chat,
    refresh_chat,
    set_bot_membership,
    set_reachability,
)
from botrunner.calls import Call, message_params
from botrunner.replies import render
from botrunner.screens.level import congratulate
from botrunner.texts import speaking_to
from botrunner.updates import Incoming
from points.services import earn_by_reaction
from vip.services.stars import note_refund

_GONE = {"left", "kicked"}
_GROUPS = ("group", "supergroup")

# Each group as it was last stored and when: most messages of a group tell nothing new of it.
_known: dict[int, tuple[str, str, datetime]] = {}
_KNOWN_FOR = timedelta(minutes=10)
_KNOWN_MAX = 10_000


def note_chat(incoming: Incoming, now: datetime) -> None:
    """Keeps the title of each group the bot is met in."""
    chat = incoming.chat
    if chat.get("type") not in _GROUPS:
        return
    moved_to = incoming.payload.get("migrate_to_chat_id")
    if moved_to:
        move_chat(chat["id"], moved_to)
        return
    kind, title = chat["type"], chat.get("title") or ""
    known = _known.get(chat["id"])
    if known and known[:2] == (kind, title) and abs(now - known[2]) < _KNOWN_FOR:
        return
    refresh_chat(chat["id"], kind=kind, title=title)
    # Not before the commit: what is taken back would be known and yet not stored.
    transaction.on_commit(lambda: _remember(chat["id"], kind, title, now))


def note_event(incoming: Incoming, now: datetime) -> list[Call]:
    """What is to be said about it: a hello to a group, or that somebody reached a level."""
    if incoming.kind == "message_reaction":
        return _note_reaction(incoming, now)
    if "refunded_payment" in incoming.message:
        # The member is told through the outbox, whoever made the refund.
        charge_id = incoming.message["refunded_payment"]["telegram_payment_charge_id"]
        note_refund(charge_id=charge_id, now=now)
        return []
    if incoming.kind != "my_chat_member" or incoming.sender is None:
        return []
    was_gone, is_gone = (
        (incoming.payload.get(name) or {}).get("status") in _GONE
        for name in ("old_chat_member", "new_chat_member")
    )
    if incoming.chat.get("type") == "private":
        state = Reachability.BLOCKED if is_gone else Reachability.REACHABLE
        set_reachability(incoming.sender.telegram_id, state)
        return []
    set_bot_membership(incoming.chat["id"], is_member=not is_gone)
    if incoming.chat.get("type") not in _GROUPS or is_gone or not was_gone:
        return []
    return [_say_hello(incoming.chat["id"], incoming.sender.language_code)]


def _say_hello(chat_id: int, client_language: str) -> Call:
    """In the language of the person who took the bot in."""
    with translation.override(language_spoken(client_language)):
        params = message_params(0, render("chats/hello"), ())
    return {"method": "sendMessage", "params": {**params, "chat_id": chat_id}}


def _note_reaction(incoming: Incoming, now: datetime) -> list[Call]:
    """A reaction earns XP for the message's author; one taken back does not."""
    reactor = incoming.sender
    if reactor is None or reactor.is_bot or not incoming.payload.get("new_reaction"):
        return []
    chat_id = incoming.chat["id"]
    level_up = earn_by_reaction(
        chat_telegram_id=chat_id,
        message_id=incoming.payload["message_id"],
        reactor_telegram_id=reactor.telegram_id,
        now=now,
    )
    if level_up is None:
        return []
    author = get_member(level_up.member_id)
    with speaking_to(author):
        params = message_params(0, congratulate(author, level_up), ())
    return [{"method": "sendMessage", "params": {**params, "chat_id": chat_id}}]


def _remember(chat_id: int, kind: str, title: str, now: datetime) -> None:
    if len(_known) >= _KNOWN_MAX:
        _known.clear()
    _known[chat_id] = (kind, title, now)
