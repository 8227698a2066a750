"""Whom a command is about: linked in its text, answered or forwarded by it, or named first."""

from typing import TYPE_CHECKING

from accounts.errors import MemberNotFound, NotAPerson
from accounts.selectors import find_member, find_named
from accounts.services import Contact
from botrunner.requests import Request
from botrunner.updates import read_contact

if TYPE_CHECKING:
    from accounts.models import Member


def read_addressee(
    request: Request, *, amount_follows: bool = False
) -> tuple["Member | None", list[str]]:
    """The person meant and the words left over; None when nobody was named.

    Where an amount follows, a number that stands alone is the amount, not a Telegram id.
    Raises MemberNotFound, NotAPerson.
    """
    words = _words_without_links(request)
    if request.mentioned:
        return find_contact(request.mentioned[0]), words
    if words and words[0].startswith("@"):
        return find_named(words[0]), words[1:]
    if contact := _pointed_at(request):
        return find_contact(contact), words
    if not words or (amount_follows and _is_lone_amount(words)):
        return None, words
    return find_named(words[0]), words[1:]


def find_contact(contact: Contact) -> "Member":
    """The member behind a Telegram user. Raises MemberNotFound, NotAPerson."""
    if contact.is_bot:
        raise NotAPerson()
    member = find_member(contact.telegram_id, "wallet")
    if member is None:
        raise MemberNotFound(name=contact.first_name or contact.username)
    return member


def _is_lone_amount(words: list[str]) -> bool:
    return words[0][0] in "+-−" or (len(words) == 1 and words[0].isdecimal())


def _pointed_at(request: Request) -> Contact | None:
    origin = request.payload.get("forward_origin") or {}
    if origin.get("sender_user"):
        return read_contact(origin["sender_user"])
    # In the private chat every answer is an answer to the bot: it points at nobody.
    return None if request.is_private else request.replied_to


def _words_without_links(request: Request) -> list[str]:
    if not request.mentioned:
        return request.words
    # Telegram counts in UTF-16.
    raw = (request.payload.get("text") or request.payload.get("caption") or "").encode("utf-16-le")
    entities = request.payload.get("entities") or request.payload.get("caption_entities") or []
    for entity in sorted(entities, key=lambda entity: -entity["offset"]):
        if entity.get("user"):
            start, end = entity["offset"] * 2, (entity["offset"] + entity["length"]) * 2
            raw = raw[:start] + raw[end:]
    words = raw.decode("utf-16-le", errors="replace").split()
    return words[1:] if words and words[0].startswith("/") else words
