"""The addresses that providers deliver SMS to."""

from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from numbers.addresses import webhook_url
from numbers.arrivals import BadBody
from numbers.models import Provider, RawEvent, new_provider_secret
from numbers.providers import generic, twilio
from numbers.providers.generic import BODY_BYTES_MAX
from numbers.services import (
    WRONG_SIGNATURE,
    Trouble,
    key_of,
    note_failure,
    store_events,
    try_event,
)

# Sign nothing that is ever sent: an unknown provider costs the same work as a wrong signature.
_NOBODY = {
    kind: Provider(kind=kind, slug="nobody", secret=new_provider_secret()) for kind in Provider.Kind
}


@csrf_exempt
@require_POST
def generic_sms(request: HttpRequest, slug: str) -> HttpResponse:
    """200 once it is stored, 202 where it cannot be read, 403 for a wrong signature."""
    body = request.read(BODY_BYTES_MAX + 1)
    if len(body) > BODY_BYTES_MAX:
        return _answer("too large", 413)
    provider = _find(Provider.Kind.GENERIC, slug)
    signature = request.headers.get("X-Signature", "")
    is_right = generic.is_signed(body, signature, provider.secret)
    if provider.pk is None or not is_right:
        return _refuse_signature(provider)
    event = _take(provider, body)
    if event and event.state == RawEvent.State.UNREADABLE:
        # An error would have it sent again, to no use, and some providers give up an address.
        return _answer(f"stored for the staff, but not readable: {event.reason}", 202)
    return _answer("ok", 200)


@csrf_exempt
@require_POST
def twilio_sms(request: HttpRequest, slug: str) -> HttpResponse:
    """As generic_sms, but for what is answered when all is well."""
    body = request.read(BODY_BYTES_MAX + 1)
    if len(body) > BODY_BYTES_MAX:
        return _answer("too large", 413)
    provider = _find(Provider.Kind.TWILIO, slug)
    query = urlsplit(request.get_full_path()).query
    url = webhook_url(request, provider) + (f"?{query}" if query else "")
    try:
        fields = twilio.read_fields(body)
    except BadBody as error:
        # Nobody knows yet who sent it.
        return _answer(f"bad request: {error}", 400)
    signature = request.headers.get("X-Twilio-Signature", "")
    is_right = twilio.is_signed(url, fields, signature, provider.secret)
    if provider.pk is None or not is_right:
        return _refuse_signature(provider)
    _take(provider, body)
    return HttpResponse(twilio.NOTHING_TO_SAY, content_type="text/xml; charset=utf-8")


def _find(kind: Provider.Kind, slug: str) -> Provider:
    return Provider.objects.filter(kind=kind, slug=slug, is_active=True).first() or _NOBODY[kind]


def _take(provider: Provider, body: bytes) -> RawEvent | None:
    """Once it is stored nothing of ours loses it, and the provider need not send it again."""
    now = timezone.now()
    [event_id] = store_events(provider, {key_of(body): body}, now=now)
    return try_event(event_id, now=now)


def _refuse_signature(provider: Provider) -> HttpResponse:
    if provider.pk is not None:
        note_failure(provider, Trouble.SIGNATURE, WRONG_SIGNATURE, now=timezone.now())
    return _answer("wrong signature", 403)


def _answer(words: str, status: int) -> HttpResponse:
    return HttpResponse(f"{words}\n", status=status, content_type="text/plain")
