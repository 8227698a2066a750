"""A member asks about a payment; the staff answers once. And the terms that he pays on."""

from datetime import datetime

from django.db import IntegrityError, transaction

from accounts.services import Actor, message_member, record
from vip.errors import InvalidRequest, RequestAnswered, RequestOpen
from vip.models import REQUEST_LENGTH_MAX, SupportRequest, Terms


@transaction.atomic
def ask_support(*, member_id: int, text: str, now: datetime) -> SupportRequest:
    """One request at a time. Raises RequestOpen, InvalidRequest."""
    text = text.replace("\x00", "").strip()
    if not 1 <= len(text) <= REQUEST_LENGTH_MAX:
        raise InvalidRequest(length_max=REQUEST_LENGTH_MAX)
    try:
        with transaction.atomic():
            return SupportRequest.objects.create(member_id=member_id, text=text, created_at=now)
    except IntegrityError:
        # support_request_one_open: however many are sent at once.
        raise RequestOpen() from None


@transaction.atomic
def answer_support(*, request_id: int, text: str, actor: Actor, now: datetime) -> SupportRequest:
    """The answer reaches the member as a message of the staff's, once.

    Raises RequestAnswered, InvalidMessage, MemberGone.
    """
    request = SupportRequest.objects.select_for_update().get(pk=request_id)
    if request.answered_at is not None:
        raise RequestAnswered()
    message = message_member(member_id=request.member_id, text=text, actor=actor, now=now)
    request.answered_at, request.answer = now, message.text
    request.actor_user_id, request.actor_label = actor.user_id, actor.label[:150]
    request.save()
    record(
        "vip.support.answer",
        actor=actor,
        member=message.member,
        target=f"request {request.pk}",
        message=message.pk,
    )
    return request


@transaction.atomic
def save_terms(terms: Terms, *, actor: Actor) -> Terms:
    """Writes a validated text; the audit keeps what was there before."""
    terms.text = terms.text.replace("\x00", "").replace("\r\n", "\n").strip()
    before = Terms.objects.filter(pk=terms.pk).values_list("text", flat=True).first()
    if before == terms.text:
        return terms
    terms.save()
    record("vip.terms.change", actor=actor, target=terms.language, before=before, after=terms.text)
    return terms
