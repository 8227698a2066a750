"""One update: its member, its screen, its recorded answer. Synchronous, no network.

The caller (microbatch.py) holds the transaction and the inbox row. A refusal takes
back what the screen did and is answered; any other error is the caller's.
"""

import logging
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction

from accounts.services import Arrival, create_member, refresh_member
from botrunner import callbacks, checkout, events, prompts, router
from botrunner.calls import Call, build_calls
from botrunner.identity import me
from botrunner.refusals import build_refusal
from botrunner.replies import NOTHING, Reply
from botrunner.requests import Request
from botrunner.screens import ban, group, home, import_file, publish, stars
from botrunner.senders import Senders
from botrunner.texts import speaking_to
from botrunner.updates import CHECKOUT, Incoming, read_contact, read_mentioned, read_update
from points.services import open_wallet, welcome
from project.errors import Refusal
from vip.services import resume_hour

if TYPE_CHECKING:
    from accounts.models import Member

logger = logging.getLogger(__name__)


def handle_update(
    update: dict[str, Any], now: datetime, senders: Senders | None = None
) -> list[Call]:
    """The calls that answer an update. Effects and refusals included; needs a transaction.

    `senders` are those of the batch that the update is a part of.
    """
    incoming = read_update(update)
    if incoming.kind == CHECKOUT:
        return checkout.answer(incoming, now, senders or Senders())
    events.note_chat(incoming, now)
    if not incoming.needs_answer:
        return events.note_event(incoming, now)
    request = _build_request(incoming, f"u{update['update_id']}", now, senders or Senders())
    with speaking_to(request.member):
        return build_calls(request, _answer(request, incoming))


def _build_request(incoming: Incoming, key: str, now: datetime, senders: Senders) -> Request:
    message = incoming.message
    replied_to = (message.get("reply_to_message") or {}).get("from")
    is_button = incoming.kind == "callback_query"
    member, arrival = _meet(incoming, now, senders)
    return Request(
        member=member,
        is_first_contact=arrival is Arrival.FIRST,
        now=now,
        key=key,
        chat_id=incoming.chat["id"],
        chat_kind=incoming.chat["type"],
        text="" if is_button else message.get("text") or message.get("caption") or "",
        message_id=message.get("message_id") if is_button else None,
        callback_id=incoming.payload["id"] if is_button else "",
        mentioned=read_mentioned(message),
        replied_to=read_contact(replied_to) if replied_to and not is_button else None,
        payload=incoming.payload,
    )


def _meet(incoming: Incoming, now: datetime, senders: Senders) -> tuple["Member", Arrival]:
    contact = incoming.sender
    assert contact is not None
    member = senders.find(contact.telegram_id)
    if member is not None:
        refresh_member(member, contact, now=now)
        return member, Arrival.KNOWN
    member, arrival = create_member(contact, now=now)
    if arrival is Arrival.FIRST:
        welcome(member.pk, now=now)
    elif arrival is Arrival.RETURNED:
        # Who had his data deleted begins anew, without a second welcome.
        open_wallet(member.pk)
        resume_hour(member_id=member.pk, telegram_id=contact.telegram_id)
    return member, arrival


def _answer(request: Request, incoming: Incoming) -> Reply:
    if "successful_payment" in incoming.payload:
        return stars.receive(request)
    if request.member.is_banned:
        return ban.refuse(request)
    try:
        # A savepoint: a refusal takes back what its screen did, not that the member came by.
        with transaction.atomic():
            return _dispatch(request, incoming)
    except Refusal as refusal:
        return build_refusal(request, refusal)


def _dispatch(request: Request, incoming: Incoming) -> Reply:
    # Whatever comes next ends the open question; a refusal takes that back, so it can be
    # answered again.
    prompt = prompts.close(request.member) if request.is_private else None
    if request.is_button:
        data = incoming.payload.get("data") or ""
        route, request.args = callbacks.parse(request.member.telegram_id or 0, data)
        screen = router.BUTTONS.get(route)
        # A button of an older release: its screen is gone, the menu is not.
        return screen(request) if screen else home.home(request)
    if publish.is_offered(request):
        return publish.receive(request)
    if import_file.is_offered(request):
        return import_file.receive(request)
    if request.text.startswith("/"):
        return _run_command(request)
    if prompt is not None and prompt.expires_at > request.now:
        request.args = tuple(prompt.args)
        return router.PROMPTS[prompt.route](request)
    return home.unknown(request) if request.is_private else group.hear(request)


def _run_command(request: Request) -> Reply:
    head, *rest = request.text.split(maxsplit=1)
    name, _, addressee = head[1:].partition("@")
    if addressee and addressee.lower() != me.username.lower():
        return NOTHING
    command = router.find_command(name)
    if command is None or (command.permission and not request.may(command.permission)):
        # Staff commands do not exist for others. In groups the command may be another bot's.
        return home.unknown(request) if request.is_private else NOTHING
    if not request.is_private and not command.in_groups:
        return home.private_only(request)
    request.text = rest[0].strip() if rest else ""
    return command.screen(request)
